import { modelText } from '../opencode/model.ts'
import type { Verdict } from '../outcome.ts'
import type { TaskFacts } from '../result.ts'
import type { Candidate } from '../servers/verify.ts'
import { countTools } from '../session/transcript.ts'
import { addUsage, noUsage } from '../session/usage.ts'
import type { AttemptResult } from './attempt.ts'

/** One prompt: what is asked, of which models, and which tasks come before it. */
export type Task = {
  /** Names the task in its session's title. */
  readonly id: string
  readonly mode: 'plan' | 'implement'
  readonly prompt: string
  /** The models to try, in order; at least one. */
  readonly candidates: readonly Candidate[]
  readonly agent: string | undefined
  /** Ids of the tasks whose answers and changes it gets. */
  readonly needs: readonly string[]
}

/** What came of a task. */
export type TaskResult = Verdict & TaskFacts & { readonly id: string }

/** The last answer of these attempts, and the sum of what all of them used. */
export function sumAttempts(ended: readonly AttemptResult[]): TaskFacts {
  const last = ended.at(-1)
  if (last === undefined) throw new Error('No attempt was made.')
  const attempts = ended.map(({ attempt }) => attempt)
  const texts = attempts.map(({ text }) => text)
  const isWhole = last.judgement.outcome === 'completed'
  return {
    answer: isWhole ? last.attempt.text : (texts.findLast(Boolean) ?? ''),
    model: modelText(last.candidate.model),
    variant: last.candidate.variant,
    priced: ended.every(({ candidate }) => candidate.priced),
    attempts: ended.map(({ record }) => record),
    usage: attempts.map(({ usage }) => usage).reduce(addUsage, noUsage),
    tools: countTools(attempts.flatMap(({ transcript }) => transcript)),
    refusals: ended.flatMap(({ record }) => record.refusals),
  }
}
