import * as z from 'zod'
import { quote } from '../text.ts'
import { type CommitPublication, commitOnBranch, failed } from './branch-commit.ts'
import type { Change } from './change.ts'
import type { GitHub } from './client.ts'
import { problemOf } from './refusal.ts'

/** Where a commit goes: to a pull request's head branch, or to a branch by name. */
export type CommitDestination =
  | { readonly kind: 'pull-request'; readonly number: number }
  | { readonly kind: 'branch'; readonly branch: string }

/** Publishes a change as a commit on top of a branch. */
export async function publishCommit(
  given: {
    readonly github: GitHub
    readonly change: Change
    readonly destination: CommitDestination
    readonly message: string
  },
  signal: AbortSignal,
): Promise<CommitPublication> {
  const { github, change, destination } = given
  const { branch, problem } = await findBranch(github, destination)
  if (branch === undefined) return failed(problem)
  try {
    const message = () => given.message
    return await commitOnBranch({ github, change, branch, message }, signal)
  } catch (error) {
    return failed(problemOf(error, { doing: 'commit the change' }))
  }
}

const pullShape = z.object({
  state: z.string(),
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
})

type Head =
  | { readonly branch: string; readonly problem?: undefined }
  | { readonly branch?: undefined; readonly problem: string }

async function findBranch(github: GitHub, destination: CommitDestination): Promise<Head> {
  if (destination.kind === 'branch') return { branch: destination.branch }
  try {
    return await findHead(github, destination.number)
  } catch (error) {
    const attempted = { doing: 'read the pull request', permission: 'pull-requests: read' }
    return { problem: problemOf(error, attempted) }
  }
}

async function findHead({ octokit, owner, repo }: GitHub, pull_number: number): Promise<Head> {
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number })
  const { state, head } = pullShape.parse(data)
  const source = head.repo?.full_name ?? 'a repository that was deleted'
  if (source.toLowerCase() !== `${owner}/${repo}`.toLowerCase()) {
    const problem = `The pull request comes from a fork, ${quote(source)}, to which a workflow's token can't push. The patch is in the run directory; publish it as a comment instead, or apply it by hand.`
    return { problem }
  }
  if (state === 'open') return { branch: head.ref }
  return { problem: `The pull request #${pull_number} is ${state}, so nothing was committed.` }
}
