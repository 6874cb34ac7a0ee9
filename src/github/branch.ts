import * as z from 'zod'
import { GitError } from '../workspace/git.ts'
import { isLost, statusOf, wordsOf } from './answer.ts'
import type { GitHub } from './client.ts'
import type { MadeCommit } from './git-data.ts'
import type { PrivateClone } from './private-clone.ts'
import { repeatLost } from './repeat.ts'

const refShape = z.object({ object: z.object({ sha: z.string() }) })

/** The commit that a branch stands at; undefined if there is no such branch. */
export async function readBranch(
  { octokit, owner, repo }: GitHub,
  branch: string,
): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` })
    return refShape.parse(data).object.sha
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** A branch to move from `expected` (undefined: to make) to a commit on top of it; `replace` does without "on top". */
export type BranchMove = {
  readonly github: GitHub
  readonly clone: PrivateClone
  readonly branch: string
  readonly commit: MadeCommit
  readonly expected: string | undefined
  readonly replace?: boolean
}

/** Moves a branch. It was `moved` if somebody else was faster. A lost answer is no failure: the branch is looked at. */
export async function moveBranch(move: BranchMove, signal: AbortSignal): Promise<'done' | 'moved'> {
  try {
    await carryOut(move, signal)
    return 'done'
  } catch (error) {
    const moved = isMoved(error)
    const unclear = moved || isLost(error) || error instanceof GitError
    if (unclear && (await hasLanded(move))) return 'done'
    if (moved) return 'moved'
    throw error
  }
}

async function carryOut(move: BranchMove, signal: AbortSignal): Promise<void> {
  const { github, clone, branch, commit, expected, replace = false } = move
  const { octokit, owner, repo } = github
  const { sha, signed } = commit
  if (signed && expected === undefined) {
    const ref = `refs/heads/${branch}`
    await repeatLost(() => octokit.rest.git.createRef({ owner, repo, ref, sha }), signal)
  } else if (signed && !replace) {
    await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: false })
  } else {
    // The API replaces whatever is there; only a push can insist on what it was. Its parent is needed, or the push is a shallow one.
    if (signed) await clone.fetch(sha, signal, 2)
    await clone.push({ branch, commit: sha, expected }, signal)
  }
}

/** Whether the branch has the commit, be it below somebody's later ones. */
async function hasLanded({ github, branch, commit }: BranchMove): Promise<boolean> {
  const { octokit, owner, repo } = github
  const now = await readBranch(github, branch)
  if (now === undefined || now === commit.sha) return now !== undefined
  try {
    const basehead = `${commit.sha}...${now}`
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead })
    return data.status === 'ahead'
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

const movedWords =
  /not a fast.forward|reference already exists|stale info|non-fast-forward|fetch first|cannot lock ref/i

function isMoved(error: unknown): boolean {
  return statusOf(error) === 409 || movedWords.test(wordsOf(error) ?? '')
}
