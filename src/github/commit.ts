import * as z from 'zod'
import { UserError } from '../errors.ts'
import { quote } from '../text/text.ts'
import { readBranch } from './branch.ts'
import { type CommitPublication, type CommitRequest, commitOn } from './branch-commit.ts'
import type { GitHub } from './client.ts'
import { attempt } from './refusal.ts'

/** Where a commit goes: to a pull request's head branch, or to a branch by name. */
export type CommitDestination =
  | { readonly kind: 'pull-request'; readonly number: number }
  | { readonly kind: 'branch'; readonly branch: string }

/** Publishes a change as a commit on top of a branch. Throws a `UserError` (`publish-failed`) where it can't. */
export async function publishCommit(
  given: Pick<CommitRequest, 'github' | 'change'> & {
    readonly destination: CommitDestination
    readonly message: string
  },
  signal: AbortSignal,
): Promise<CommitPublication> {
  const { github, change, destination } = given
  const reading = { doing: 'read the pull request', permission: 'pull-requests: read' }
  const branch =
    destination.kind === 'branch'
      ? destination.branch
      : await attempt(reading, () => findHead(github, destination.number))
  const note = `The branch ${quote(branch)} already has the change, so nothing was committed.`
  const findTarget = async () => {
    const head = await readBranch(github, branch)
    if (head === undefined)
      throw refuse(`There is no branch ${quote(branch)}. Create it, or check the branch input.`)
    return { parent: head, parentBranch: branch, expected: head, unchanged: { branch, note } }
  }
  const request = { github, change, branch, message: () => given.message }
  return await attempt({ doing: 'commit the change' }, () => commitOn(request, findTarget, signal))
}

const pullShape = z.object({
  state: z.string(),
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
})

/** The head branch of an open pull request of this repository. */
async function findHead({ octokit, owner, repo }: GitHub, pull_number: number): Promise<string> {
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number })
  const { state, head } = pullShape.parse(data)
  const source = head.repo?.full_name ?? 'a repository that was deleted'
  if (source.toLowerCase() !== `${owner}/${repo}`.toLowerCase())
    throw refuse(
      `The pull request comes from a fork, ${quote(source)}, to which a workflow's token can't push. The patch is in the run directory; publish it as a comment instead, or apply it by hand.`,
    )
  if (state === 'open') return head.ref
  throw refuse(`The pull request #${pull_number} is ${state}, so nothing was committed.`)
}

function refuse(message: string): UserError {
  return new UserError('publish-failed', message)
}
