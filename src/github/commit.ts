import * as z from 'zod'
import type { FileVerdict } from '../policy/policy.ts'
import { quote } from '../text.ts'
import { commitOnBranch, type Landing } from './branch-commit.ts'
import type { GitHub } from './client.ts'
import { type CommitWords, composeMessage } from './commit-message.ts'
import type { PreparedChange, ReadyChange } from './prepared-change.ts'
import { problemOf } from './refusal.ts'

/** Where a commit goes: to a pull request's head branch, or to a branch by name. */
export type CommitDestination =
  | { readonly kind: 'pull-request'; readonly number: number }
  | { readonly kind: 'branch'; readonly branch: string }

/** What became of a publication, in plain words where there is something to say. */
export type Publication = {
  readonly verdicts: readonly FileVerdict[]
  readonly commitSha?: string
  readonly branch?: string
  /** Why there was nothing to do. */
  readonly note?: string
  /** Why it did not happen, and what to do. */
  readonly problem?: string
}

/** Publishes a change as a commit on top of a branch. */
export async function publishCommit(
  given: {
    readonly github: GitHub
    readonly change: PreparedChange
    readonly destination: CommitDestination
    readonly words: CommitWords
  },
  signal: AbortSignal,
): Promise<Publication> {
  const { github, change, destination, words } = given
  const idle = withoutChange(change)
  if (change.ready === undefined) return idle
  const { ready, verdicts } = change
  try {
    const found = await findBranch(github, destination).catch((error: unknown) => {
      const attempted = { doing: 'read the pull request', permission: 'pull-requests: read' }
      return { branch: undefined, problem: problemOf(error, attempted) }
    })
    if (found.branch === undefined) return { verdicts, problem: found.problem }
    const { branch } = found
    const message = () => composeMessage(words)
    const landing = await commitOnBranch({ github, change: ready, branch, message }, signal)
    return describe(landing, { verdicts, branch })
  } catch (error) {
    const doing = 'commit the change'
    return { verdicts, problem: problemOf(error, { doing, workflows: hasWorkflows(ready) }) }
  }
}

/** What is said of a change of which nothing is published. */
export function withoutChange({ verdicts, problem }: PreparedChange): Publication {
  if (problem !== undefined) return { verdicts, problem }
  const note =
    verdicts.length === 0
      ? 'No files were changed, so nothing was committed.'
      : 'All changed files were held back, so nothing was committed.'
  return { verdicts, note }
}

/** Whether files of `.github/workflows` are published, for which most tokens lack the permission. */
export function hasWorkflows({ paths }: ReadyChange): boolean {
  return paths.some((path) => path.startsWith('.github/workflows/'))
}

/** A change's verdicts, those of `held` in the place of what was said of the same files. */
export function withHeld(
  verdicts: readonly FileVerdict[],
  held: readonly FileVerdict[],
): readonly FileVerdict[] {
  const paths = new Set(held.map(({ path }) => path))
  return [...verdicts.filter(({ path }) => !paths.has(path)), ...held]
}

function describe(
  landing: Landing,
  { verdicts, branch }: { verdicts: readonly FileVerdict[]; branch: string },
): Publication {
  if (landing.kind === 'failed') return { verdicts, problem: landing.problem }
  const all = withHeld(verdicts, landing.held)
  if (landing.kind === 'committed') return { verdicts: all, branch, commitSha: landing.commit }
  const note = `The branch ${quote(branch)} has the change already, so nothing was committed.`
  return { verdicts: all, branch, note }
}

const pullShape = z.object({
  state: z.string(),
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
})

type Found = { readonly branch: string } | { readonly branch?: undefined; readonly problem: string }

async function findBranch(github: GitHub, destination: CommitDestination): Promise<Found> {
  if (destination.kind === 'branch') return destination
  const { octokit, owner, repo } = github
  const { number: pull_number } = destination
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number })
  const { state, head } = pullShape.parse(data)
  const source = head.repo?.full_name ?? 'a repository that is gone'
  if (source.toLowerCase() !== `${owner}/${repo}`.toLowerCase()) {
    const problem = `The pull request comes from a fork, ${quote(source)}, to which a workflow's token can't push. The patch is in the run directory; publish it as a comment instead, or apply it by hand.`
    return { problem }
  }
  if (state !== 'open')
    return { problem: `The pull request #${pull_number} is ${state}, so nothing was committed.` }
  return { branch: head.ref }
}
