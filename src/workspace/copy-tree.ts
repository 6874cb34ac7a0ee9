import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readlinkSync,
  type Stats,
  symlinkSync,
} from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { isNativeError } from 'node:util/types'
import { type FolderEntry, listFolder, locate, lookAt, type RawPath, stateOf } from './raw-path.ts'

/** What is copied, and where to. */
export type TreeCopying = {
  /** Absolute paths; `to` does not exist yet, or is an empty folder. */
  readonly from: string
  readonly to: string
  /** Whether an entry is left out, a folder with all that it holds. */
  readonly isLeftOut: (entry: FolderEntry) => boolean
  /** Called now and then with the number of files so far. */
  readonly onProgress?: (files: number) => void
}

/** What came of it. */
export type CopiedTree = {
  readonly files: number
  /** What could not be copied: closed to this user, too deep, or not a file, folder or link. */
  readonly missing: readonly RawPath[]
  /** Files that are too large to be copied. */
  readonly large: readonly RawPath[]
  /** What each file and link was like, as `stateOf` says it. */
  readonly states: ReadonlyMap<RawPath, string>
}

/** A few milliseconds of work, after which others get their turn. */
const atOnce = 100
/** Bytes. */
const largestFile = 1024 * 1024 * 1024
/** Bytes; a larger file would hold up everything else. */
const slowFile = 4 * 1024 * 1024
/** Linux opens no longer path by its name (PATH_MAX). */
const longestPath = 4000

/**
 * Copies a folder with modes and times; symbolic links as they are, all as files of this user. Throws what the disk says
 * (`ENOSPC`).
 */
export async function copyTree(copying: TreeCopying, signal: AbortSignal): Promise<CopiedTree> {
  const missing: RawPath[] = []
  const uncopied = new Map<RawPath, 'large' | 'missing'>()
  const states = new Map<RawPath, string>()
  const closed: Walking['closed'] = []
  for await (const entry of copyFolders({ ...copying, missing, closed }, signal)) {
    const found = await copyEntry(entry, copying)
    if (typeof found === 'string') uncopied.set(entry.path, found)
    else states.set(entry.path, stateOf(found))
    if ((states.size + uncopied.size) % atOnce > 0) continue
    await setImmediate(undefined, { signal })
    copying.onProgress?.(states.size)
  }
  // The inner ones first: what is closed can't be changed from within.
  for (const { path, mode } of closed.toReversed()) chmodSync(path, mode)
  const paths = Map.groupBy(uncopied.keys(), (path) => uncopied.get(path))
  return {
    files: states.size + uncopied.size,
    missing: [...missing, ...(paths.get('missing') ?? [])],
    large: paths.get('large') ?? [],
    states,
  }
}

type Walking = TreeCopying & {
  readonly missing: RawPath[]
  /** Copies of folders that this user may not change. */
  readonly closed: { readonly path: Buffer; readonly mode: number }[]
}

/** Makes the folders, and yields what else they hold. */
async function* copyFolders(
  { isLeftOut, ...walking }: Walking,
  signal: AbortSignal,
): AsyncGenerator<FolderEntry> {
  const folders: RawPath[] = ['']
  for (let made = 1, folder = folders.pop(); folder !== undefined; folder = folders.pop(), made++) {
    const entries = openFolder(folder, walking).filter((entry) => !isLeftOut(entry))
    for (const { path, kind } of entries) if (kind === 'folder') folders.push(path)
    yield* entries.filter(({ kind }) => kind !== 'folder')
    if (made % atOnce === 0) await setImmediate(undefined, { signal })
  }
}

function openFolder(
  folder: RawPath,
  { from, to, missing, closed }: Omit<Walking, 'isLeftOut'>,
): readonly FolderEntry[] {
  const [source, target] = [locate(from, folder), locate(to, folder)]
  const entries = source.length > longestPath ? undefined : listFolder(from, folder)
  if (entries === undefined) {
    missing.push(folder)
    return []
  }
  const mode = lstatSync(source).mode & 0o777
  mkdirSync(target, { recursive: true })
  if ((mode & 0o700) === 0o700) chmodSync(target, mode)
  else closed.push({ path: target, mode })
  return entries
}

const own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }

/** What it was like; `missing` if it can't be read, or is gone. */
async function copyEntry(
  { path, kind }: FolderEntry,
  { from, to }: TreeCopying,
): Promise<Stats | 'large' | 'missing'> {
  const [source, target] = [locate(from, path), locate(to, path)]
  const found = lookAt(from, path)
  if (found === undefined || kind === 'other') return 'missing'
  if (found.size > largestFile) return 'large'
  try {
    if (kind === 'link') symlinkSync(readlinkSync(source, { encoding: 'buffer' }), target)
    else if (found.size > slowFile) await copyFile(source, target, constants.COPYFILE_FICLONE)
    else copyFileSync(source, target, constants.COPYFILE_FICLONE)
    // Node.js keeps the owner, if it may.
    if (found.uid !== own.uid) lchownSync(target, own.uid, own.gid)
    lutimesSync(target, found.atime, found.mtime)
    return found
  } catch (error) {
    if (isUnreadable(error)) return 'missing'
    throw error
  }
}

function isUnreadable(error: unknown): boolean {
  const code = isNativeError(error) && 'code' in error ? `${error.code}` : ''
  return ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EIO'].includes(code)
}
