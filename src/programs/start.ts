import { type ChildProcess, spawn } from 'node:child_process'
import type { Program } from './programs.ts'

export type { ChildProcess }

/** A program with its arguments. */
export type Command = {
  readonly program: Program
  readonly args: readonly string[]
  /** What it can read from file descriptor 3. */
  readonly extra?: Uint8Array
}

/** How a program is started; its PATH comes with the program. */
export type StartOptions = {
  /** All that it gets of an environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Makes it the leader of a process group. */
  readonly detached?: boolean
  readonly stdin: 'ignore' | 'pipe'
}

/** Starts a program without a shell; output and errors are pipes. The one place where the action starts processes. */
export function startProgram(
  { program, args, extra }: Command,
  { env, cwd, detached = false, stdin }: StartOptions,
): ChildProcess {
  const child = spawn(program.path, args, {
    env: { ...env, PATH: program.searchPath },
    cwd,
    argv0: program.name,
    detached: detached && process.platform !== 'win32',
    windowsHide: true,
    stdio: [stdin, 'pipe', 'pipe', ...(extra ? ['pipe' as const] : [])],
  })
  const [, , , pipe] = child.stdio
  if (pipe && 'end' in pipe) {
    // A program that ends before it has read everything says why by its exit code.
    pipe.on('error', () => undefined)
    pipe.end(extra)
  }
  return child
}

/** Kills a process and all of its group at once; one that has ended is no error. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has ended, or is another user's.
  }
}
