import { randomUUID } from 'node:crypto'
import { addAbortListener } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { getExecOutput } from '@actions/exec'
import { messageOf } from '../text/text.ts'
import { endProcesses, trackingVariable } from './processes.ts'
import { findSystemProgram } from './programs.ts'
import { type Ending, problemOf } from './run.ts'
import type { Command } from './start.ts'

/** All that a program gets of an environment, and how long it may take (ms). */
export type ExecOptions = {
  readonly env: Readonly<Record<string, string>>
  readonly limitMs: number
}

/** @actions/exec leaves the input open, or writes to it: an error there, if the program has ended, would end this process. */
const withoutInput = 'exec "$@" < /dev/null'

/** Longer than @actions/exec takes before it starts a program. */
const startMs = 50

/**
 * Runs a short program of the system without input, with @actions/exec. It takes no signal and shows no process id, so a
 * tracking id finds what has to be ended. Not for Windows. Throws only the signal's reason.
 */
export async function execProgram(
  { program, args }: Omit<Command, 'extra'>,
  { env, limitMs }: ExecOptions,
  signal: AbortSignal,
): Promise<Ending> {
  signal.throwIfAborted()
  const shell = findSystemProgram('sh')
  if (shell === undefined) return { stdout: '', problem: 'there is no /bin/sh' }
  const trackingId = randomUUID()
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Ending>()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  using _ = addAbortListener(limit, async () => {
    // It may not have started yet.
    await sleep(startMs)
    await endProcesses({ pid: undefined, trackingId }, 0)
    stop({ stdout: '', problem: `it did not end within ${limitMs / 1000} s` })
  })
  // @actions/exec splits its command line at blanks, and does not search PATH for an absolute path.
  const running = getExecOutput(
    `"${shell.name}"`,
    ['-c', withoutInput, 'sh', program.name, ...args],
    {
      env: { ...env, PATH: program.searchPath, [trackingVariable]: trackingId },
      silent: true,
      ignoreReturnCode: true,
    },
  ).then(
    ({ exitCode, ...output }) => ({ stdout: output.stdout, problem: problemOf(exitCode, output) }),
    (error) => ({ stdout: '', problem: messageOf(error) }),
  )
  const ending = await Promise.race([running, stopped])
  if (!limit.aborted) return ending
  const late = await stopped
  signal.throwIfAborted()
  return late
}
