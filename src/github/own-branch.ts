import * as z from 'zod'
import { quote } from '../text.ts'
import { statusOf } from './answer.ts'
import { moveBranch, readBranch } from './branch.ts'
import { commitOnBranch, commitOnto, type Landing, type ToCommit } from './branch-commit.ts'
import type { GitHub } from './client.ts'

/** The branch of a run's own where none is named: that of its issue or pull request, so that a later run updates it, or of the run alone. */
export function ownBranchName({ number, runId }: { number?: number | undefined; runId: string }) {
  return number === undefined ? `opencode/run-${runId}` : `opencode/issue-${number}`
}

const trailer = 'Opencode-Driver-Tree'

/** The commit's own tree in its message, by which it is known again: one that somebody amended has another. */
function signMessage(message: string, tree: string): string {
  return `${message.trimEnd()}\n\n${trailer}: ${tree}`
}

const mostTries = 3

/**
 * Commits a change to a branch of the action's own. One that has nothing but earlier commits of the action is made anew
 * from the base branch; to one that somebody else pushed to, the change is added on top. What `unchanged` is, is the base.
 */
export async function commitOnOwnBranch(
  given: Omit<ToCommit, 'message'> & { readonly baseBranch: string; readonly message: string },
  signal: AbortSignal,
): Promise<Landing> {
  const todo = { ...given, message: (tree: string) => signMessage(given.message, tree) }
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const landing = await tryOnce(todo, signal)
    if (landing !== 'moved') return landing
  }
  const problem = `The branch ${quote(todo.branch)} moved each of ${mostTries} times while the change was committed. The patch is in the run directory; run the job again.`
  return { kind: 'failed', problem }
}

async function tryOnce(
  todo: ToCommit & { readonly baseBranch: string },
  signal: AbortSignal,
): Promise<Landing | 'moved'> {
  const { github, change, branch, baseBranch } = todo
  const base = await readBranch(github, baseBranch)
  if (base === undefined) return noBase(baseBranch)
  const expected = await readBranch(github, branch)
  const earlier = expected === undefined ? fresh : await readOwn(github, `${base}...${expected}`)
  if (earlier === undefined) return await commitOnTop(todo, signal)
  const made = await commitOnto({ ...todo, branch: baseBranch }, base, signal)
  if (made.kind !== 'made') return made
  const { commit, tree, held } = made
  if (expected && earlier.tree === tree) return { kind: 'committed', commit: expected, held }
  const move = { github, clone: change.clone, branch, commit, expected, replace: true }
  const moved = await moveBranch(move, signal)
  return moved === 'moved' ? moved : { kind: 'committed', commit: commit.sha, held }
}

async function commitOnTop(todo: ToCommit, signal: AbortSignal): Promise<Landing> {
  const landing = await commitOnBranch(todo, signal)
  if (landing.kind !== 'unchanged') return landing
  const head = await readBranch(todo.github, todo.branch)
  return head === undefined ? landing : { ...landing, kind: 'committed', commit: head }
}

const comparison = z.object({
  behind_by: z.number(),
  total_commits: z.number(),
  commits: z.array(
    z.object({ commit: z.object({ message: z.string(), tree: z.object({ sha: z.string() }) }) }),
  ),
})

type Earlier = { readonly tree: string | undefined }

const fresh: Earlier = { tree: undefined }

/** Undefined if a commit between base and head is not the action's; `tree` is that of the head, if it stands on the base. */
async function readOwn(
  { octokit, owner, repo }: GitHub,
  basehead: string,
): Promise<Earlier | undefined> {
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

function noBase(branch: string): Landing {
  const problem = `There is no branch ${quote(branch)} to open a pull request on. Check the base-branch input.`
  return { kind: 'failed', problem }
}
