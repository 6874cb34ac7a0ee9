import { lstat, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Git } from './git.ts'
import { findNamed } from './named-entries.ts'
import { formatPaths, lookAt, parentsOf, type RawPath, rawPath } from './raw-path.ts'
import { CARRIED, withSize } from './sizes.ts'
import { type Entry, emptyBlob, listEntries, SUBMODULE_MODE } from './tree.ts'

/**
 * Files that git reads by itself and could not: ones that are too large to have in memory, and pipes and devices, at which it
 * would wait for ever. Rules whose place a link has are not read; a repository in the tree is asked whether it is one.
 */
export async function findBadRules(root: string, signal: AbortSignal): Promise<readonly RawPath[]> {
  const own = join(root, '.git')
  const isWanted = (name: string) =>
    ['.gitignore', '.gitattributes', '.gitmodules', '.git'].includes(name)
  const isLeftOut = () => false
  const found = await findNamed({ root, isWanted, isLeftOut }, signal)
  const paths = found.filter((path) => path !== own)
  const files = paths.flatMap((path) =>
    basename(path) === '.git' ? [join(path, 'HEAD'), join(path, 'commondir')] : [path],
  )
  const isBad = async (path: string) => {
    const isRule = basename(path).startsWith('.git')
    const stats = await (isRule ? lstat : stat)(path).catch(() => undefined)
    if (stats === undefined || stats.isSymbolicLink() || stats.isDirectory()) return false
    return !stats.isFile() || stats.size > CARRIED.file
  }
  const bad = await Promise.all(files.map(isBad))
  return files.filter((_, at) => bad[at]).map((path) => rawPath(relative(root, path)))
}

/** A few milliseconds of work, after which others get their turn. */
const atOnce = 500

/**
 * Entries whose files were written, renamed or given another mode since `mark`, or lie in a folder that something came to or
 * left: that moves a time which no program can set.
 */
export async function findTouched(
  { git, root, mark }: { git: Git; root: string; mark: number },
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const entries = await listEntries(git, signal)
  const touched: Entry[] = []
  const isYoung = (path: RawPath) => (lookAt(root, path)?.ctimeMs ?? 0) >= mark
  const folders = new Map<RawPath, boolean>()
  const isYoungFolder = (path: RawPath) => {
    const isKnown = folders.get(path) ?? isYoung(path)
    folders.set(path, isKnown)
    return isKnown
  }
  for (const [at, entry] of entries.entries()) {
    if (at % atOnce === 0) await setImmediate(undefined, { signal })
    if (entry.mode === SUBMODULE_MODE) continue
    const found = lookAt(root, entry.path)
    if (found === undefined) continue
    if (found.ctimeMs >= mark || parentsOf(entry.path).some(isYoungFolder)) touched.push(entry)
  }
  return touched
}

/** Tracked files that were empty and are too large now: git would read such a file to see whether it has changed. */
export async function findInflated(
  { git, root }: { git: Git; root: string },
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const empty = await emptyBlob(git, signal)
  const entries = (await listEntries(git, signal)).filter(({ id }) => id === empty)
  return (await findGrown(root, entries)).grown
}

/** Apart those that are too large now: git would read such a file to see whether it has changed. */
export async function findGrown(root: string, touched: readonly Entry[]) {
  const sized = await Promise.all(touched.map(({ path }) => withSize(root, path)))
  const isGrown = (_: Entry, at: number) => (sized[at]?.size ?? 0) > CARRIED.file
  return { grown: touched.filter(isGrown), others: touched.filter((one, at) => !isGrown(one, at)) }
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
