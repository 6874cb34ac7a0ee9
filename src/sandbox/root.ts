import { execProgram } from '../programs/exec.ts'
import { findSystemProgram } from '../programs/programs.ts'
import type { Command } from '../programs/start.ts'

/** Runs a command as root; resolves with what went wrong, if anything did. */
export type RunAsRoot = (command: Command, signal: AbortSignal) => Promise<string | undefined>

const askLimitMs = 5000
/** A package manager fetches its lists, and waits for another one to end. */
const limitMs = 120_000

/** The way to run commands as root: as root already, or with a sudo that asks for no password. Undefined if there is none. */
export async function findRoot(
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RunAsRoot | undefined> {
  const run: RunAsRoot = async (command, within) =>
    (await execProgram(command, { env, limitMs }, within)).problem
  if (process.geteuid?.() === 0) return run
  const [sudo, nothing] = ['sudo', 'true'].map(findSystemProgram)
  if (sudo === undefined || nothing === undefined) return undefined
  const withSudo = ({ program, args }: Command) => {
    return { program: sudo, args: ['--non-interactive', '--', program.name, ...args] }
  }
  const question = withSudo({ program: nothing, args: [] })
  const { problem } = await execProgram(question, { env, limitMs: askLimitMs }, signal)
  return problem === undefined ? (command, within) => run(withSudo(command), within) : undefined
}
