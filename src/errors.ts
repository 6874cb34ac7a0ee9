import type { Outcome } from './outcome.ts'

/**
 * Something that a user can fix. `message` says what is wrong and what to do, `problems` the same one by one if there are
 * several; `outcome` is how the run ends.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly outcome: Outcome
  readonly problems: readonly string[]

  constructor(outcome: Outcome, message: string | readonly string[], options?: ErrorOptions) {
    const problems = typeof message === 'string' ? [message] : message
    super(problems.join(' '), options)
    this.outcome = outcome
    this.problems = problems
  }
}

/** What `act` returns; undefined if it throws. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
