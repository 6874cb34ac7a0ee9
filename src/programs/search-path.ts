import { realpathSync, type Stats, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, resolve } from 'node:path'
import { isInside } from '../path.ts'

/** The variables of a step by name. */
export type Env = Readonly<Record<string, string | undefined>>

/** A folder of PATH: its real path, or why programs in it don't count. */
export type SearchFolder =
  | { readonly path: string; readonly problem?: undefined }
  | { readonly path: string; readonly problem: string }

/** The folders of the step's PATH in their order, each with what speaks against it. */
export function searchFolders(env: Env): readonly SearchFolder[] {
  const path = searchPathOf(env)
  const untrusted = untrustedPlaces(env)
  return path.split(delimiter).map((entry) => {
    if (!isAbsolute(entry)) return { path: entry, problem: 'its folder is a relative path' }
    const real = realPathOf(entry)
    if (real === undefined) return { path: entry, problem: 'its folder does not exist' }
    const place = untrusted.find(({ outer }) => isInside({ inner: real, outer }))
    if (place) return { path: entry, problem: `it lies in ${place.name}` }
    const problem = folderProblem(real)
    return problem === undefined ? { path: real } : { path: entry, problem }
  })
}

/** On Windows the names of variables have no case. */
function searchPathOf(env: Env): string {
  const isPath = (name: string) => process.platform === 'win32' && /^path$/i.test(name)
  return env.PATH ?? Object.entries(env).find(([name]) => isPath(name))?.[1] ?? ''
}

/** The step's PATH without the folders that the checkout, a step's temporary files or another user may have filled. */
export function cleanSearchPath(env: Env): string {
  const trusted = searchFolders(env).filter(({ problem }) => problem === undefined)
  return [...new Set(trusted.map(({ path }) => path))].join(delimiter)
}

/** Where a checkout, or a step before this one, may have put things: as the runner names it, and by real path. */
export function untrustedPlaces(env: Env): readonly { outer: string; name: string }[] {
  const places = [
    { path: env.GITHUB_WORKSPACE || '.', name: 'the workspace' },
    ...(env.RUNNER_TEMP ? [{ path: env.RUNNER_TEMP, name: 'RUNNER_TEMP' }] : []),
  ]
  return places.flatMap(({ path, name }) =>
    [...new Set([resolve(path), realPathOf(path) ?? resolve(path)])].map((outer) => ({
      outer,
      name,
    })),
  )
}

/** Why somebody else could replace what lies in a folder, given by its real path; undefined if nobody can. */
export function folderProblem(path: string): string | undefined {
  const found = statSync(path)
  if (isOpen(found) || !isOwn(found)) return `other users can write to ${path}`
  const above = dirname(path)
  return above === path ? undefined : folderProblem(above)
}

/** In a sticky folder such as `/tmp` users can't replace each other's entries. What root opens to a group is root's decision. */
function isOpen({ mode, uid, gid }: Stats): boolean {
  if (process.platform === 'win32') return false
  const isSticky = (mode & 0o1000) !== 0
  return (
    ((mode & 0o002) !== 0 && !isSticky) || ((mode & 0o020) !== 0 && uid !== 0 && !isOwnGroup(gid))
  )
}

/** Why another user could have written a program, given by its real path; undefined if none can. */
export function fileProblem(path: string): string | undefined {
  const found = statSync(path)
  if (process.platform === 'win32') return undefined
  const isShared =
    (found.mode & 0o002) !== 0 || ((found.mode & 0o020) !== 0 && !isOwnGroup(found.gid))
  return isShared || !isOwn(found) ? 'other users can write it' : undefined
}

/** Root's, or this user's. */
function isOwn({ uid }: Stats): boolean {
  return process.platform === 'win32' || uid === 0 || uid === process.geteuid?.()
}

function isOwnGroup(gid: number): boolean {
  return gid === 0 || gid === process.getegid?.()
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
