import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Result, resultSchema } from '../result.ts'
import type { SessionTranscript } from '../session/transcript.ts'

/** Paths of what a run saves. */
export type RunFiles = {
  readonly directory: string
  readonly run: string
  readonly answer: string
  readonly patch: string
  readonly transcript: string
  readonly events: string
  readonly log: string
}

/** Makes the run directory, readable by its owner only; other files in it stay. */
export function createRunDirectory(directory: string): RunFiles {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = (name: string) => join(directory, name)
  return {
    directory,
    run: path('run.json'),
    answer: path('answer.md'),
    patch: path('changes.patch'),
    transcript: path('transcript.json'),
    events: path('events.ndjson'),
    log: path('server.log'),
  }
}

/** Saves `run.json`, the last of all: where it stands, the run is saved whole. */
export function saveResult(files: RunFiles, result: Result): void {
  const temporary = `${files.run}.new`
  writeFileSync(temporary, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(temporary, files.run)
}

const draftedAnswer = 100_000

/** Keeps in the run's own folder what its result would be so far, for `post`; the answer stands in `answer.md`. */
export function saveDraft(temporary: string, draft: Result): void {
  const answer = draft.answer.slice(0, draftedAnswer)
  writeFileSync(draftFile(temporary), JSON.stringify({ ...draft, answer }), { mode: 0o600 })
}

/** What `saveDraft` kept last; nothing if there is none. */
export function readDraft(temporary: string): Partial<Result> {
  try {
    return resultSchema.parse(JSON.parse(readFileSync(draftFile(temporary), 'utf8')))
  } catch {
    return {}
  }
}

function draftFile(temporary: string): string {
  return join(temporary, 'draft.json')
}

/** Saves the answer and what the sessions said; returns where the answer is, if there is one. */
export function saveSession(
  files: RunFiles,
  saved: { readonly answer: string; readonly transcript: readonly SessionTranscript[] },
): string | undefined {
  if (saved.transcript.length > 0) saveTranscript(files.transcript, saved.transcript)
  if (saved.answer === '') return undefined
  writeFileSync(files.answer, `${saved.answer}\n`)
  return files.answer
}

/** Message by message: a long run as one text would be a multiple of it in memory. */
function saveTranscript(path: string, transcript: readonly SessionTranscript[]): void {
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
