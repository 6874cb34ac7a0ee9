import {
  chmodSync,
  constants,
  copyFileSync,
  type Dirent,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { isNativeError } from 'node:util/types'
import { locate, type RawPath, stateOf } from './raw-path.ts'

/** What is copied, and where to. */
export type TreeCopying = {
  /** Absolute paths; `to` does not exist yet, or is an empty folder. */
  readonly from: string
  readonly to: string
  /** Whether an entry is left out, a folder with all that it holds. */
  readonly isLeftOut: (path: RawPath, name: string) => boolean
  /** Called now and then with the number of files so far. */
  readonly onProgress?: (files: number) => void
}

/** What came of it. */
export type CopiedTree = {
  readonly files: number
  /** What could not be copied: closed to this user, too deep, or no file, folder or link. */
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
  const { from, to, onProgress } = copying
  const missing: RawPath[] = []
  const large: RawPath[] = []
  const states = new Map<RawPath, string>()
  const closed: (() => void)[] = []
  let files = 0
  for (const { path, kind } of copyFolders({ ...copying, missing, closed })) {
    const pair = { source: locate(from, path), target: locate(to, path) }
    const copied = kind === undefined ? false : await copyEntry({ ...pair, kind })
    if (copied === 'large') large.push(path)
    else if (copied) states.set(path, copied)
    else missing.push(path)
    files += 1
    if (files % atOnce > 0) continue
    await setImmediate(undefined, { signal })
    onProgress?.(files)
  }
  // The inner ones first: what is closed can't be changed from within.
  for (const close of closed.toReversed()) close()
  return { files, missing, large, states }
}

type Walking = TreeCopying & {
  readonly missing: RawPath[]
  /** What makes the copies of folders read-only that are so. */
  readonly closed: (() => void)[]
}

/** Makes the folders, and yields what is to come into them. */
function* copyFolders({ isLeftOut, missing, ...walking }: Walking): Generator<Leaf> {
  const folders: RawPath[] = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = openFolder({ ...walking, folder })
    if (entries === undefined) missing.push(folder)
    const wanted = (entries ?? []).filter(({ path, name }) => !isLeftOut(path, name))
    for (const { path, kind } of wanted)
      if (kind === 'folder') folders.push(path)
      else yield { path, kind }
  }
}

type Leaf = { readonly path: RawPath; readonly kind: 'file' | 'link' | undefined }

type Entry = {
  readonly path: RawPath
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | undefined
}

type Opening = Pick<Walking, 'from' | 'to' | 'closed'> & { readonly folder: RawPath }

/** Makes the copy of a folder, and lists what is to come into it; undefined if it can't be read. */
function openFolder({ from, to, folder, closed }: Opening): readonly Entry[] | undefined {
  const [source, target] = [locate(from, folder), locate(to, folder)]
  if (source.length > longestPath) return undefined
  const entries = attempt(() => readdirSync(source, { withFileTypes: true, encoding: 'buffer' }))
  if (entries === undefined) return undefined
  const mode = lstatSync(source).mode & 0o777
  mkdirSync(target, { recursive: true })
  if ((mode & 0o700) !== 0o700) closed.push(() => chmodSync(target, mode))
  else chmodSync(target, mode)
  return entries.map((entry) => entryOf(folder, entry))
}

function entryOf(folder: RawPath, entry: Dirent<Buffer>): Entry {
  const name = entry.name.toString('latin1')
  const path = folder === '' ? name : `${folder}/${name}`
  if (entry.isDirectory()) return { path, name, kind: 'folder' }
  if (entry.isSymbolicLink()) return { path, name, kind: 'link' }
  return { path, name, kind: entry.isFile() ? 'file' : undefined }
}

const own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }

type Pair = { readonly source: Buffer; readonly target: Buffer; readonly kind: 'file' | 'link' }

/** What it was like; false if it can't be read, or is gone. */
async function copyEntry({ source, target, kind }: Pair): Promise<string | false> {
  const found = attempt(() => lstatSync(source))
  if (found === undefined) return false
  if (found.size > largestFile) return 'large'
  try {
    if (kind === 'link') symlinkSync(readlinkSync(source, { encoding: 'buffer' }), target)
    else if (found.size > slowFile) await copyFile(source, target, constants.COPYFILE_FICLONE)
    else copyFileSync(source, target, constants.COPYFILE_FICLONE)
    // Node.js keeps the owner, if it may.
    if (found.uid !== own.uid) lchownSync(target, own.uid, own.gid)
    lutimesSync(target, found.atime, found.mtime)
    return stateOf(found)
  } catch (error) {
    if (isUnreadable(error)) return false
    throw error
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

function isUnreadable(error: unknown): boolean {
  const code = isNativeError(error) && 'code' in error ? error.code : undefined
  return ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EIO'].includes(
    `${code}`,
  )
}
