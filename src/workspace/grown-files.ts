import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Git } from './git.ts'
import { findNamed } from './named-entries.ts'
import { formatPaths, type RawPath, rawPath } from './raw-path.ts'
import { CARRIED, withSize } from './sizes.ts'
import { type Entry, emptyBlob, listEntries } from './tree.ts'

/**
 * Files of rules that git could not read: ones that are too large to have in memory, and pipes and devices, at which it would
 * wait for ever. A link in their place is not followed.
 */
export async function findBadRules(root: string, signal: AbortSignal): Promise<readonly RawPath[]> {
  const isWanted = (name: string) => name === '.gitignore' || name === '.gitattributes'
  const isLeftOut = ({ name }: { name: string }) => name === '.git'
  const paths = await findNamed({ root, isWanted, isLeftOut }, signal)
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => undefined)))
  const isBad = (stats: Stats | undefined) =>
    stats?.isFile()
      ? stats.size > CARRIED.file
      : stats && !stats.isSymbolicLink() && !stats.isDirectory()
  return paths.filter((_, at) => isBad(found[at])).map((path) => rawPath(relative(root, path)))
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
