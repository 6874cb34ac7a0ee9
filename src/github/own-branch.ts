import * as z from 'zod'
import { quote } from '../text.ts'
import { statusOf } from './answer.ts'
import { readBranch } from './branch.ts'
import {
  type CommitPublication,
  type CommitRequest,
  commitOn,
  commitOnBranch,
  failed,
  whileMoving,
} from './branch-commit.ts'
import type { GitHub } from './client.ts'

/** The branch for a pull request if none is named: that of the issue or pull request, so that a later run updates it, or of the run alone. */
export function ownBranchName({ number, runId }: { number?: number | undefined; runId: string }) {
  return number === undefined ? `opencode/run-${runId}` : `opencode/issue-${number}`
}

const trailer = 'Opencode-Driver-Tree'

/** The commit's tree in its message, by which it is recognized: one that someone amended has another. */
function signMessage(message: string, tree: string): string {
  return `${message.trimEnd()}\n\n${trailer}: ${tree}`
}

/**
 * Commits a change to a branch of the action. One that has nothing but earlier commits of the action is made again from
 * the base branch; to one that someone else pushed to, the change is added on top. No commit is needed if the base has it.
 */
export async function commitOnOwnBranch(
  given: Omit<CommitRequest, 'message'> & {
    readonly baseBranch: string
    readonly message: string
  },
  signal: AbortSignal,
): Promise<CommitPublication> {
  const { github, branch, baseBranch } = given
  const request = { ...given, message: (tree: string) => signMessage(given.message, tree) }
  const note = `The branch ${quote(baseBranch)} has the change already, so no pull request was opened.`
  return await whileMoving(branch, async () => {
    const parent = await readBranch(github, baseBranch)
    if (parent === undefined) return failed(noBase(baseBranch))
    const expected = await readBranch(github, branch)
    const earlier =
      expected === undefined ? fresh : await readOwn(github, `${parent}...${expected}`)
    if (earlier === undefined) {
      const unchanged = (head: string) => ({ branch, commitSha: head })
      return await commitOnBranch({ ...request, unchanged }, signal)
    }
    const place = { parent, parentBranch: baseBranch, expected, replace: true, unchanged: { note } }
    return await commitOn(request, { ...place, earlierTree: earlier.tree }, signal)
  })
}

const comparison = z.object({
  behind_by: z.number(),
  total_commits: z.number(),
  commits: z.array(
    z.object({ commit: z.object({ message: z.string(), tree: z.object({ sha: z.string() }) }) }),
  ),
})

type OwnHead = { readonly tree: string | undefined }

const fresh: OwnHead = { tree: undefined }

/** Undefined if a commit between base and head is not the action's; `tree` is that of the head, if it lies on the base. */
async function readOwn(
  { octokit, owner, repo }: GitHub,
  basehead: string,
): Promise<OwnHead | undefined> {
  try {
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead })
    const { behind_by, total_commits, commits } = comparison.parse(data)
    const own = commits.every(({ commit: { message, tree } }) => {
      return message.trimEnd().endsWith(`\n${trailer}: ${tree.sha}`)
    })
    if (!own || commits.length < total_commits) return undefined
    return { tree: behind_by === 0 ? commits.at(-1)?.commit.tree.sha : undefined }
  } catch (error) {
    // Histories that have nothing in common.
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

function noBase(branch: string): string {
  return `There is no branch ${quote(branch)} to open a pull request on. Check the base-branch input.`
}
