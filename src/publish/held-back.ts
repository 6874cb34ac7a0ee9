import type { Result } from '../result.ts'
import { unseenWords } from '../workspace/unseen.ts'

type Verdict = NonNullable<NonNullable<Result['published']>['files']>[number]

/** The files of a change that were not published, each with the reason: what the policy held back, and what no patch can carry. */
export function heldBackOf({ published, change }: Pick<Result, 'published' | 'change'>) {
  const files = published?.files ?? unseenVerdicts(change)
  return files
    .filter(({ verdict }) => verdict === 'held-back')
    .map(({ path, reason = '' }) => ({ path, reason }))
}

/** What no patch can carry of a change, as verdicts. */
export function unseenVerdicts(change: Result['change']): readonly Verdict[] {
  if (change === undefined) return []
  return change.unseen.map(({ path, reason }) => ({
    path,
    verdict: 'held-back',
    reason: unseenWords[reason],
  }))
}
