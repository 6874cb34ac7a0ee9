import { findAddedSecrets } from '../policy/added-secrets.ts'
import { findFiltered } from '../policy/filters.ts'
import { readLinks } from '../policy/links.ts'
import { type FileVerdict, judgeChange } from '../policy/policy.ts'
import { type Git, line } from '../workspace/git.ts'
import type { ChangedFile } from '../workspace/patch.ts'
import { displayPath, formatPaths, rawPath } from '../workspace/raw-path.ts'
import { listEntries, SUBMODULE_MODE } from '../workspace/tree.ts'
import type { Change } from './change.ts'
import { endsOf, type Merge, mergeWith } from './merge.ts'

/** What of a change is published on top of one commit. */
export type Landing = {
  readonly parent: string
  readonly parentTree: string
  /** What became of each file that differs there. */
  readonly verdicts: readonly FileVerdict[]
  /** Paths that were also changed there, in another way, unless their files are held back. */
  readonly conflicts: readonly string[]
  /** The published files, and the tree that they make of the parent's. */
  readonly files: readonly ChangedFile[]
  readonly tree: string
}

/** Merges a change with the commit that it is to lie on, and judges the result, since its files may mean something else there. */
export async function landOn(
  change: Change,
  parent: string,
  signal: AbortSignal,
): Promise<Landing> {
  const { clone } = change
  await clone.fetch(parent, signal)
  const index = await clone.open(parent, signal)
  const parentTree = line(await index(['write-tree'], signal))
  const merge = await mergeWith(change, parentTree, signal)
  const verdicts = await judge(change, { parent, merge }, signal)
  const files = published(merge.files, verdicts)
  const heldBack = verdicts.filter(({ verdict }) => verdict === 'held-back')
  const heldBackOnly = new Set(heldBack.flatMap(endsOf)).difference(new Set(files.flatMap(endsOf)))
  const conflicts = merge.conflicts.difference(heldBackOnly)
  const tree = await writeFiles(index, files, signal)
  const landed = { verdicts, conflicts: [...conflicts].toSorted(), files, tree }
  return { parent, parentTree, ...landed }
}

function published(files: readonly ChangedFile[], verdicts: readonly FileVerdict[]) {
  return files.filter((_, at) => verdicts[at]?.verdict === 'published')
}

/** A path to write, or without an `id` to remove. `isKnown`: the content was there before. */
export type Write = {
  readonly path: string
  readonly mode: string
  readonly id?: string
  readonly isKnown?: boolean
}

/** What is to be written of changed files; removals first, so that they make room. */
export function writesOf(files: readonly ChangedFile[]): readonly Write[] {
  const removed = files.flatMap(({ path, previousPath = path, previousMode, mode }) =>
    previousMode === undefined || (path === previousPath && mode !== undefined)
      ? []
      : [{ path: previousPath, mode: previousMode }],
  )
  const written = files.flatMap(({ path, mode, id, previousId }) =>
    mode && id ? [{ path, mode, id, isKnown: id === previousId }] : [],
  )
  return [...removed, ...written]
}

/** Returns the tree that the files make of the one in the index. */
async function writeFiles(
  index: Git,
  files: readonly ChangedFile[],
  signal: AbortSignal,
): Promise<string> {
  const none = '0'.repeat(40)
  const writes = writesOf(files).map(
    ({ path, mode, id }) => `${id ? mode : 0} ${id ?? none}\t${rawPath(path)}`,
  )
  const input = formatPaths(writes)
  if (writes.length > 0) await index(['update-index', '-z', '--index-info'], signal, { input })
  return line(await index(['write-tree'], signal))
}

async function judge(
  change: Change,
  { parent, merge }: { readonly parent: string; readonly merge: Merge },
  signal: AbortSignal,
): Promise<readonly FileVerdict[]> {
  const { clone, base, tree, policy, scan, patchSize } = change
  const { git, open } = clone
  const { files } = merge
  const entries = await listEntries(await open(merge.tree, signal), signal)
  const after = entries.map((entry) => ({ ...entry, path: displayPath(entry.path) }))
  const paths = files.map(({ path }) => path)
  const filtered = new Set<string>()
  // What a filter converts on the branch, what it converted in the checkout, and what it would by the change itself.
  for (const one of [parent, base, tree])
    for (const path of await findFiltered({ git: await open(one, signal), paths }, signal))
      filtered.add(path)
  const judged = {
    ...{ files, patchSize, filtered, paths: after.map(({ path }) => path) },
    links: await readLinks({ git, files: after }, signal),
    sizes: await readSizes(git, files, signal),
  }
  const allowed = published(files, judgeChange(judged, policy))
  const leaks = await findAddedSecrets({ git, scan, files: allowed }, signal)
  return judgeChange({ ...judged, leaks }, policy)
}

/** Bytes of the contents that are new, by path. */
async function readSizes(
  git: Git,
  files: readonly ChangedFile[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const fresh = files.filter(
    ({ id, previousId, mode }) => id && id !== previousId && mode !== SUBMODULE_MODE,
  )
  if (fresh.length === 0) return new Map()
  const input = fresh.map(({ id }) => `${id}\n`).join('')
  const ask = ['cat-file', '--batch-check=%(objectsize)']
  const sizes = `${await git(ask, signal, { input })}`.split('\n')
  return new Map(fresh.map(({ path }, at) => [path, Number(sizes[at]) || 0]))
}
