import type { Result } from '../result.ts'
import { heldBackOf } from './publication.ts'

/** More than 128 KiB can't be passed on to a later step as a variable. */
const answerBytes = 100 * 1024

/** Sets every output that the run knows; the others stay empty. */
export function publishOutputs(
  runner: { readonly setOutput: (name: string, value: string) => void },
  result: Result,
): void {
  for (const [name, value] of Object.entries(outputsOf(result)))
    if (value !== undefined) runner.setOutput(name, String(value))
}

/** Sets the outputs that tell what was published, and no others. */
export function publishPublished(
  runner: { readonly setOutput: (name: string, value: string) => void },
  result: Result,
): void {
  for (const [name, value] of Object.entries(publishedOf(result)))
    if (value !== undefined) runner.setOutput(name, String(value))
}

type Outputs = Record<string, string | number | boolean | undefined>

function publishedOf(result: Result): Outputs {
  const { published } = result
  return {
    'comment-id': published?.commentId,
    'comment-url': published?.commentUrl,
    'held-back-files': heldBack(result),
    'commit-sha': published?.commitSha,
    branch: published?.branch,
    'pull-request-number': published?.pullRequestNumber,
    'pull-request-url': published?.pullRequestUrl,
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
    ...publishedOf(result),
    'run-directory': result.runDirectory,
    'opencode-version': result.opencode?.version,
    providers: result.providers && JSON.stringify(result.providers),
  }
}

function heldBack(result: Result): string | undefined {
  const files = heldBackOf(result)
  return result.published?.files || files.length > 0 ? JSON.stringify(files) : undefined
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
