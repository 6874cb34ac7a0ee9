import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { isInside } from '../path.ts'
import {
  cleanSearchPath,
  type Env,
  fileProblem,
  folderProblem,
  searchFolders,
  untrustedPlaces,
} from './search-path.ts'

declare const resolved: unique symbol

/** A program that the action may run. Only this file makes one. */
export type Program = {
  readonly [resolved]: true
  /** Its real path. */
  readonly path: string
  /** The absolute path at which it was found: some programs go by the name that they are called by. */
  readonly name: string
  /** PATH of its process. */
  readonly searchPath: string
}

/** A program of the step's PATH, or why those that were found don't count. */
export type Search = { readonly program: Program | undefined; readonly passedOver: string }

const searches = new Map<string, Search>()

/**
 * Looks for a program on PATH: an executable file that only root or this user can write, outside the workspace and
 * `RUNNER_TEMP`. It is looked for once; what appears later changes nothing.
 */
export function searchProgram(name: string, env: Env): Search {
  const places = untrustedPlaces(env).map(({ outer }) => outer)
  const key = [name, env.PATH, ...places].join('\0')
  const found = searches.get(key) ?? search(name, env)
  searches.set(key, found)
  return found
}

/** The program of that name on the step's PATH; see `searchProgram`. */
export function findProgram(name: string, env: Env): Program | undefined {
  return searchProgram(name, env).program
}

function search(name: string, env: Env): Search {
  const searchPath = cleanSearchPath(env)
  const untrusted = untrustedPlaces(env)
  const passedOver: string[] = []
  for (const folder of searchFolders(env)) {
    const found = join(folder.path, process.platform === 'win32' ? `${name}.exe` : name)
    const path = executableAt(found)
    if (path === undefined) continue
    const place = untrusted.find(({ outer }) => isInside({ inner: path, outer }))
    const problem =
      folder.problem ??
      (place && `it leads into ${place.name}`) ??
      folderProblem(dirname(path)) ??
      fileProblem(path)
    if (problem === undefined)
      return { program: made({ path, name: found, searchPath }), passedOver: passedOver.join(' ') }
    passedOver.push(`${found} was passed over: ${problem}.`)
  }
  return { program: undefined, passedOver: passedOver.join(' ') }
}

const systemFolders =
  process.platform === 'win32'
    ? ['C:\\Windows\\System32', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0']
    : [
        ...['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/local/sbin'],
        '/run/current-system/sw/bin',
      ]

/** A program of the system's: only root can have put it there, whatever PATH says. */
export function findSystemProgram(name: string): Program | undefined {
  const searchPath = systemFolders.join(delimiter)
  for (const folder of systemFolders) {
    const found = join(folder, process.platform === 'win32' ? `${name}.exe` : name)
    const path = executableAt(found)
    if (path === undefined || !(isRoots(found) && isRoots(path))) continue
    return made({ path, name: found, searchPath })
  }
  return undefined
}

/** A file that the action has verified, or that the author of the workflow has named. */
export function programAt(path: string, env: Env): Program {
  return made({ path, name: path, searchPath: cleanSearchPath(env) })
}

function made(program: Omit<Program, typeof resolved>): Program {
  return program as Program
}

/** Whether a file and the folders above it are root's, and closed to this user, unless that is root itself. */
function isRoots(path: string): boolean {
  if (process.platform === 'win32') return true
  const isRoot = process.geteuid?.() === 0
  const isClosed = (place: string) => statSync(place).uid === 0 && (isRoot || !isWritable(place))
  const problem = fileProblem(path) ?? folderProblem(dirname(path))
  return problem === undefined && [path, ...foldersAbove(path)].every(isClosed)
}

function foldersAbove(path: string): readonly string[] {
  const above = dirname(path)
  return above === path ? [] : [above, ...foldersAbove(above)]
}

function isWritable(path: string): boolean {
  return canAccess(path, constants.W_OK)
}

/** The real path of an executable file. */
function executableAt(path: string): string | undefined {
  if (!canAccess(path, constants.X_OK)) return undefined
  const real = realpathSync(path)
  return statSync(real).isFile() ? real : undefined
}

function canAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
