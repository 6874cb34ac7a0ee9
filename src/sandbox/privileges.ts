import { findSystemProgram, type Program } from '../programs/programs.ts'
import { runProgram } from '../programs/run.ts'
import type { Command } from '../programs/start.ts'

/** What only root may do: as root, or by a sudo that asks for no password. */
export type Privileges = {
  readonly have: (signal: AbortSignal) => Promise<boolean>
  /** Runs a command as root; resolves with what went wrong, if anything did. */
  readonly run: (command: Command, signal: AbortSignal) => Promise<string | undefined>
}

const askLimitMs = 5000
/** Of a package manager that fetches its lists and waits for another one to end. */
const limitMs = 120_000

/** The privileges of this process; `env` is the environment of what it runs. */
export function asRoot(env: Readonly<Record<string, string>>): Privileges {
  const isRoot = process.geteuid?.() === 0
  const sudo = isRoot ? undefined : findSystemProgram('sudo')
  return {
    async have(signal) {
      if (isRoot) return true
      const program = findSystemProgram('true')
      if (sudo === undefined || program === undefined) return false
      const asked = withSudo(sudo, { program, args: [] })
      return (await runProgram(asked, { env, limitMs: askLimitMs }, signal)).problem === undefined
    },
    async run(command, signal) {
      const asked = sudo ? withSudo(sudo, command) : command
      return (await runProgram(asked, { env, limitMs }, signal)).problem
    },
  }
}

function withSudo(sudo: Program, { program, args }: Command): Command {
  return { program: sudo, args: ['--non-interactive', '--', program.name, ...args] }
}
