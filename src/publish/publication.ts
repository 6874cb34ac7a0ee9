import type { Result } from '../result.ts'
import { showName } from '../text/text.ts'
import { unseenWords } from '../workspace/unseen.ts'

/** What a result says of its publication. */
export type Publication = NonNullable<Result['published']>

type FileVerdict = NonNullable<Publication['files']>[number]

/** A publication of nothing. */
export const nothing: Publication = { notes: [], problems: [] }

/** A publication with more of it. */
export function addTo(before: Publication, more: Partial<Publication>): Publication {
  const notes = [...new Set([...before.notes, ...(more.notes ?? [])])]
  const problems = [...new Set([...before.problems, ...(more.problems ?? [])])]
  return { ...before, ...more, notes, problems }
}

/** Whether the run itself completed, whatever became of its publication. */
export function hasCompleted({ outcome }: Pick<Result, 'outcome'>): boolean {
  return ['completed', 'blocked', 'publish-failed'].includes(outcome)
}

/** A result with the outcome that its publication gives it, if the run completed. */
export function conclude(result: Result): Result {
  if (!hasCompleted(result)) return result
  const { problems = [], files = [] } = result.published ?? {}
  const reason = problems.join(' ')
  const several = problems.length > 1 ? problems : []
  if (problems.length > 0)
    return { ...result, outcome: 'publish-failed', reason, problems: several }
  const isBlocked = files.length > 0 && files.every(({ verdict }) => verdict === 'held-back')
  return isBlocked ? { ...result, outcome: 'blocked', reason: whyBlocked(files) } : result
}

function whyBlocked(files: readonly FileVerdict[]): string {
  const [first] = files
  const all = `Every changed file was held back: ${showName(first?.path ?? '')} ${first?.reason}`
  const more = files.length > 1 ? `, and ${files.length - 1} more` : ''
  return `${all}${more}. The patch file has what a patch can carry. See allowed-paths, protected-paths and max-patch-size.`
}

/** The files of a change that were not published, each with the reason: what the policy held back, and what no patch can carry. */
export function heldBackOf({ published, change }: Pick<Result, 'published' | 'change'>) {
  const files = published?.files ?? unseenVerdicts(change)
  return files
    .filter(({ verdict }) => verdict === 'held-back')
    .map(({ path, reason = '' }) => ({ path, reason }))
}

/** What no patch can carry of a change, as verdicts. */
export function unseenVerdicts(change: Result['change']): readonly FileVerdict[] {
  const unseen = change?.unseen ?? []
  return unseen.map(({ path, reason }) => {
    return { path, verdict: 'held-back', reason: unseenWords[reason] }
  })
}
