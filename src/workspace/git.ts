import { spawn } from 'node:child_process'
import { addAbortListener } from 'node:events'
import { devNull } from 'node:os'
import { UserError } from '../errors.ts'

/** Runs git with an argument vector, never through a shell; resolves with its standard output. */
export type Git = (
  args: readonly string[],
  signal: AbortSignal,
  options?: { readonly input?: string | Uint8Array },
) => Promise<Buffer>

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
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'XDG_CONFIG_HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'SystemRoot',
  'PATHEXT',
  'COMSPEC',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
]

const NEUTRAL_VARIABLES = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_PAGER: 'cat',
  // An object that is missing is not fetched, by whatever program a configuration names for that.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
}

const NEUTRAL_CONFIGURATION = {
  // In a container job the checkout belongs to another user.
  'safe.directory': '*',
  'core.hooksPath': devNull,
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  'core.splitIndex': 'false',
  'core.quotePath': 'false',
  'color.ui': 'false',
  'commit.gpgSign': 'false',
  'tag.gpgSign': 'false',
  'diff.noprefix': 'false',
  'diff.mnemonicPrefix': 'false',
  'diff.renames': 'true',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
}

const NEUTRAL_ARGUMENTS = Object.entries(NEUTRAL_CONFIGURATION).flatMap(([key, value]) => [
  '-c',
  `${key}=${value}`,
])

/** A git for `directory`: no hooks, prompts, pager or signing; of `env` it sees an allow-list, `variables` as they are. */
export function createGit(options: {
  readonly directory: string
  readonly env: Environment
  readonly variables?: Environment
}): Git {
  const { directory, env, variables } = options
  const allowed = Object.fromEntries(ALLOWED_VARIABLES.map((name) => [name, env[name]]))
  const environment = { ...allowed, ...NEUTRAL_VARIABLES, ...variables }

  return async (args, signal, { input } = {}) => {
    signal.throwIfAborted()
    const child = spawn('git', ['-C', directory, ...NEUTRAL_ARGUMENTS, ...args], {
      env: environment,
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    using _abort = addAbortListener(signal, () => {
      killGroup(child.pid)
      reject(signal.reason)
    })

    const chunks: Buffer[] = []
    let stderr = ''
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => {
      stderr = `${stderr}${chunk}`.slice(-STDERR_TAIL)
    })
    child.once('error', (cause) => {
      const message = 'git did not start. Install git, and have it on PATH, before this step.'
      reject(new UserError('config-invalid', message, { cause }))
    })
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks))
      else reject(new GitError({ args, exitCode: code ?? undefined, stderr }))
    })
    // A git that ends before it has read everything says why by its exit code.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
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

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** For a `catch` where git can't read the checkout: throws a `UserError` (`config-invalid`) that quotes it. */
export function refuseCheckout(error: unknown): never {
  if (!(error instanceof GitError)) throw error
  const why = error.stderr.trim().replace(/\s+/g, ' ') || 'it says nothing'
  const message = `git can't read the checkout: ${why}. Check it out anew, or mend its settings.`
  throw new UserError('config-invalid', message, { cause: error })
}
