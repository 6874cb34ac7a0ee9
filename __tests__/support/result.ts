import type { Result } from '../../src/result.ts'
import { noUsage } from '../../src/session/usage.ts'

/** One complete, completed plan, plus the difference. */
export function resultWith(difference: Partial<Result> = {}): Result {
  return {
    schema: 1,
    outcome: 'completed',
    reason: 'It answered.',
    problems: [],
    mode: 'plan',
    repository: 'octo/sample',
    event: 'push',
    priced: true,
    model: 'a/b',
    answer: 'The answer.',
    partial: false,
    attempts: [],
    usage: noUsage,
    tools: [],
    refusals: [],
    notes: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    duration: 1.5,
    timings: {},
    runDirectory: '/tmp/run',
    ...difference,
  }
}
