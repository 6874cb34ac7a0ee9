import type { Usage } from './usage.ts'

/** The most that a run may use, over all its sessions; absent is without limit. */
export type Budget = {
  /** US dollars. */
  readonly maxCost: number | undefined
  readonly maxTokens: number | undefined
  /** Model calls. */
  readonly maxSteps: number
}

/** A limit that was passed: the name of its input, what it allows, and what was used of it. */
export type Breach = {
  readonly limit: 'max-cost' | 'max-tokens' | 'max-steps'
  readonly allowed: number
  readonly used: number
}

/** The first limit that the usage has passed. */
export function findBreach(budget: Budget, usage: Usage): Breach | undefined {
  const tokens = usage.inputTokens + usage.outputTokens
  const limits = [
    { limit: 'max-cost', allowed: budget.maxCost, used: usage.cost },
    { limit: 'max-tokens', allowed: budget.maxTokens, used: tokens },
    { limit: 'max-steps', allowed: budget.maxSteps, used: usage.steps },
  ] as const
  for (const { limit, allowed, used } of limits)
    if (allowed !== undefined && used > allowed) return { limit, allowed, used }
  return undefined
}
