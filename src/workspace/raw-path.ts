import { lstatSync, type Stats } from 'node:fs'
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

/** Whether a path, or a folder that it is in, is one of these. */
export function isAtOrBelow(path: RawPath, names: ReadonlySet<RawPath>): boolean {
  if (names.size === 0) return false
  if (names.has(path)) return true
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    if (names.has(path.slice(0, at))) return true
  return false
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

/** The folders that a path lies in, the uppermost first. */
export function parentsOf(path: RawPath): readonly RawPath[] {
  const parents: RawPath[] = []
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
    parents.push(path.slice(0, at))
  return parents
}
