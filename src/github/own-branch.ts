import * as z from 'zod'
import { UserError } from '../errors.ts'
import { quote } from '../text/text.ts'
import { unlessMissing } from './answer.ts'
import { readBranch } from './branch.ts'
import {
  type CommitPublication,
  type CommitRequest,
  commitOn,
  type Target,
} from './branch-commit.ts'
import type { GitHub } from './client.ts'

/** The branch for a pull request if none is named: that of the issue or pull request, so that a later run updates it, or of the run alone. */
export function ownBranchName({ number, runId }: { number?: number | undefined; runId: string }) {
  return number === undefined ? `opencode/run-${runId}` : `opencode/issue-${number}`
}

type OwnBranchRequest = Omit<CommitRequest, 'message'> & {
  readonly baseBranch: string
  readonly message: string
}

const trailer = 'Opencode-Driver-Tree'

/**
 * Commits a change to a branch of the action. If it has only commits of the action, they are replaced by one on the base
 * branch; on a branch that someone else pushed to, the change goes on top. Throws as `commitOn`.
 */
export async function commitOnOwnBranch(
  request: OwnBranchRequest,
  signal: AbortSignal,
): Promise<CommitPublication> {
  // The action recognizes its commit by the tree in the message: one that someone amended has another tree.
  const message = (tree: string) => `${request.message.trimEnd()}\n\n${trailer}: ${tree}`
  return await commitOn({ ...request, message }, () => findTarget(request), signal)
}

async function findTarget({ github, branch, baseBranch }: OwnBranchRequest): Promise<Target> {
  const parent = await readBranch(github, baseBranch)
  if (parent === undefined)
    throw new UserError(
      'publish-failed',
      `There is no branch ${quote(baseBranch)} to open a pull request on. Check the base-branch input.`,
    )
  const note = `The branch ${quote(baseBranch)} already has the change, so no pull request was opened.`
  const onBase = { parent, parentBranch: baseBranch, unchanged: { note } }
  const expected = await readBranch(github, branch)
  if (expected === undefined) return { ...onBase, expected }
  const own = await readOwn(github, `${parent}...${expected}`)
  if (own !== undefined) return { ...onBase, expected, earlierTree: own.tree }
  const unchanged = { branch, commitSha: expected }
  return { parent: expected, parentBranch: branch, expected, unchanged }
}

const comparison = z.object({
  behind_by: z.number(),
  total_commits: z.number(),
  commits: z.array(
    z.object({ commit: z.object({ message: z.string(), tree: z.object({ sha: z.string() }) }) }),
  ),
})

/** Undefined if a commit between base and head is not the action's; `tree` is that of the head, if it lies on the base. */
async function readOwn(
  { octokit, owner, repo }: GitHub,
  basehead: string,
): Promise<{ readonly tree: string | undefined } | undefined> {
  const asked = octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead })
  // GitHub answers 404 for histories that have nothing in common.
  const answer = await unlessMissing(asked)
  if (answer === undefined) return undefined
  const { behind_by, total_commits, commits } = comparison.parse(answer.data)
  const isOwn = commits.every(({ commit: { message, tree } }) =>
    message.trimEnd().endsWith(`\n${trailer}: ${tree.sha}`),
  )
  if (!isOwn || commits.length < total_commits) return undefined
  return { tree: behind_by === 0 ? commits.at(-1)?.commit.tree.sha : undefined }
}
