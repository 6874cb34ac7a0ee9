import { access, constants } from 'node:fs/promises'
import { type Git, GitError, line } from './git.ts'
import { formatPaths, locate, parsePaths, type RawPath } from './raw-path.ts'
import { CARRIED, findTooLarge } from './sizes.ts'
import type { WorkTreeListing } from './work-tree.ts'

/** A path of an index with the content that the index has of it. */
export type Entry = { readonly path: RawPath; readonly mode: string; readonly id: string }

/** How a work tree differs from an index. */
export type Differences = {
  readonly removed: readonly RawPath[]
  /** As the index has them. */
  readonly changed: readonly Entry[]
  readonly untracked: readonly RawPath[]
}

/** The mode of a submodule: a pointer to a commit of another repository. */
export const SUBMODULE_MODE = '160000'

/** Lists what an index holds; the tag is in lower case where git is told to assume that a file is unchanged. */
export async function listEntries(
  git: Git,
  signal: AbortSignal,
): Promise<readonly (Entry & { readonly tag: string })[]> {
  const records = parsePaths(await git(['ls-files', '-z', '-v', '--stage'], signal))
  return records.map((record) => {
    const [tag = '', mode = '', id = ''] = record.split(' ', 3)
    return { path: record.slice(record.indexOf('\t') + 1), mode, id, tag }
  })
}

type Comparison = Pick<WorkTreeListing, 'leaves'> & {
  readonly git: Git
  readonly entries: readonly Entry[]
  /** Entries whose contents are compared, whatever their times say. */
  readonly suspects: readonly Entry[]
}

/** Compares a work tree with an index. Files that are too large to be read count as unchanged. */
export async function findDifferences(
  { git, entries, leaves, suspects }: Comparison,
  signal: AbortSignal,
): Promise<Differences> {
  const isLarge = ({ path }: Entry) => (leaves.get(path)?.size ?? 0) > CARRIED.file
  const others = suspects.filter((entry) => !isLarge(entry))
  await setEntries(git, { entries: others }, signal)
  const large = entries.filter(isLarge)
  await setEntries(git, { entries: large, isGone: true }, signal)
  await git(['update-index', '-q', '--unmerged', '--refresh'], signal)
  // `dirty`: git would run another git, with the agent's configuration, in each submodule.
  const compare = ['diff-files', '-z', '--raw', '--no-renames', '--ignore-submodules=dirty']
  const found = parseRaw(await git([...compare, '--no-abbrev'], signal))
  await setEntries(git, { entries: large }, signal)
  // A path in conflict is there twice, the second time with what the work tree has.
  const byPath = new Map(found.map((one) => [one.path, one]))
  const removed = [...byPath.values()].filter(({ status }) => status === 'D')
  const changed = [...byPath.values()].filter(({ status }) => status !== 'D')
  const known = new Set(entries.map(({ path }) => path))
  const untracked = [...leaves.keys()].filter((path) => !known.has(path))
  return { removed: removed.map(({ path }) => path), changed, untracked }
}

/** A line of `--raw -z --no-renames`: before and after; a mode of zeros stands for no file. */
export type RawDifference = Entry & {
  readonly status: string
  readonly after: Omit<Entry, 'path'>
}

/** Reads what a `diff` command of git prints with `--raw -z --no-renames --no-abbrev`. */
export function parseRaw(output: Buffer): readonly RawDifference[] {
  const fields = parsePaths(output)
  return fields.flatMap((path, at) => {
    if (at % 2 === 0) return []
    const [mode = '', newMode = '', id = '', newId = '', status = ''] =
      fields[at - 1]?.slice(1).split(' ') ?? []
    return [{ path, mode, id, status, after: { mode: newMode, id: newId } }]
  })
}

/** Takes entries out of an index, or sets them without times, so that git compares their contents. */
async function setEntries(
  git: Git,
  { entries, isGone = false }: { entries: readonly Entry[]; isGone?: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (entries.length === 0) return
  const records = entries.map(({ path, mode, id }) => `${isGone ? 0 : mode} ${id}\t${path}`)
  await git(['update-index', '-z', '--index-info'], signal, { input: formatPaths(records) })
}

/** Of these entries those whose content is missing, as in a partial clone what was never checked out. */
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

type Recording = Pick<WorkTreeListing, 'leaves'> & {
  readonly git: Git
  readonly root: string
  readonly differences: Differences
  /** Bytes of all files that are new or changed. */
  readonly most: number
}

/** A tree, and what it has as the index had it: files that could not be read, or were not since they are `tooLarge`. */
export type RecordedTree = {
  readonly tree: string
  readonly refused: readonly RawPath[]
  readonly tooLarge: ReadonlySet<RawPath>
}

/** Brings the index to the work tree's state and writes it as a tree. */
export async function recordTree(
  { git, root, leaves, differences: { removed, changed, untracked }, most }: Recording,
  signal: AbortSignal,
): Promise<RecordedTree> {
  await updateIndex({ git, options: ['--force-remove'], paths: removed }, signal)
  const present = [...changed.map(({ path }) => path), ...untracked]
  const sized = present.map((path) => ({ path, size: leaves.get(path)?.size ?? 0 }))
  const tooLarge = new Set(
    findTooLarge(sized, { ...CARRIED, change: most }).map(({ path }) => path),
  )
  const odd = present.filter((path) => leaves.get(path)?.kind === 'other')
  const paths = present.filter((path) => !tooLarge.has(path) && !odd.includes(path))
  const unreadable = await addFiles({ git, root, paths }, signal)
  // In a sparse partial clone the blobs outside the cone are missing.
  const tree = line(await git(['write-tree', '--missing-ok'], signal))
  return { tree, refused: [...tooLarge, ...odd, ...unreadable], tooLarge }
}

/** Adds files to the index; resolves with those that this user may not read. */
async function addFiles(
  { git, root, paths }: { git: Git; root: string; paths: readonly RawPath[] },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const options = ['--add', '--remove', '--replace']
  try {
    await updateIndex({ git, options, paths }, signal)
    return []
  } catch (error) {
    const canRead = await Promise.all(
      paths.map((path) => access(locate(root, path), constants.R_OK).then(() => true, isGone)),
    )
    const unreadable = paths.filter((_, at) => !canRead[at])
    if (!(error instanceof GitError) || unreadable.length === 0) throw error
    const others = paths.filter((_, at) => canRead[at])
    await updateIndex({ git, options, paths: others }, signal)
    return unreadable
  }
}

/** git itself sees that a file is gone, and does not follow links. */
function isGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT'
}

async function updateIndex(
  { git, options, paths }: { git: Git; options: readonly string[]; paths: readonly RawPath[] },
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return
  const input = formatPaths(paths)
  await git(['update-index', ...options, '-z', '--stdin'], signal, { input })
}
