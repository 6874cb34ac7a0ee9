import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Result, resultSchema } from '../result.ts'
import type { SessionTranscript } from '../session/transcript.ts'
import { factsOf } from './facts.ts'

/** Paths of what a run writes while it goes on: in a folder of its own, since it is not checked for secrets yet. */
export type RunFiles = {
  readonly directory: string
  readonly patch: string
  readonly transcript: string
  readonly events: string
  readonly log: string
}

/** Makes the run directory, readable by its owner only; other files in it stay. */
export function createRunDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
}

/** Makes the folder, below the run's own, for the files that reach the run directory by the redactor. */
export function stageFiles(temporary: string): RunFiles {
  const directory = join(temporary, 'staged')
  mkdirSync(directory, { mode: 0o700 })
  const path = (name: string) => join(directory, name)
  return {
    directory,
    patch: path('changes.patch'),
    transcript: path('transcript.json'),
    events: path('events.ndjson'),
    log: path('server.log'),
  }
}

/** Saves `run.json`, the last of all: where it stands, the run is saved whole. */
export function saveResult(result: Result): void {
  const path = runFile(result.runDirectory)
  writeFileSync(`${path}.new`, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(`${path}.new`, path)
}

/** Whether `run.json` stands in a run directory. */
export function isSaved(directory: string): boolean {
  return existsSync(runFile(directory))
}

function runFile(directory: string): string {
  return join(directory, 'run.json')
}

/** Keeps in the run's own folder the facts of what its result would be so far, for `post`. */
export function saveDraft(temporary: string, draft: Result): void {
  const text = JSON.stringify(factsOf(draft))
  writeFileSync(draftFile(temporary), text, { mode: 0o600 })
}

const largestDraft = 1024 * 1024

/** The facts that `saveDraft` kept last, whoever wrote since in their place; nothing if there are none. */
export function readDraft(temporary: string): Partial<Result> {
  try {
    const path = draftFile(temporary)
    if (statSync(path).size > largestDraft) return {}
    return factsOf(resultSchema.parse(JSON.parse(readFileSync(path, 'utf8'))))
  } catch {
    return {}
  }
}

function draftFile(temporary: string): string {
  return join(temporary, 'draft.json')
}

/** Saves the answer, which is clean, in the run directory; returns where it is, if there is one. */
export function saveAnswer({ answer, runDirectory }: Result): string | undefined {
  if (answer === '') return undefined
  const path = join(runDirectory, 'answer.md')
  writeFileSync(path, `${answer}\n`)
  return path
}

/** Saves what the sessions said, message by message: a long run as one text would be a multiple of it in memory. */
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
