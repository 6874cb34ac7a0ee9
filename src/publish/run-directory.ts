import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
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

/** Keeps in the run's own folder what its result would be so far, for `post`. */
export function saveDraft(temporary: string, draft: Result): void {
  writeFileSync(draftFile(temporary), JSON.stringify(draft), { mode: 0o600 })
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
  if (saved.transcript.length > 0)
    writeFileSync(files.transcript, `${JSON.stringify(saved.transcript, null, 2)}\n`)
  if (saved.answer === '') return undefined
  writeFileSync(files.answer, `${saved.answer}\n`)
  return files.answer
}
