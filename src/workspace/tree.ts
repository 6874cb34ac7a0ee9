import { access, constants, lstat } from 'node:fs/promises'
import { type Git, GitError, line } from './git.ts'
import { formatPaths, locate, parsePaths, type RawPath } from './raw-path.ts'
import { CARRIED, findTooLarge, withSize } from './sizes.ts'

/** A path of an index with the content that the index has of it. */
export type Entry = { readonly path: RawPath; readonly mode: string; readonly id: string }

/** How a work tree differs from an index. */
export type Differences = {
  readonly removed: readonly RawPath[]
  /** As the index has them. */
  readonly changed: readonly Entry[]
  /** Files, and repositories that are tracked as submodules, that the index does not have. */
  readonly untracked: readonly RawPath[]
}

/** The mode of a submodule: a pointer to a commit of another repository. */
export const SUBMODULE_MODE = '160000'

const PLACEHOLDER = '.placeholder'

/** Lists what an index holds. */
export async function listEntries(git: Git, signal: AbortSignal): Promise<readonly Entry[]> {
  const records = parsePaths(await git(['ls-files', '-z', '--stage'], signal))
  return records.map((record) => {
    const [mode = '', id = ''] = record.split(' ', 2)
    return { path: record.slice(record.indexOf('\t') + 1), mode, id }
  })
}

/**
 * Compares the work tree with the index. A repository inside the repository counts as the files
 * in it, unless it is in `submodules`; git alone would see an opaque thing or fail.
 */
export async function findDifferences(
  git: Git,
  submodules: ReadonlySet<RawPath>,
  signal: AbortSignal,
): Promise<Differences> {
  const untracked = await listUntracked(git, submodules, signal)
  await git(['update-index', '-q', '--unmerged', '--really-refresh'], signal)
  // `dirty`: git would run a git of its own, with the agent's configuration, in each submodule.
  const compare = ['diff-files', '-z', '--raw', '--no-renames', '--ignore-submodules=dirty']
  const fields = parsePaths(await git([...compare, '--no-abbrev'], signal))
  const removed = new Set<RawPath>()
  const changed = new Map<RawPath, Entry>()
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const path = fields[at + 1] ?? ''
    const [mode = '', , id = '', , status] = (fields[at] ?? '').slice(1).split(' ')
    if (status === 'D') removed.add(path)
    else changed.set(path, { path, mode, id })
  }
  return { removed: [...removed], changed: [...changed.values()], untracked }
}

/** Of these entries those whose content is nowhere, as in a partial clone what was never checked out. */
export async function findBlobless(
  { git, entries }: { git: Git; entries: readonly Entry[] },
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const files = entries.filter(({ mode }) => mode !== SUBMODULE_MODE)
  if (files.length === 0) return []
  const input = files.map(({ id }) => `${id}\n`).join('')
  const answers = `${await git(['cat-file', '--batch-check'], signal, { input })}`.split('\n')
  return files.filter((_, at) => answers[at]?.endsWith(' missing'))
}

/**
 * Brings the index to the work tree's state and writes it as a tree. `refused` are files that could not be read, or were
 * not, since they are `tooLarge`: what the index has of them stays.
 */
export async function recordTree(
  {
    git,
    root,
    differences,
    limits = { ...CARRIED, change: Number.POSITIVE_INFINITY },
  }: { git: Git; root: string; differences: Differences; limits?: typeof CARRIED },
  signal: AbortSignal,
): Promise<{
  readonly tree: string
  readonly refused: readonly RawPath[]
  readonly tooLarge: ReadonlySet<RawPath>
}> {
  await updateIndex(git, ['--force-remove'], differences.removed, signal)
  const present = [...differences.changed.map(({ path }) => path), ...differences.untracked]
  const sized = await Promise.all(present.map((path) => withSize(root, path)))
  const tooLarge = new Set(findTooLarge(sized, limits).map(({ path }) => path))
  const paths = present.filter((path) => !tooLarge.has(path))
  const refused = [...tooLarge, ...(await addFiles({ git, root, paths }, signal))]
  // Of a sparse partial clone the blobs outside the cone are absent, rightly.
  const tree = line(await git(['write-tree', '--missing-ok'], signal))
  return { tree, refused, tooLarge }
}

/** The id of a file without content. */
export async function emptyBlob(git: Git, signal: AbortSignal): Promise<string> {
  return line(await git(['hash-object', '-t', 'blob', '--stdin'], signal))
}

async function listUntracked(
  git: Git,
  submodules: ReadonlySet<RawPath>,
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const opened = new Set<RawPath>()
  for (;;) {
    const listed = parsePaths(
      await git(['ls-files', '-z', '--others', '--exclude-standard'], signal),
    )
    // Only a repository is listed as a folder.
    const closed = listed.filter((path) => path.endsWith('/') && !opened.has(path))
    const toOpen = closed.filter((path) => !submodules.has(path.slice(0, -1)))
    if (toOpen.length === 0) return listed.map((path) => path.replace(/\/$/, ''))
    for (const path of toOpen) opened.add(path)
    await openRepositories(git, toOpen, signal)
  }
}

/** git looks into a folder with a `.git` if the index has a file in it, so it gets one that is absent from the disk. */
async function openRepositories(
  git: Git,
  folders: readonly RawPath[],
  signal: AbortSignal,
): Promise<void> {
  const empty = await emptyBlob(git, signal)
  const records = folders.map((folder) => `100644 ${empty}\t${folder}${PLACEHOLDER}`)
  const input = formatPaths(records)
  await git(['update-index', '--add', '--replace', '-z', '--index-info'], signal, { input })
}

async function addFiles(
  { git, root, paths }: { git: Git; root: string; paths: readonly RawPath[] },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const add = ['--add', '--remove', '--replace']
  try {
    await updateIndex(git, add, paths, signal)
    return []
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    const refused = await findUnreadable(root, paths)
    if (refused.length === 0) throw error
    const others = new Set(paths).difference(new Set(refused))
    await updateIndex(git, add, [...others], signal)
    return refused
  }
}

async function updateIndex(
  git: Git,
  options: readonly string[],
  paths: readonly RawPath[],
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return
  const input = formatPaths(paths)
  await git(['update-index', ...options, '-z', '--stdin'], signal, { input })
}

async function findUnreadable(
  root: string,
  paths: readonly RawPath[],
): Promise<readonly RawPath[]> {
  const unreadable: RawPath[] = []
  for (const path of paths) {
    if (!(await isReadable(locate(root, path)))) unreadable.push(path)
  }
  return unreadable
}

/** Whether git can make something of it: a pipe or a socket is read by nobody. */
async function isReadable(location: Buffer): Promise<boolean> {
  const found = await lstat(location).catch(() => undefined)
  if (found === undefined || found.isSymbolicLink() || found.isDirectory()) return true
  if (!found.isFile()) return false
  return access(location, constants.R_OK).then(
    () => true,
    () => false,
  )
}
