import { addAbortListener } from 'node:events'
import { findSystemProgram } from './programs.ts'
import { type Command, killGroup, type StartOptions, startProgram } from './start.ts'

/** How a program ended: `problem` is absent if it succeeded, else the last line that it printed. */
export type Ending = { readonly stdout: string; readonly problem: string | undefined }

/** A program's environment, its folder, and how long it may take (ms). */
export type RunOptions = Pick<StartOptions, 'env' | 'cwd'> & { readonly limitMs: number }

/** Characters of output that are kept: a list of all processes fits. */
const mostOutput = 64 * 1024 * 1024

/** Runs a program without input to its end, or ends it and its process group. Throws only the signal's reason. */
export async function runProgram(
  command: Command,
  { env, cwd, limitMs }: RunOptions,
  signal: AbortSignal,
): Promise<Ending> {
  const limit = AbortSignal.timeout(limitMs)
  const child = startProgram(command, { env, ...(cwd && { cwd }), detached: true, stdin: 'ignore' })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] = (output[name] + text).slice(-mostOutput)
    })
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  child.once('error', (error) => resolve(error.message))
  child.once('close', (code) => resolve(problemOf(code, output)))
  // What has left the group may hold the pipes open: it is not waited for.
  using _ = addAbortListener(AbortSignal.any([signal, limit]), () => {
    killGroup(child.pid)
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    resolve(`it did not end within ${limitMs / 1000} s`)
  })
  const problem = await promise
  signal.throwIfAborted()
  return { stdout: output.stdout, problem }
}

/** What a program said of its failure; undefined if there was none. `code` is null if a signal ended it. */
export function problemOf(
  code: number | null,
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): string | undefined {
  if (code === 0) return undefined
  return lastLine(stderr) || lastLine(stdout) || `it ended with ${code ?? 'a signal'}`
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}

const askLimitMs = 5000

/** What a program of the system prints; empty if it is missing or prints nothing. */
export async function askSystem(
  name: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const program = findSystemProgram(name)
  if (program === undefined) return ''
  return (await runProgram({ program, args }, { env: {}, limitMs: askLimitMs }, signal)).stdout
}
