import type { GitHub } from '../github/client.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import type { Result } from '../result.ts'
import type { Runner } from '../runner.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { showName } from '../text.ts'
import type { World } from '../world.ts'

/** What publishing needs beside the result. */
export type Publishing = Pick<World, 'env' | 'event' | 'temporary'> & {
  readonly publish: PublishChoice
  readonly runner: Pick<Runner, 'info' | 'group'>
  readonly redactor: Pick<Redactor, 'find' | 'clean'>
  /** The whole change; undefined if there is none. */
  readonly patchFile: string | undefined
}

/** What a result says of its publication. */
export type Published = NonNullable<Result['published']>
/** All of that, and a client. */
export type Ready = Publishing & { readonly github: GitHub }

/** Nothing was published yet. */
export const nothing: Published = { notes: [], problems: [] }

/** The outcome of a run that completed, after what was published of it. */
export function judged(result: Result): Result {
  const { problems = [], files = [] } = result.published ?? {}
  if (!['completed', 'blocked', 'publish-failed'].includes(result.outcome)) return result
  if (problems.length > 0)
    return {
      ...result,
      outcome: 'publish-failed',
      reason: problems.join(' '),
      problems: problems.length > 1 ? problems : [],
    }
  const blocked = files.length > 0 && files.every(({ verdict }) => verdict === 'held-back')
  return blocked ? { ...result, outcome: 'blocked', reason: whyBlocked(files) } : result
}

function whyBlocked(files: NonNullable<Published['files']>): string {
  const [first] = files
  const all = `Every changed file was held back: ${showName(first?.path ?? '')} ${first?.reason}`
  return `${all}${files.length > 1 ? `, and ${files.length - 1} more` : ''}. What a patch can carry is in the patch file. See allowed-paths, protected-paths and max-patch-size.`
}
