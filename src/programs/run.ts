import { addAbortListener } from 'node:events'
import { type Command, killGroup, type StartOptions, startProgram } from './start.ts'

/** How a program ended: `problem` is absent if it succeeded, else the end of what it said. */
export type Ended = { readonly stdout: string; readonly problem: string | undefined }

/** A program's environment, its folder, and how long it may take (ms). */
export type RunOptions = Pick<StartOptions, 'env' | 'cwd'> & { readonly limitMs: number }

/** Characters of output that are kept: a list of all processes fits. */
const mostOutput = 64 * 1024 * 1024

/** Runs a program without input to its end, or ends it and its process group. Throws only the signal's reason. */
export async function runProgram(
  command: Command,
  { env, cwd, limitMs }: RunOptions,
  signal: AbortSignal,
): Promise<Ended> {
  const limit = AbortSignal.timeout(limitMs)
  const child = startProgram(command, { env, ...(cwd && { cwd }), detached: true, stdin: 'ignore' })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] = (said[name] + text).slice(-mostOutput)
    })
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  child.once('error', (error) => resolve(error.message))
  child.once('close', (code) =>
    resolve(code === 0 ? undefined : `it ended with ${code ?? 'a signal'}`),
  )
  // What has left the group may hold the pipes open: it is not waited for.
  using _ = addAbortListener(AbortSignal.any([signal, limit]), () => {
    killGroup(child.pid)
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    resolve('a signal')
  })
  const how = await promise
  signal.throwIfAborted()
  if (how === undefined) return { stdout: said.stdout, problem: undefined }
  const late = limit.aborted ? `it did not end within ${limitMs / 1000} s` : undefined
  return {
    stdout: said.stdout,
    problem: late ?? (lastLine(said.stderr) || lastLine(said.stdout) || how),
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
