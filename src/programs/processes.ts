import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { findSystemProgram } from './programs.ts'
import { runProgram } from './run.ts'

/** The variable that every process of a run inherits: by its value they are found again, wherever they went. */
export const trackingVariable = 'OPENCODE_DRIVER_TRACKING_ID'

/** What a run started: the process group of the server, and the value of `trackingVariable`. */
export type Tracked = { readonly pid: number | undefined; readonly trackingId: string }

/**
 * Ends a server and all its descendants: SIGTERM, then SIGKILL to whatever still carries the tracking id after
 * `graceMs`. On Windows by process tree. Never throws.
 */
export async function endProcesses(tracked: Tracked, graceMs: number): Promise<void> {
  if (process.platform === 'win32') return await endTree(tracked.pid)
  const group = await groupOf(tracked)
  const inner = group === undefined ? [] : childrenOf(group)
  if (group) signal(-group, 'SIGTERM')
  await signalUntilGone(tracked, { name: 'SIGTERM', repeat: false, limitMs: graceMs })
  await signalUntilGone(tracked, { name: 'SIGKILL', repeat: true, limitMs: killLimitMs })
  if (group) signal(-group, 'SIGKILL')
  await waitGone(inner)
}

/** The first process of a sandbox ends after all others in it: those that carry no mark, too (pid_namespaces(7)). */
async function waitGone(pids: readonly number[]): Promise<void> {
  const end = Date.now() + killLimitMs
  const isThere = (pid: number) => readProc(`${pid}/stat`) !== ''
  while (pids.some(isThere) && Date.now() < end) await sleep(lookAgainMs)
}

function childrenOf(pid: number): readonly number[] {
  return readProc(`${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

/** The server's process group, if its process is still the one that was started: numbers are used again. */
async function groupOf(tracked: Tracked): Promise<number | undefined> {
  const { pid } = tracked
  return pid !== undefined && (await findTracked(tracked)).includes(pid) ? pid : undefined
}

const killLimitMs = 1000
const lookAgainMs = 20

type Signalling = {
  readonly name: 'SIGTERM' | 'SIGKILL'
  /** Also to processes that were started meanwhile. */
  readonly repeat: boolean
  readonly limitMs: number
}

async function signalUntilGone(
  tracked: Tracked,
  { name, repeat, limitMs }: Signalling,
): Promise<void> {
  const end = Date.now() + limitMs
  let pids = await findTracked(tracked)
  for (const pid of pids) signal(pid, name)
  while (pids.length > 0 && Date.now() < end) {
    await sleep(lookAgainMs)
    pids = await findTracked(tracked)
    if (repeat) for (const pid of pids) signal(pid, name)
  }
}

async function endTree(pid: number | undefined): Promise<void> {
  if (pid === undefined) return
  await ask('taskkill', ['/PID', String(pid), '/T', '/F'])
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}

/** Process ids that carry the tracking id, zombies and this process left out. */
export async function findTracked({ trackingId }: Pick<Tracked, 'trackingId'>): Promise<number[]> {
  const mark = `${trackingVariable}=${trackingId}`
  const found = process.platform === 'linux' ? findInProc(mark) : await findWithPs(mark)
  return found.filter((pid) => pid !== process.pid)
}

function findInProc(mark: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => readProc(`${pid}/environ`).split('\0').includes(mark)).map(Number)
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return ''
  }
}

async function findWithPs(mark: string): Promise<number[]> {
  const lines = (await ask('ps', ['-Aww', '-E', '-o', 'pid=,command='])).split('\n')
  return lines.filter((line) => line.includes(mark)).map((line) => Number.parseInt(line, 10))
}

const askLimitMs = 5000

/** What a program of the system's prints; nothing if it isn't there or fails. */
async function ask(name: string, args: readonly string[]): Promise<string> {
  const program = findSystemProgram(name)
  if (program === undefined) return ''
  const options = { env: {}, limitMs: askLimitMs }
  const { stdout } = await runProgram(
    { program, args },
    options,
    AbortSignal.timeout(2 * askLimitMs),
  )
  return stdout
}
