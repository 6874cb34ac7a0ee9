import type { Result } from '../result.ts'
import { heldBackOf, nothing } from './publication.ts'

/** More than 128 KiB can't be passed on to a later step as a variable. */
const answerBytes = 100 * 1024

type Outputs = Readonly<Record<string, string | number | boolean | undefined>>
type OutputRunner = { readonly setOutput: (name: string, value: string) => void }

/** Sets every output that the run knows; the others stay empty. */
export function publishOutputs(runner: OutputRunner, result: Result): void {
  const { usage, change, attempts, answer, answerFile } = result
  const started = attempts.length > 0
  setOutputs(runner, {
    outcome: result.outcome,
    reason: result.reason,
    answer: answer === '' ? undefined : cutBytes(answer, answerBytes, longerNote(answerFile)),
    'answer-file': answerFile,
    model: result.model,
    'session-id': attempts.at(-1)?.sessionID,
    attempts: attempts.length,
    cost: started ? usage.cost : undefined,
    'input-tokens': started ? usage.inputTokens : undefined,
    'output-tokens': started ? usage.outputTokens : undefined,
    duration: result.duration,
    changed: change && change.files.length + change.unseen.length > 0,
    'changed-files': change && JSON.stringify(change.files.map(({ path }) => path)),
    'patch-file': change?.patchFile,
    'run-directory': result.runDirectory,
    'opencode-version': result.opencode?.version,
    providers: result.providers && JSON.stringify(result.providers),
  })
  publishPublished(runner, result)
}

/** Sets the outputs about what was published: each fact under its name with hyphens, as in `commit-sha`. */
export function publishPublished(runner: OutputRunner, result: Result): void {
  const { notes: _, problems: __, files, ...facts } = result.published ?? nothing
  const heldBack = heldBackOf(result)
  const entries = Object.entries(facts).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    value,
  ])
  const isKnown = files !== undefined || heldBack.length > 0
  setOutputs(runner, {
    ...Object.fromEntries(entries),
    'held-back-files': isKnown ? JSON.stringify(heldBack) : undefined,
  })
}

function setOutputs(runner: OutputRunner, outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs))
    if (value !== undefined) runner.setOutput(name, String(value))
}

/** What ends an answer that is cut. */
export function longerNote(answerFile: string | undefined): string {
  return `\n\n[The whole answer is in ${answerFile}]`
}

/** `text` if it fits in `bytes` of UTF-8; else as much as fits with `note`, cut between characters. */
export function cutBytes(text: string, bytes: number, note: string): string {
  if (text.length <= bytes && Buffer.byteLength(text) <= bytes) return text
  const whole = Buffer.from(text.slice(0, bytes))
  const kept = whole.subarray(0, bytes - Buffer.byteLength(note))
  return new TextDecoder().decode(kept, { stream: true }) + note
}
