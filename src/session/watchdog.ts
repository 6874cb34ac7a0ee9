import type { Ending, Retry } from './ending.ts'
import { isFinal, reasonIn } from './provider-reason.ts'
import type { Tree } from './tree.ts'
import type { Breach, Usage } from './usage.ts'

/** What a prompt may take. Times in milliseconds, points in time since 1970. */
export type Limits = {
  readonly stallTimeoutMs: number
  readonly deadline: number
  /** Retries of opencode's own that are waited for, one after another. */
  readonly providerRetries: number
  /** Accounts for what the session tree has used so far; returns the first limit of the run that is passed by now. */
  readonly charge: (usage: Usage) => Breach | undefined
}

/** There was no progress for `stall-timeout`. */
export function findStall(tree: Tree, { stallTimeoutMs }: Limits, now: number): Ending | undefined {
  if (now - tree.lastProgress(now) <= stallTimeoutMs) return undefined
  const [retry] = tree.retrying()
  if (retry) return { kind: 'not-retried', retry, why: 'stall' }
  return { kind: tree.hasStarted() ? 'stalled' : 'never-started' }
}

/** A session waits for its provider, and waiting is not worth it. */
export function findGivenUp(tree: Tree, limits: Limits, now: number): Ending | undefined {
  for (const retry of tree.retrying()) {
    const why = whyGiveUp(retry, limits, tree.lastProgress(now))
    if (why) return { kind: 'not-retried', retry, why }
  }
  return undefined
}

function whyGiveUp(retry: Retry, limits: Limits, progress: number) {
  const { deadline, stallTimeoutMs, providerRetries } = limits
  if (isFinal(reasonIn(retry.message))) return 'reason'
  if (retry.attempt > providerRetries) return 'count'
  return retry.next > deadline || retry.next > progress + stallTimeoutMs ? 'wait' : undefined
}

/** A complete answer is paid for: aborting it would save nothing. */
export function findOverBudget(tree: Tree, { charge }: Limits): Ending | undefined {
  const breach = charge(tree.usage())
  return breach && !tree.hasAnswered() ? { kind: 'over-budget', breach } : undefined
}
