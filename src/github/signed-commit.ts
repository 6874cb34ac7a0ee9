import * as z from 'zod'
import type { ChangedFile } from '../workspace/patch.ts'
import type { GitHub } from './client.ts'
import type { Clone } from './clone.ts'
import type { Landing } from './landing.ts'
import { repeatLost } from './repeat.ts'

const inlineBytes = 64 * 1024
/** What one request carries, so that GitHub answers in its ten seconds. */
const largestRequest = { entries: 300, bytes: 2 * 1024 * 1024 }

const object = z.object({ sha: z.string() })

type Entry = {
  readonly path: string
  readonly mode: '100644' | '100755' | '120000'
  readonly type: 'blob'
} & ({ readonly sha: string | null } | { readonly content: string })

/** A commit to make of what is published on top of its parent. */
export type Draft = {
  readonly github: GitHub
  readonly clone: Clone
  readonly landing: Landing
  readonly message: string
}

/** Makes a commit that no branch has yet, through the API, since GitHub signs that. Undefined if GitHub made another tree than git. */
export async function createCommit(draft: Draft, signal: AbortSignal): Promise<string | undefined> {
  const { github, landing, message } = draft
  const { octokit, owner, repo } = github
  const { tree, parent } = landing
  // What GitHub understands in another way than git is seen here: only what was judged is committed.
  if ((await createTree(draft, signal)) !== tree) return undefined
  // GitHub would not sign it with an author, committer or signature of ours.
  const commit = { owner, repo, message, tree, parents: [parent] }
  const create = () => octokit.rest.git.createCommit(commit)
  return await repeatLost(async () => object.parse((await create()).data).sha, signal)
}

async function createTree(draft: Draft, signal: AbortSignal): Promise<string> {
  const { octokit, owner, repo } = draft.github
  let base_tree = draft.landing.parentTree
  for (const tree of inRequests(await createEntries(draft, signal))) {
    const create = () => octokit.rest.git.createTree({ owner, repo, base_tree, tree })
    base_tree = await repeatLost(async () => object.parse((await create()).data).sha, signal)
  }
  return base_tree
}

function inRequests(entries: readonly Entry[]): readonly Entry[][] {
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

/** Removals first, so that they make room. */
async function createEntries(draft: Draft, signal: AbortSignal): Promise<readonly Entry[]> {
  const { files, known } = draft.landing
  const type = 'blob'
  const removed = files.flatMap(({ path, previousPath = path, previousMode, mode }): Entry[] => {
    if (previousMode === undefined || (path === previousPath && mode !== undefined)) return []
    return [{ path: previousPath, mode: modeOf(previousMode), type, sha: null }]
  })
  const written: Entry[] = []
  for (const { path, mode, id } of files) {
    if (mode === undefined || id === undefined) continue
    const content = known.has(id) ? { sha: id } : await createBlob(draft, id, signal)
    written.push({ path, mode: modeOf(mode), type, ...content })
  }
  return [...removed, ...written]
}

/** Submodules are held back. */
function modeOf(mode: NonNullable<ChangedFile['mode']>): Entry['mode'] {
  return mode === '100755' || mode === '120000' ? mode : '100644'
}

/** Short text goes along in the tree, all else has a request of its own. */
async function createBlob(
  { github: { octokit, owner, repo }, clone }: Draft,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly sha: string } | { readonly content: string }> {
  const bytes = await clone.git(['cat-file', 'blob', id], signal)
  const text = bytes.toString()
  const isText = bytes.length > 0 && !text.includes('\0') && Buffer.from(text).equals(bytes)
  if (isText && bytes.length <= inlineBytes) return { content: text }
  const blob = { owner, repo, content: bytes.toString('base64'), encoding: 'base64' }
  const create = async () => object.parse((await octokit.rest.git.createBlob(blob)).data)
  return { sha: (await repeatLost(create, signal)).sha }
}
