import type { Result } from '../../result.ts'
import type { TokenUsage } from './token-usage.ts'

/** A model call that is over. Times in milliseconds, `startedAt` since 1970; without a status there was no answer. */
export type Call = TokenUsage & {
  readonly provider: string
  readonly startedAt: number
  readonly endedAt: number
  readonly status?: number
  readonly sentBytes: number
  readonly receivedBytes: number
  /** What broke it off. */
  readonly error?: string
}

/** What a run tells of its model calls. */
export type Calls = NonNullable<Result['calls']>

const mostRecords = 500

/** The calls with one more; of a long run the newest are told one by one. */
export function addCall(calls: Calls | undefined, call: Call): Calls {
  const { startedAt, endedAt, ...facts } = call
  const record = {
    ...facts,
    startedAt: new Date(startedAt).toISOString(),
    duration: (endedAt - startedAt) / 1000,
  }
  const failed = call.error !== undefined || (call.status ?? 0) >= 400
  return {
    count: (calls?.count ?? 0) + 1,
    failed: (calls?.failed ?? 0) + (failed ? 1 : 0),
    records: [...(calls?.records ?? []), record].slice(-mostRecords),
  }
}
