import { lstatSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { attempt } from '../errors.ts'
import { isInside } from '../path.ts'
import { isGitName } from './path-names.ts'
import { readPlainFile } from './plain-file.ts'

/** A path that an input or a configuration names. */
export type NamedPath = {
  /** As it is named: relative to `base`, or absolute. */
  readonly path: string
  readonly base: string
  /** As the runner names it. */
  readonly workspace: string
}

/** What a name means, or why it means nothing: `{path} {problem}` is a clause. */
export type Named<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string }

/** The largest file that instructs or configures a run. */
const mostBytes = 1024 * 1024

/** The text of a named file: inside the workspace, by no link, nothing of git's own, regular, UTF-8, at most 1 MiB. */
export function readNamedFile(named: NamedPath): Named<string> {
  const { value: path, problem } = locateNamed(named)
  if (problem !== undefined) return { problem }
  const { bytes, problem: unreadable } = readPlainFile(path, mostBytes)
  if (unreadable !== undefined) return { problem: unreadable }
  const value = attempt(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  return value === undefined ? { problem: 'is not UTF-8 text' } : { value }
}

/** The real path of a named folder, under the same rules. */
export function findNamedFolder(named: NamedPath): Named<string> {
  const located = locateNamed(named)
  if (located.problem !== undefined) return located
  const isFolder = lstatSync(located.value).isDirectory()
  return isFolder ? located : { problem: 'is not a folder' }
}

/** The real path of what is named, under the same rules; nothing of it is read. */
export function locateNamed({ path, base, workspace }: NamedPath): Named<string> {
  const outer = realPathOf(workspace)
  if (outer === undefined) return { problem: 'does not exist' }
  const from = relative(outer, realPathOf(base) ?? resolve(base))
  const named = isAbsolute(path) ? path : join(from, path)
  const roots = [resolve(workspace), outer]
  const root = roots.find((one) => isInside({ inner: resolve(one, named), outer: one }))
  if (root === undefined) return { problem: 'is outside the workspace' }
  const inner = relative(root, resolve(root, named))
  if (inner.split(sep).some(isGitName)) return { problem: "is in git's own folder" }
  const whole = join(outer, inner)
  const real = realPathOf(whole)
  if (real === undefined) return { problem: isLink(whole) ? isALink : 'does not exist' }
  return real === whole ? { value: real } : { problem: isALink }
}

const isALink = 'is a symbolic link, or is reached through one'

function isLink(path: string): boolean {
  return attempt(() => lstatSync(path))?.isSymbolicLink() === true
}

function realPathOf(path: string): string | undefined {
  return attempt(() => realpathSync(path))
}
