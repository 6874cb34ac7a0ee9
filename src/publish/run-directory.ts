import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Result, resultSchema } from '../result.ts'
import type { SessionTranscript } from '../session/transcript.ts'
import { parseJson } from '../text/text.ts'
import { readPlainFile } from '../workspace/plain-file.ts'
import type { RunFiles } from '../world.ts'
import { factsOf } from './facts.ts'

/** Makes the run directory, readable by its owner only; other files in it stay. */
export function createRunDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
}

/** Makes the folder in `temporary` for the files that get to the run directory through the redactor. */
export function stageFiles(temporary: string): RunFiles {
  const directory = join(temporary, 'staged')
  mkdirSync(directory, { mode: 0o700 })
  return {
    directory,
    patch: join(directory, 'changes.patch'),
    transcript: join(directory, 'transcript.json'),
    events: join(directory, 'events.ndjson'),
    log: join(directory, 'server.log'),
  }
}

const runFile = (directory: string) => join(directory, 'run.json')
const draftFile = (temporary: string) => join(temporary, 'draft.json')

/** Saves `run.json`, the last file of a run: if it exists, the run is saved whole. */
export function saveResult(result: Result): void {
  const path = runFile(result.runDirectory)
  writeFileSync(`${path}.new`, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(`${path}.new`, path)
}

/** Whether a run directory has its `run.json`. */
export function isSaved(directory: string): boolean {
  return existsSync(runFile(directory))
}

/** Saves the facts of what the result would be so far, for `post`. */
export function saveDraft(temporary: string, draft: Result): void {
  const text = JSON.stringify(factsOf(draft))
  writeFileSync(draftFile(temporary), text, { mode: 0o600 })
}

const largestDraft = 1024 * 1024

/** The facts in the last draft, whoever wrote it; empty if it can't be read. */
export function readDraft(temporary: string): Partial<Result> {
  const { bytes } = readPlainFile(draftFile(temporary), largestDraft)
  const draft = resultSchema.safeParse(parseJson(`${bytes ?? ''}`))
  return draft.success ? factsOf(draft.data) : {}
}

/** Saves the clean answer in the run directory; returns its path, if there is an answer. */
export function saveAnswer({ answer, runDirectory }: Result): string | undefined {
  if (answer === '') return undefined
  const path = join(runDirectory, 'answer.md')
  writeFileSync(path, `${answer}\n`)
  return path
}

/** Saves the messages of the sessions one by one: as one text, a long run would take a multiple of it in memory. */
export function saveTranscript(path: string, transcript: readonly SessionTranscript[]): void {
  const file = openSync(path, 'w')
  using _ = { [Symbol.dispose]: () => closeSync(file) }
  for (const [at, { messages, ...session }] of transcript.entries()) {
    const head = JSON.stringify(session).slice(0, -1)
    writeSync(file, `${at === 0 ? '[' : ',\n'}${head},"messages":[\n`)
    for (const [index, message] of messages.entries())
      writeSync(file, `${index === 0 ? '' : ',\n'}${JSON.stringify(message)}`)
    writeSync(file, '\n]}')
  }
  writeSync(file, ']\n')
}
