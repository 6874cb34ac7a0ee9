import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as z from 'zod'

const failure = z.object({
  code: z.union([z.string(), z.number()]).nullish(),
  killed: z.boolean().default(false),
  stderr: z.string().default(''),
  stdout: z.string().default(''),
})

/** How a command ended: `problem` is absent if it succeeded, else the end of what it said. */
export type Ended = { readonly stdout: string; readonly problem: string | undefined }

/** A command of the system's, its environment, and how long it may take (ms). */
export type Command = {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly limitMs: number
}

/** Runs a command without a shell and without input. Throws only the signal's reason. */
export async function runCommand(
  { argv: [file = '', ...args], env, limitMs }: Command,
  signal: AbortSignal,
): Promise<Ended> {
  const options = { env, timeout: limitMs, killSignal: 'SIGKILL', signal } as const
  try {
    const running = promisify(execFile)(file, args, options)
    running.child.stdin?.end()
    return { stdout: (await running).stdout, problem: undefined }
  } catch (error) {
    signal.throwIfAborted()
    const { code, killed, stderr, stdout } = failure.parse(error)
    const how = killed ? `no end within ${limitMs / 1000} s` : `${file} ended with ${code}`
    return { stdout, problem: lastLine(stderr) || lastLine(stdout) || how }
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
