import { findAddedSecrets } from '../policy/added-secrets.ts'
import { findFiltered } from '../policy/filters.ts'
import { readLinks } from '../policy/links.ts'
import { type FileVerdict, judgeChange } from '../policy/policy.ts'
import { type Git, line } from '../workspace/git.ts'
import type { ChangedFile } from '../workspace/patch.ts'
import { formatPaths, rawPath } from '../workspace/raw-path.ts'
import { SUBMODULE_MODE } from '../workspace/tree.ts'
import type { Change } from './change.ts'
import { changeTree, findBlocked, mergeFile, moveFiles, readTree, type Tree } from './merge.ts'

/** What of a change is published on top of one commit. */
export type Landing = {
  readonly parent: string
  /** What became of each file that differs there. */
  readonly verdicts: readonly FileVerdict[]
  /** Published files that were also changed there, in another way. */
  readonly conflicts: readonly string[]
  /** The published files, and the tree that they make of the parent's. */
  readonly files: readonly ChangedFile[]
  readonly tree: string
  readonly parentTree: string
  /** Contents that GitHub has already. */
  readonly known: ReadonlySet<string>
}

/** Applies a change to the commit that it is to lie on, and judges it there, where its files may mean something else. */
export async function landOn(
  change: Change,
  parent: string,
  signal: AbortSignal,
): Promise<Landing> {
  const { clone } = change
  await clone.fetch(parent, signal)
  const git = clone.withIndex()
  await git(['read-tree', parent], signal)
  const parentTree = line(await git(['rev-parse', `${parent}^{tree}`], signal))
  const ours = await readTree(git, signal)
  const { files, verdicts, conflicts } = await applyPolicy(change, { git, ours }, signal)
  await updateIndex(git, files, signal)
  const tree = line(await git(['write-tree'], signal))
  const known = new Set([...ours.values()].map(({ id }) => id))
  return { parent, verdicts, conflicts, files, tree, parentTree, known }
}

async function applyPolicy(
  change: Change,
  { git, ours }: { git: Git; ours: Tree },
  signal: AbortSignal,
): Promise<Pick<Landing, 'files' | 'verdicts' | 'conflicts'>> {
  const { clone, policy, scan, patchSize } = change
  const moved = moveFiles(change.files, ours)
  const files = moved.map(({ file }) => file)
  const after = changeTree(ours, files)
  const found = {
    ...{ files, patchSize, paths: [...after.keys()] },
    links: await readLinks({ git, files: after.values() }, signal),
    sizes: await readSizes({ git, files, ours }, signal),
    filtered: new Set([
      ...(await findFiltered({ git, paths: files.map(({ path }) => path) }, signal)),
      ...(await filteredWhereMade(change, files, signal)),
    ]),
  }
  const byPath = new Map(judgeChange(found, policy).map((one) => [one.path, one.verdict]))
  const isPublished = ({ path }: ChangedFile) => byPath.get(path) === 'published'
  const blocked = findBlocked(files, after)
  const merged: ChangedFile[] = []
  const conflicting: ChangedFile[] = []
  for (const one of moved.filter(({ file }) => isPublished(file))) {
    const isBlocked = blocked.has(one.file.path)
    const file = isBlocked ? undefined : await mergeFile({ clone, moved: one, ours }, signal)
    if (file) merged.push(file)
    else conflicting.push(one.file)
  }
  const scanned = { git, scan, files: [...merged, ...conflicting] }
  const leaks = await findAddedSecrets(scanned, signal)
  const verdicts = judgeChange({ ...found, leaks }, policy)
  const heldBack = new Set(
    verdicts.flatMap(({ path, verdict }) => (verdict === 'held-back' ? [path] : [])),
  )
  const isKept = ({ path }: ChangedFile) => !heldBack.has(path)
  const conflicts = conflicting.filter(isKept).map(({ path }) => path)
  return { verdicts, files: merged.filter(isKept), conflicts }
}

/** The paths that a filter converted in the checkout, or that the change says are converted. */
async function filteredWhereMade(
  { clone, base, tree }: Change,
  files: readonly ChangedFile[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths = files.map(({ path }) => path)
  const filtered: string[] = []
  for (const made of [base, tree]) {
    const git = clone.withIndex()
    await git(['read-tree', made], signal)
    filtered.push(...(await findFiltered({ git, paths }, signal)))
  }
  return filtered
}

/** Bytes of the contents that are new, by path. */
async function readSizes(
  { git, files, ours }: { git: Git; files: readonly ChangedFile[]; ours: Tree },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const known = new Set([...ours.values()].map(({ id }) => id))
  const fresh = files.filter(
    ({ id, mode }) => id !== undefined && !known.has(id) && mode !== SUBMODULE_MODE,
  )
  if (fresh.length === 0) return new Map()
  const input = fresh.map(({ id }) => `${id}\n`).join('')
  const ask = ['cat-file', '--batch-check=%(objectsize)']
  const sizes = `${await git(ask, signal, { input })}`.split('\n')
  return new Map(fresh.map(({ path }, at) => [path, Number(sizes[at]) || 0]))
}

/** Removals first, so that they make room. */
async function updateIndex(
  git: Git,
  files: readonly ChangedFile[],
  signal: AbortSignal,
): Promise<void> {
  const removed = files.flatMap(({ path, previousPath = path, previousMode }) =>
    previousMode === undefined ? [] : [`0 ${'0'.repeat(40)}\t${rawPath(previousPath)}`],
  )
  const written = files.flatMap(({ path, mode, id }) =>
    mode === undefined ? [] : [`${mode} ${id}\t${rawPath(path)}`],
  )
  if (removed.length + written.length === 0) return
  const input = formatPaths([...removed, ...written])
  await git(['update-index', '-z', '--index-info'], signal, { input })
}
