import type { Result } from '../result.ts'
import { heldBackOf, nothing } from './publication.ts'

/** More than 128 KiB can't be passed on to a later step as a variable. */
const answerBytes = 100 * 1024

type Outputs = Readonly<Record<string, string | number | boolean | undefined>>
type OutputRunner = { readonly setOutput: (name: string, value: string) => void }

/** Sets every output that the run knows; the others stay empty. */
export function publishOutputs(runner: OutputRunner, result: Result): void {
  setOutputs(runner, outputsOf(result))
}

/** Sets the outputs about what was published, and no others. */
export function publishPublished(runner: OutputRunner, result: Result): void {
  setOutputs(runner, publicationOf(result))
}

function setOutputs(runner: OutputRunner, outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs))
    if (value !== undefined) runner.setOutput(name, String(value))
}

/** Every fact of the publication under its name, with hyphens: `commitSha` is `commit-sha`. */
function publicationOf(result: Result): Outputs {
  const { notes: _, problems: __, files, ...facts } = result.published ?? nothing
  const heldBack = heldBackOf(result)
  const entries = Object.entries(facts).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    value,
  ])
  return {
    ...Object.fromEntries(entries),
    'held-back-files': files || heldBack.length > 0 ? JSON.stringify(heldBack) : undefined,
  }
}

function outputsOf(result: Result): Outputs {
  const { usage, change, attempts } = result
  const started = attempts.length > 0
  return {
    outcome: result.outcome,
    reason: result.reason,
    answer: result.answer === '' ? undefined : cutAnswer(result),
    'answer-file': result.answerFile,
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
    ...publicationOf(result),
    'run-directory': result.runDirectory,
    'opencode-version': result.opencode?.version,
    providers: result.providers && JSON.stringify(result.providers),
  }
}

function cutAnswer({ answer, answerFile }: Result): string {
  const note = `\n\n[The answer is longer; it is whole in ${answerFile}]`
  return cutBytes(answer, answerBytes, note)
}

/** `text` if it fits in `bytes` of UTF-8; else as much as fits with `note`, cut between characters. */
export function cutBytes(text: string, bytes: number, note: string): string {
  if (text.length <= bytes && Buffer.byteLength(text) <= bytes) return text
  const whole = Buffer.from(text.slice(0, bytes))
  const kept = whole.subarray(0, bytes - Buffer.byteLength(note))
  return new TextDecoder().decode(kept, { stream: true }) + note
}
