import * as z from 'zod'
import { answerText, unlessMissing } from './answer.ts'
import { type GitHub, repeatLost } from './client.ts'

const refShape = z.object({ object: z.object({ sha: z.string() }) })

/** The commit that a branch points to; undefined if there is no such branch. */
export async function readBranch(
  { octokit, owner, repo }: GitHub,
  branch: string,
): Promise<string | undefined> {
  const asked = { owner, repo, ref: `heads/${branch}` }
  const answer = await unlessMissing(octokit.rest.git.getRef(asked))
  return answer && refShape.parse(answer.data).object.sha
}

/** A branch to move from the commit `expected` (undefined: to create) to another one. */
export type BranchMove = {
  readonly github: GitHub
  readonly branch: string
  readonly commit: string
  /** The commit below it; if the branch is elsewhere, its commits are replaced. */
  readonly parent: string
  readonly expected: string | undefined
}

/** Moves a branch, unless someone else moved it. After an error it reads the branch, since the answer may be lost. */
export async function moveBranch(move: BranchMove, signal: AbortSignal): Promise<'done' | 'moved'> {
  try {
    await write(move, signal)
    return 'done'
  } catch (error) {
    if (answerText(error) === undefined || signal.aborted) throw error
    const now = await readBranch(move.github, move.branch)
    if (now === move.expected) throw error
    return (await hasCommit(now, move)) ? 'done' : 'moved'
  }
}

async function hasCommit(head: string | undefined, move: BranchMove): Promise<boolean> {
  const { commit, github } = move
  const { octokit, owner, repo } = github
  if (head === undefined || head === commit) return head === commit
  const basehead = `${commit}...${head}`
  const asked = octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead })
  return (await unlessMissing(asked))?.data.status === 'ahead'
}

async function write(move: BranchMove, signal: AbortSignal): Promise<void> {
  const { github, branch, commit: sha, parent, expected } = move
  const { octokit, owner, repo } = github
  const place = { owner, repo, sha }
  if (expected === undefined) {
    const ref = `refs/heads/${branch}`
    await repeatLost(() => octokit.rest.git.createRef({ ...place, ref }), signal)
  } else if (expected === parent)
    await octokit.rest.git.updateRef({ ...place, ref: `heads/${branch}`, force: false })
  else await replaceBranch({ ...move, expected }, signal)
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
