import type { Git } from './git.ts'
import { formatPaths, parsePaths, type RawPath } from './raw-path.ts'
import { CARRIED, withSize } from './sizes.ts'
import { type Entry, emptyBlob, listEntries } from './tree.ts'

/** Files of ignore rules that are too large: git reads each into memory whenever it looks for new files. */
export async function findLargeRules(
  { git, root }: { git: Git; root: string },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const list = ['ls-files', '-z', '--cached', '--others', '--', ':(glob)**/.gitignore']
  const paths = parsePaths(await git(list, signal))
  const sized = await Promise.all(paths.map((path) => withSize(root, path)))
  return sized.filter(({ size }) => size > CARRIED.file).map(({ path }) => path)
}

/** Tracked files that were empty and are too large now: git would read such a file to see whether it has changed. */
export async function findGrown(
  { git, root }: { git: Git; root: string },
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const empty = await emptyBlob(git, signal)
  const entries = (await listEntries(git, signal)).filter(({ id }) => id === empty)
  const sized = await Promise.all(
    entries.map(async (entry) => ({ ...entry, ...(await withSize(root, entry.path)) })),
  )
  return sized.filter(({ size }) => size > CARRIED.file)
}

/** Takes entries out of the index, or puts them back as they were. */
export async function setEntries(
  git: Git,
  { entries, present }: { entries: readonly Entry[]; present: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (entries.length === 0) return
  const records = entries.map(({ path, mode, id }) => `${present ? mode : 0} ${id}\t${path}`)
  const input = formatPaths(records)
  await git(['update-index', '-z', '--index-info'], signal, { input })
}
