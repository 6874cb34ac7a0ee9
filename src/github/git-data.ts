import * as z from 'zod'
import { line } from '../workspace/git.ts'
import { displayPath, formatPaths } from '../workspace/raw-path.ts'
import { statusOf } from './answer.ts'
import type { GitHub } from './client.ts'
import type { PrivateClone } from './private-clone.ts'
import { repeatLost } from './repeat.ts'
import { findTreeDifferences, type TreeDifference } from './tree-differences.ts'

const inlineBytes = 64 * 1024
/** The API takes 40 MB in base64. */
const largestBlob = 30 * 1024 * 1024
/** What one request carries, so that GitHub answers in its ten seconds. */
const largestRequest = { entries: 300, bytes: 2 * 1024 * 1024 }

const object = z.object({ sha: z.string() })
const modes = ['100644', '100755', '120000'] as const

type Entry = {
  readonly path: string
  readonly mode: (typeof modes)[number]
  readonly type: 'blob'
} & ({ readonly sha: string | null } | { readonly content: string })

/** A commit to make: `tree` as the private clone has it, on top of the first of `parents`. */
export type Draft = {
  readonly github: GitHub
  readonly clone: PrivateClone
  readonly tree: string
  readonly parent: string
  readonly message: string
}

/** A commit that was made; GitHub has it already if it is `signed`, else only the clone does. */
export type MadeCommit = { readonly sha: string; readonly signed: boolean }

/** Makes a commit that no branch has yet: through the API, since GitHub signs that; what the API can't do, git does. */
export async function createCommit(draft: Draft, signal: AbortSignal): Promise<MadeCommit> {
  const sha = await createSigned(draft, signal)
  return sha === undefined
    ? { sha: await createUnsigned(draft, signal), signed: false }
    : { sha, signed: true }
}

async function createSigned(draft: Draft, signal: AbortSignal): Promise<string | undefined> {
  const { github, clone, tree, parent, message } = draft
  const { owner, repo, octokit } = github
  const from = line(await clone.git()(['rev-parse', `${parent}^{tree}`], signal))
  const differences = await findTreeDifferences({ git: clone.git(), from, to: tree }, signal)
  try {
    const entries = await createEntries(draft, differences, signal)
    const made = entries && (await createTree(draft, { from, entries }, signal))
    // Whatever GitHub understands otherwise than git is seen here.
    if (made !== tree) return undefined
    // With an author, committer or signature of ours GitHub would not sign it.
    const commit = { owner, repo, message, tree, parents: [parent] }
    return await repeatLost(
      async () => object.parse((await octokit.rest.git.createCommit(commit)).data).sha,
      signal,
    )
  } catch (error) {
    const status = statusOf(error)
    if (status !== undefined && [404, 409, 413, 422].includes(status)) return undefined
    throw error
  }
}

async function createTree(
  { github: { octokit, owner, repo } }: Draft,
  { from, entries }: { from: string; entries: readonly Entry[] },
  signal: AbortSignal,
): Promise<string> {
  let base_tree = from
  for (const tree of inRequests(entries)) {
    const create = () => octokit.rest.git.createTree({ owner, repo, base_tree, tree: [...tree] })
    base_tree = await repeatLost(async () => object.parse((await create()).data).sha, signal)
  }
  return base_tree
}

function inRequests(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const requests: Entry[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    const size = 'content' in entry ? entry.content.length : 0
    const last = requests.at(-1)
    const fits = bytes + size <= largestRequest.bytes
    if (last && fits && last.length < largestRequest.entries) last.push(entry)
    else requests.push([entry])
    bytes = requests.at(-1) === last ? bytes + size : size
  }
  return requests
}

/** Undefined where the API has no words for it: a name that is not UTF-8, a submodule, a very large file. */
async function createEntries(
  draft: Draft,
  differences: readonly TreeDifference[],
  signal: AbortSignal,
): Promise<readonly Entry[] | undefined> {
  const known = new Set(differences.map(({ previousId }) => previousId))
  const entries: Entry[] = []
  for (const { path: raw, id, mode: current, previousMode } of differences) {
    const path = displayPath(raw)
    const mode = modes.find((one) => one === (current ?? previousMode))
    if (mode === undefined || !isFaithful(path, formatPaths([raw]).subarray(0, -1)))
      return undefined
    const content =
      id === undefined || known.has(id) ? { sha: id ?? null } : await createBlob(draft, id, signal)
    if (content === undefined) return undefined
    entries.push({ path, mode, type: 'blob', ...content })
  }
  return entries
}

/** Short text goes along in the tree, all else has a request of its own. */
async function createBlob(
  { github: { octokit, owner, repo }, clone }: Draft,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly sha: string } | { readonly content: string } | undefined> {
  const bytes = await clone.git()(['cat-file', 'blob', id], signal)
  if (bytes.length > largestBlob) return undefined
  const text = bytes.toString()
  const isText = bytes.length > 0 && !text.includes('\0') && isFaithful(text, bytes)
  if (isText && bytes.length <= inlineBytes) return { content: text }
  const blob = { owner, repo, content: bytes.toString('base64'), encoding: 'base64' }
  const create = async () => object.parse((await octokit.rest.git.createBlob(blob)).data)
  return { sha: (await repeatLost(create, signal)).sha }
}

function isFaithful(text: string, bytes: Uint8Array): boolean {
  return Buffer.from(text).equals(bytes)
}

const author = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
}

async function createUnsigned(
  { clone, tree, parent, message }: Draft,
  signal: AbortSignal,
): Promise<string> {
  const git = clone.git()
  const identity = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`]
  const commit = ['commit-tree', tree, '-p', parent, '-F', '-']
  return line(await git([...identity, ...commit], signal, { input: message }))
}
