import * as z from 'zod'
import { answerText, statusOf } from './answer.ts'
import type { GitHub } from './client.ts'
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
  readonly branch: string
  readonly commit: string
  readonly expected: string | undefined
  readonly replace?: boolean
}

/** Moves a branch. It has `moved` if someone else was faster. After an error the branch is looked at: the answer may be lost. */
export async function moveBranch(move: BranchMove, signal: AbortSignal): Promise<'done' | 'moved'> {
  try {
    await write(move, signal)
    return 'done'
  } catch (error) {
    const found = answerText(error) === undefined || signal.aborted ? 'as before' : await look(move)
    if (found === 'as before') throw error
    return found
  }
}

async function look(move: BranchMove): Promise<'done' | 'moved' | 'as before'> {
  const { github, branch, commit, expected } = move
  const now = await readBranch(github, branch)
  if (now === commit) return 'done'
  if (now === expected) return 'as before'
  return now && (await contains(github, `${commit}...${now}`)) ? 'done' : 'moved'
}

async function write(move: BranchMove, signal: AbortSignal): Promise<void> {
  const { github, branch, commit: sha, expected, replace = false } = move
  const { octokit, owner, repo } = github
  if (expected === undefined) {
    const ref = `refs/heads/${branch}`
    await repeatLost(() => octokit.rest.git.createRef({ owner, repo, ref, sha }), signal)
  } else if (replace) await replaceBranch({ ...move, expected }, signal)
  else await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: false })
}

const identify = `query ($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) { id }
}`
const identified = z.object({ repository: z.object({ id: z.string() }) })
const update = `mutation ($input: UpdateRefsInput!) {
  updateRefs(input: $input) { clientMutationId }
}`

/** REST replaces whatever the branch has; only this mutation can insist on what it was. */
async function replaceBranch(
  { github, branch, commit, expected }: BranchMove & { readonly expected: string },
  signal: AbortSignal,
): Promise<void> {
  const { octokit, owner, repo } = github
  const { repository } = identified.parse(await octokit.graphql(identify, { owner, repo }))
  const name = `refs/heads/${branch}`
  const refUpdates = [{ name, beforeOid: expected, afterOid: commit, force: true }]
  const input = { repositoryId: repository.id, refUpdates }
  await repeatLost(() => octokit.graphql(update, { input }), signal)
}

/** Whether the second of two commits has the first one below it. */
async function contains({ octokit, owner, repo }: GitHub, basehead: string): Promise<boolean> {
  try {
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead })
    return data.status === 'ahead'
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}
