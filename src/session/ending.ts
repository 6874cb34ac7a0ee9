import type { UserError } from '../errors.ts'
import type { Failure, Message, Status } from '../opencode/facts.ts'
import type { Breach } from './usage.ts'

/** Status of a session that waits to ask its provider again. */
export type Retry = Extract<Status, { type: 'retry' }>

/** How the prompt's run in the server ended, or why it is given up. */
export type Ending =
  /** The server says that it is over; `last` is the model's newest message, `failure` the last error event. */
  | {
      readonly kind: 'finished'
      readonly last: Message | undefined
      readonly failure: Failure | undefined
    }
  /** No message of the model's was begun. */
  | { readonly kind: 'never-started' }
  | { readonly kind: 'stalled' }
  /** The provider is not waited for: its reason will not pass, it was asked too often, or the wait is too long. */
  | {
      readonly kind: 'not-retried'
      readonly retry: Retry
      readonly why: 'reason' | 'count' | 'wait' | 'stall'
    }
  | { readonly kind: 'over-budget'; readonly breach: Breach }
  /** The server takes connections and answers nothing. */
  | { readonly kind: 'frozen'; readonly silentMs: number | undefined }
  | { readonly kind: 'interrupted'; readonly error: UserError }

/** True if the model said its last word: `tool-calls` and `unknown` are followed by another step. */
export function isOver({ info }: Message): boolean {
  if (info.time.completed === undefined) return false
  return Boolean(info.error) || !['tool-calls', 'unknown', undefined].includes(info.finish)
}
