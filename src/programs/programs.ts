import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Env } from './environment.ts'
import { fileProblem, isRoots } from './ownership.ts'
import { cleanSearchPath, searchFolders, untrustedPlace } from './search-path.ts'

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

/** A program of the step's PATH, and why others of its name were passed over: sentences. */
export type Search = { readonly program: Program | undefined; readonly passedOver: string }

const searches = new Map<string, Search>()

/**
 * Looks for a program on PATH: an executable file that only root or this user can write, outside the workspace and
 * `RUNNER_TEMP`. It is looked for once; what appears later changes nothing.
 */
export function searchProgram(name: string, env: Env): Search {
  const key = [name, env.PATH, env.GITHUB_WORKSPACE, env.RUNNER_TEMP].join('\0')
  const found = searches.get(key) ?? search(name, env)
  searches.set(key, found)
  return found
}

/** The program of that name on the step's PATH; see `searchProgram`. */
export function findProgram(name: string, env: Env): Program | undefined {
  return searchProgram(name, env).program
}

function search(name: string, env: Env): Search {
  const passedOver: string[] = []
  for (const folder of searchFolders(env)) {
    const found = join(folder.path, fileName(name))
    const path = executableAt(found)
    if (path === undefined) continue
    const place = untrustedPlace(path, env)
    const problem = folder.problem ?? (place ? `it leads into ${place}` : fileProblem(path))
    if (problem === undefined) {
      const program = createProgram({ path, name: found, searchPath: cleanSearchPath(env) })
      return { program, passedOver: passedOver.join(' ') }
    }
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

/** A program of the system: only root can have put it there, whatever PATH says. */
export function findSystemProgram(name: string): Program | undefined {
  const searchPath = systemFolders.join(delimiter)
  for (const folder of systemFolders) {
    const found = join(folder, fileName(name))
    const path = executableAt(found)
    if (path !== undefined && isRoots(found) && isRoots(path))
      return createProgram({ path, name: found, searchPath })
  }
  return undefined
}

/** A file that the action has verified, or that the author of the workflow has named. */
export function programAt(path: string, env: Env): Program {
  return createProgram({ path, name: path, searchPath: cleanSearchPath(env) })
}

function createProgram(program: Omit<Program, typeof resolved>): Program {
  return program as Program
}

function fileName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name
}

/** The real path of an executable file. */
function executableAt(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK)
    const real = realpathSync(path)
    return statSync(real).isFile() ? real : undefined
  } catch {
    return undefined
  }
}
