import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isNativeError } from 'node:util/types'

/** What there is at a path, a symbolic link as such; undefined if there is nothing. */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/** Moves a file, link or folder to a place where nothing is; to another file system as a copy with all that it has. */
export function moveTree(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    renameSync(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    // Under another name first, so that what was broken off is told from what is whole.
    const partial = `${to}.partial`
    removeTree(partial)
    copyTree(from, partial)
    renameSync(partial, to)
    removeTree(from)
  }
}

/** Removes a file, link or folder, if it is there. */
export function removeTree(path: string): void {
  const found = statOf(path)
  if (found?.isDirectory()) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  // A link that leads nowhere would stay.
  else if (found) unlinkSync(path)
}

function codeOf(error: unknown): unknown {
  return isNativeError(error) && 'code' in error ? error.code : undefined
}

/** Copies a file, link or folder with modes, owners and times. */
export function copyTree(from: string, to: string): void {
  const found = lstatSync(from)
  if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to)
  else if (found.isDirectory()) {
    mkdirSync(to)
    for (const name of readdirSync(from)) copyTree(join(from, name), join(to, name))
  } else if (found.isFile()) copyFileSync(from, to, constants.COPYFILE_FICLONE)
  else return
  if (process.getuid?.() === 0) lchownSync(to, found.uid, found.gid)
  if (!found.isSymbolicLink()) chmodSync(to, found.mode)
  lutimesSync(to, found.atime, found.mtimeMs / 1000)
}

/** The paths, from the top of either on, at which two trees differ in kind, mode or content; the top itself is ''. */
export function differencesOf(one: string, other: string, path = ''): readonly string[] {
  const [a, b] = [statOf(join(one, path)), statOf(join(other, path))]
  if (a === undefined && b === undefined) return []
  if (a?.isDirectory() && b?.isDirectory()) {
    const names = [...readdirSync(join(one, path)), ...readdirSync(join(other, path))]
    return [...new Set(names)].flatMap((name) => differencesOf(one, other, join(path, name)))
  }
  if (a === undefined || b === undefined || a.mode !== b.mode) return [path]
  return contentOf(join(one, path), a).equals(contentOf(join(other, path), b)) ? [] : [path]
}

function contentOf(path: string, found: Stats): Buffer {
  try {
    if (found.isSymbolicLink()) return readlinkSync(path, { encoding: 'buffer' })
    return found.isFile() ? readFileSync(path) : Buffer.alloc(0)
  } catch {
    // It is gone meanwhile.
    return Buffer.alloc(0)
  }
}
