import type { MessageInfo } from '../opencode/facts.ts'

/** What model calls used: tokens, and US dollars as opencode counts them (0 without a price). */
export type Usage = {
  readonly cost: number
  /** Sent to the model, cached ones included. */
  readonly inputTokens: number
  /** Written by the model, reasoning included. */
  readonly outputTokens: number
  /** Model calls. */
  readonly steps: number
}

/** Nothing used. */
export const noUsage: Usage = { cost: 0, inputTokens: 0, outputTokens: 0, steps: 0 }

/** Both together. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    cost: a.cost + b.cost,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    steps: a.steps + b.steps,
  }
}

/** The sum over the model's messages; opencode counts a call that was broken off as nothing. */
export function sumUsage(messages: Iterable<MessageInfo>): Usage {
  return [...messages].map(usageOf).reduce(addUsage, noUsage)
}

function usageOf({ role, cost = 0, tokens }: MessageInfo): Usage {
  if (role !== 'assistant') return noUsage
  const { input = 0, output = 0, reasoning = 0, cache = { read: 0, write: 0 } } = tokens ?? {}
  const inputTokens = input + cache.read + cache.write
  return { cost, inputTokens, outputTokens: output + reasoning, steps: 1 }
}

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
