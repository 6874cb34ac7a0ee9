import * as z from 'zod'
import type { CommitRequest } from './branch-commit.ts'
import { repeatLost } from './client.ts'
import { type Landing, type Write, writesOf } from './landing.ts'

/** What one request carries, so that GitHub answers in its ten seconds: up to 2 MiB of text. */
const inlineBytes = 32 * 1024
const mostEntries = 64

const object = z.object({ sha: z.string() })

/** What a commit is made of: what is published on top of its parent. */
export type Draft = Pick<CommitRequest, 'github' | 'change' | 'message'> & {
  readonly landing: Landing
}

/** Creates a commit through the API, since GitHub signs that; no branch has it yet. Undefined if GitHub made another tree than git. */
export async function createCommit(draft: Draft, signal: AbortSignal): Promise<string | undefined> {
  const { github, landing, message } = draft
  const { octokit, owner, repo } = github
  const { tree, parent } = landing
  // Only what was judged is committed, however GitHub understands it.
  if ((await createTree(draft, signal)) !== tree) return undefined
  // GitHub does not sign a commit that names its author, committer or signature.
  const commit = { owner, repo, message: message(tree), tree, parents: [parent] }
  const create = () => octokit.rest.git.createCommit(commit)
  return await repeatLost(async () => object.parse((await create()).data).sha, signal)
}

async function createTree(draft: Draft, signal: AbortSignal): Promise<string> {
  const { octokit, owner, repo } = draft.github
  const { files, parentTree } = draft.landing
  const writes = writesOf(files)
  let base_tree = parentTree
  for (let at = 0; at < writes.length; at += mostEntries) {
    const tree: Entry[] = []
    for (const write of writes.slice(at, at + mostEntries))
      tree.push(await createEntry(draft, write, signal))
    const create = () => octokit.rest.git.createTree({ owner, repo, base_tree, tree })
    base_tree = await repeatLost(async () => object.parse((await create()).data).sha, signal)
  }
  return base_tree
}

type Content = { readonly sha: string | null } | { readonly content: string }
type Entry = Content & {
  readonly path: string
  readonly mode: '100644' | '100755' | '120000'
  readonly type: 'blob'
}

async function createEntry(draft: Draft, write: Write, signal: AbortSignal): Promise<Entry> {
  const { path, mode } = write
  // Submodules are held back.
  const known = mode === '100755' || mode === '120000' ? mode : '100644'
  return { path, mode: known, type: 'blob', ...(await createContent(draft, write, signal)) }
}

/** Short text goes along in the tree; other new content takes a request. */
async function createContent(
  { github, change }: Draft,
  { id, isKnown }: Write,
  signal: AbortSignal,
): Promise<Content> {
  if (id === undefined) return { sha: null }
  if (isKnown) return { sha: id }
  const bytes = await change.clone.git(['cat-file', 'blob', id], signal)
  const text = bytes.toString()
  const isText = bytes.length > 0 && !text.includes('\0') && Buffer.from(text).equals(bytes)
  if (isText && bytes.length <= inlineBytes) return { content: text }
  const { octokit, owner, repo } = github
  const blob = { owner, repo, content: bytes.toString('base64'), encoding: 'base64' }
  const create = async () => object.parse((await octokit.rest.git.createBlob(blob)).data)
  return await repeatLost(create, signal)
}
