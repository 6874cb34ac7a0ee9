import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { sep } from 'node:path'

/**
 * A path as git stores it, relative to the top level, one character per byte: names need not be
 * UTF-8, and a name that was decoded and encoded again may be another file.
 */
export type RawPath = string

const ENCODING = 'latin1'

/** The paths of a list that git ended with NUL characters. */
export function parsePaths(output: Buffer): readonly RawPath[] {
  const text = output.toString(ENCODING)
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}

/** Lines for a git that reads NUL-ended ones. */
export function formatPaths(paths: readonly RawPath[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(''), ENCODING)
}

/** Where a path is on the disk. */
export function locate(root: string, path: RawPath): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, ENCODING)])
}

/** A path as people read it. */
export function displayPath(path: RawPath): string {
  return Buffer.from(path, ENCODING).toString()
}

/** A path of the disk, relative to the top level, as git stores it. */
export function rawPath(path: string): RawPath {
  return Buffer.from(path.split(sep).join('/')).toString(ENCODING)
}

/** The folders that a path lies in, the uppermost first. */
export function parentsOf(path: RawPath): readonly RawPath[] {
  const parents: RawPath[] = []
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    parents.push(path.slice(0, at))
  return parents
}

/** Whether a path, or a folder that it is in, is one of these. */
export function isAtOrBelow(path: RawPath, names: ReadonlySet<RawPath>): boolean {
  return names.size > 0 && (names.has(path) || parentsOf(path).some((parent) => names.has(parent)))
}

/** What a file is like: any write, rename or change of mode gives another text. */
export function stateOf({ mode, size, ino, ctimeMs }: Stats): string {
  return `${mode} ${size} ${ino} ${ctimeMs}`
}

/** What lies at a path, links not followed; undefined if nothing does. */
export function lookAt(root: string, path: RawPath): Stats | undefined {
  try {
    return lstatSync(locate(root, path))
  } catch {
    return undefined
  }
}

/** The same, where no folder on the way is a link. */
export function lookInside(root: string, path: RawPath): Stats | undefined {
  const isFolder = (parent: RawPath) => lookAt(root, parent)?.isDirectory() === true
  return parentsOf(path).every(isFolder) ? lookAt(root, path) : undefined
}

/** What a folder holds; `other` is a pipe, a socket or a device. */
export type FolderEntry = {
  readonly path: RawPath
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

/** Lists a folder, where '' is the root itself; undefined if it can't be read. */
export function listFolder(root: string, folder: RawPath): readonly FolderEntry[] | undefined {
  try {
    const options = { withFileTypes: true, encoding: 'buffer' } as const
    return readdirSync(locate(root, folder), options).map((entry) => {
      const name = entry.name.toString(ENCODING)
      return { path: folder === '' ? name : `${folder}/${name}`, name, kind: kindOf(entry) }
    })
  } catch {
    return undefined
  }
}

function kindOf(
  entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>,
): FolderEntry['kind'] {
  if (entry.isDirectory()) return 'folder'
  if (entry.isSymbolicLink()) return 'link'
  return entry.isFile() ? 'file' : 'other'
}
