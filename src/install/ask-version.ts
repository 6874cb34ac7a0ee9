import { accessSync, constants, statSync } from 'node:fs'
import { UserError } from '../errors.ts'
import type { Program } from '../programs/programs.ts'
import { runProgram } from '../programs/run.ts'
import type { Command } from '../programs/start.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const limitMs = 10_000

/** A binary to ask, a folder for its home, and what puts a command into the sandbox, if there is one. */
export type Asked = {
  readonly program: Program
  readonly temporary: string
  readonly wrap?: ((command: readonly [string, ...string[]], own: string) => Command) | undefined
}

/** Asks an opencode binary for its version, with an empty home; in the sandbox, if there is one. No answer is a `UserError`. */
export async function askVersion(
  { program, temporary, wrap }: Asked,
  signal: AbortSignal,
): Promise<string> {
  const { path } = program
  assertExecutable(path)
  await using home = await temporaryDirectory(temporary)
  const env = { HOME: home.path, USERPROFILE: home.path }
  const args = ['--version']
  const command = wrap?.([path, ...args], home.path) ?? { program, args }
  const { stdout, problem } = await runProgram(command, { cwd: home.path, env, limitMs }, signal)
  if (problem !== undefined) throw notRun(path, problem)
  const [version] = /^\d+\.\d+\.\d+\S*$/m.exec(stdout.slice(0, 1000)) ?? []
  if (version !== undefined) return version
  throw new UserError(
    'install-failed',
    `opencode-path ${path} does not print a version when run with --version. Name an opencode binary.`,
  )
}

function assertExecutable(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw notRun(path, 'there is no such file')
  try {
    if (!found.isFile()) throw new Error('not a file')
    accessSync(path, constants.X_OK)
  } catch (cause) {
    throw notRun(path, 'it is not an executable file', cause)
  }
}

function notRun(path: string, reason: string, cause?: unknown): UserError {
  const message = `opencode-path ${path} could not be run for its version: ${reason}. Name an opencode binary that runs on this machine.`
  return new UserError('install-failed', message, { cause })
}
