import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Windows has neither owners nor modes that Node.js shows. */
const isWindows = process.platform === 'win32'

/** Why another user could have written or replaced a program, given by its real path; undefined if none can. */
export function fileProblem(path: string): string | undefined {
  if (isWindows) return undefined
  const stats = statSync(path)
  const isShared = isWorldWritable(stats) || (isGroupWritable(stats) && !isOwnGroup(stats))
  return isShared || !isOwn(stats) ? 'other users can write to it' : folderProblem(dirname(path))
}

/** Why another user could replace what lies in a folder, given by its real path; undefined if none can. */
export function folderProblem(path: string): string | undefined {
  if (isWindows) return undefined
  const shared = withParents(path).find((folder) => isSharedFolder(statSync(folder)))
  return shared && `other users can write to ${shared}`
}

/** Whether a file and the folders above it are root's, and closed to this user, unless that is root. */
export function isRoots(path: string): boolean {
  if (isWindows) return true
  const isRoot = process.geteuid?.() === 0
  const isClosed = (place: string) => statSync(place).uid === 0 && (isRoot || !isWritable(place))
  return fileProblem(path) === undefined && withParents(path).every(isClosed)
}

/** In a sticky folder such as `/tmp` users can't replace each other's entries. What root opens to a group is root's decision. */
function isSharedFolder(stats: Stats): boolean {
  const isSticky = (stats.mode & 0o1000) !== 0
  const isOpenToGroup = isGroupWritable(stats) && stats.uid !== 0 && !isOwnGroup(stats)
  return (isWorldWritable(stats) && !isSticky) || isOpenToGroup || !isOwn(stats)
}

function isWorldWritable({ mode }: Stats): boolean {
  return (mode & 0o002) !== 0
}

function isGroupWritable({ mode }: Stats): boolean {
  return (mode & 0o020) !== 0
}

/** Root's, or this user's. */
function isOwn({ uid }: Stats): boolean {
  return uid === 0 || uid === process.geteuid?.()
}

function isOwnGroup({ gid }: Stats): boolean {
  return gid === 0 || gid === process.getegid?.()
}

function withParents(path: string): readonly string[] {
  const above = dirname(path)
  return above === path ? [path] : [path, ...withParents(above)]
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
