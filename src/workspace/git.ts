import { addAbortListener } from 'node:events'
import { devNull } from 'node:os'
import { dirname } from 'node:path'
import { UserError } from '../errors.ts'
import { searchProgram } from '../programs/programs.ts'
import { killGroup, startProgram } from '../programs/start.ts'

/** Runs git with an argument vector, never through a shell; resolves with its standard output. */
export type Git = (
  args: readonly string[],
  signal: AbortSignal,
  options?: { readonly input?: string | Uint8Array },
) => Promise<Buffer>

/** A git directory, and the folder that is its work tree: git looks for neither. */
export type GitPlace = { readonly directory: string; readonly workTree: string }

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** git ended without success. `stderr` is the end of what it said, `exitCode` absent when it was killed. */
export class GitError extends Error {
  override readonly name = 'GitError'
  readonly args: readonly string[]
  readonly exitCode: number | undefined
  readonly stderr: string

  constructor(failure: { args: readonly string[]; exitCode: number | undefined; stderr: string }) {
    const { args, exitCode, stderr } = failure
    super(`git ${args[0]} ended with ${exitCode ?? 'a signal'}: ${stderr.trim() || 'no message'}`)
    this.args = args
    this.exitCode = exitCode
    this.stderr = stderr
  }
}

const STDERR_TAIL = 4096

/** No token is among these, and no GIT_* of the workflow's. */
const ALLOWED_VARIABLES = [
  ...['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'XDG_CONFIG_HOME'],
  ...['TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'SystemRoot', 'PATHEXT', 'COMSPEC', 'USERPROFILE'],
  ...['HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA'],
]

const NEUTRAL_VARIABLES = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // An object that is missing is not fetched, by whatever program a configuration names for that.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  // A patch of some KB may say that it unpacks to more than the machine has.
  GIT_ALLOC_LIMIT: '1g',
  // Settings of the machine may name programs, too.
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
}

const NEUTRAL_CONFIGURATION = {
  'safe.bareRepository': 'explicit',
  'core.hooksPath': devNull,
  'core.fsmonitor': 'false',
  'core.quotePath': 'false',
  'maintenance.auto': 'false',
}

const NEUTRAL_ARGUMENTS = Object.entries(NEUTRAL_CONFIGURATION).flatMap(([key, value]) => [
  '-c',
  `${key}=${value}`,
])

/**
 * A git for one place, whose settings count, but not those of the machine: no hooks, and no prompts; of `env` it sees an
 * allow-list, `variables` as they are. The place is a git directory that the action made: see `copyRepository`.
 */
export function createGit(options: {
  readonly place: GitPlace
  readonly env: Environment
  readonly variables?: Environment
}): Git {
  const { place, env, variables } = options
  const allowed = Object.fromEntries(ALLOWED_VARIABLES.map((name) => [name, env[name]]))
  const located = {
    GIT_DIR: place.directory,
    GIT_WORK_TREE: place.workTree,
    GIT_CEILING_DIRECTORIES: dirname(place.workTree),
  }
  const environment = { ...allowed, ...NEUTRAL_VARIABLES, ...variables, ...located }

  return async (args, signal, { input } = {}) => {
    const { program, passedOver } = searchProgram('git', env)
    if (program === undefined) throw noGit(passedOver)
    const child = startProgram(
      { program, args: [...NEUTRAL_ARGUMENTS, ...args] },
      { env: environment, cwd: place.workTree, detached: true, stdin: 'pipe' },
    )
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    using _abort = addAbortListener(signal, () => {
      killGroup(child.pid)
      reject(signal.reason)
    })

    const chunks: Buffer[] = []
    let stderr = ''
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => {
      stderr = `${stderr}${chunk}`.slice(-STDERR_TAIL)
    })
    child.once('error', (cause) => reject(noGit(`It did not start (${cause.message}).`)))
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks))
      else reject(new GitError({ args, exitCode: code ?? undefined, stderr }))
    })
    // A git that ends before it has read everything says why by its exit code.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
    return await promise
  }
}

/** The text of an answer that is one line: a path, an object id. */
export function line(output: Buffer): string {
  return output.toString().replace(/\r?\n$/, '')
}

/** For a `catch` where git's failure is an answer: there is none. */
export function noAnswer(error: unknown): undefined {
  if (error instanceof GitError) return undefined
  throw error
}

function noGit(why: string): UserError {
  const message = `git can't be used. ${why} Install git in a folder of PATH before this step.`
  return new UserError('config-invalid', message.replace(/ {2,}/g, ' '))
}

/** For a `catch` where git can't read the checkout: throws a `UserError` (`config-invalid`) that quotes it. */
export function refuseCheckout(error: unknown): never {
  if (!(error instanceof GitError)) throw error
  const why = error.stderr.trim().replace(/\s+/g, ' ') || 'no message'
  const isIncomplete = /bad object|missing|unable to read|could not (read|get)/i.test(why)
  const borrowed = ', without --shared or --reference (objects of other repositories are not read)'
  const message = `git can't read the checkout: ${why}. Check it out again${isIncomplete ? borrowed : ''}.`
  throw new UserError('config-invalid', message, { cause: error })
}
