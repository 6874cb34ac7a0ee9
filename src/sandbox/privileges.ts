import { runCommand } from './command.ts'
import { isExecutable } from './there.ts'

/** What only root may do: as root, or by a sudo that asks for no password. */
export type Privileges = {
  readonly have: (signal: AbortSignal) => Promise<boolean>
  /** Runs a command as root; resolves with what went wrong, if anything did. */
  readonly run: (argv: readonly string[], signal: AbortSignal) => Promise<string | undefined>
}

const sudo = '/usr/bin/sudo'
const askLimitMs = 5000
/** Of a package manager that fetches its lists and waits for another one to end. */
const limitMs = 120_000

/** The privileges of this process; `env` is the environment of what it runs. */
export function asRoot(env: Readonly<Record<string, string>>): Privileges {
  const isRoot = process.geteuid?.() === 0
  const prefix = isRoot ? [] : [sudo, '--non-interactive', '--']
  return {
    async have(signal) {
      if (isRoot) return true
      if (!(await isExecutable(sudo))) return false
      const argv = [sudo, '--non-interactive', 'true']
      const { problem } = await runCommand({ argv, env, limitMs: askLimitMs }, signal)
      return problem === undefined
    },
    async run(argv, signal) {
      const command = { argv: [...prefix, ...argv], env, limitMs }
      const { problem } = await runCommand(command, signal)
      return problem
    },
  }
}
