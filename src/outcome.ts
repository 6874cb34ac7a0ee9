/** How a run can end: exactly one of these, decided once. */
export const outcomes = [
  'completed',
  'skipped',
  'config-invalid',
  'install-failed',
  'server-failed',
  'provider-unavailable',
  'rate-limited',
  'provider-error',
  'stalled',
  'timed-out',
  'budget-exceeded',
  'cancelled',
  'no-answer',
  'read-only-violated',
  'blocked',
  'publish-failed',
  'internal-error',
] as const

/** One of the closed set of outcomes. */
export type Outcome = (typeof outcomes)[number]

/** An outcome and, in one line, what happened and what to do. */
export type Verdict = {
  readonly outcome: Outcome
  readonly reason: string
  /** The reason one by one, if several things are wrong. */
  readonly problems?: readonly string[]
}
