import type { Result } from '../../result.ts'

/** The model calls of a run. */
export type Calls = NonNullable<Result['calls']>

/** A finished model call. Without a status there was no answer; `error` says what broke it off. */
export type Call = Calls['records'][number]

const mostRecords = 500

/** Adds a call: all are counted, and the newest are kept as records. */
export function addCall(calls: Calls | undefined, call: Call): Calls {
  const failed = call.error !== undefined || (call.status ?? 0) >= 400
  return {
    count: (calls?.count ?? 0) + 1,
    failed: (calls?.failed ?? 0) + (failed ? 1 : 0),
    records: [...(calls?.records ?? []), call].slice(-mostRecords),
  }
}
