import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { askSystem } from './run.ts'

/** The variable that every process of a run inherits: by its value they are found again, wherever they went. */
export const trackingVariable = 'OPENCODE_DRIVER_TRACKING_ID'

/** What a run started: the process group of the server, and the value of `trackingVariable`. */
export type Tracked = { readonly pid: number | undefined; readonly trackingId: string }

const killLimitMs = 1000
const pollMs = 20
/** Each question to the system has its own limit. */
const never = AbortSignal.any([])

/**
 * Ends a server and all its descendants: SIGTERM, then SIGKILL to whatever still carries the tracking id after
 * `graceMs`. On Windows by process tree. Never throws.
 */
export async function endProcesses({ pid, trackingId }: Tracked, graceMs: number): Promise<void> {
  if (process.platform === 'win32') {
    if (pid !== undefined) await askSystem('taskkill', ['/PID', `${pid}`, '/T', '/F'], never)
    return
  }
  // The number of a process that has ended is used again.
  const leaders = (await findTracked({ trackingId })).filter((found) => found === pid)
  const children = leaders.flatMap(childrenOf)
  for (const leader of leaders) signal(-leader, 'SIGTERM')
  await signalUntilGone(trackingId, 'SIGTERM', graceMs)
  await signalUntilGone(trackingId, 'SIGKILL', killLimitMs)
  for (const leader of leaders) signal(-leader, 'SIGKILL')
  await waitUntilGone(children)
}

/** Signals each process once, those that start meanwhile, too. */
async function signalUntilGone(
  trackingId: string,
  name: 'SIGTERM' | 'SIGKILL',
  limitMs: number,
): Promise<void> {
  const end = Date.now() + limitMs
  const signalled = new Set<number>()
  let pids = await findTracked({ trackingId })
  while (pids.length > 0) {
    for (const pid of pids.filter((one) => !signalled.has(one))) signal(pid, name)
    for (const pid of pids) signalled.add(pid)
    if (Date.now() >= end) return
    await sleep(pollMs)
    pids = await findTracked({ trackingId })
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended, or belongs to another user.
  }
}

/** The first process of a sandbox ends after all others in it, even those without the tracking id (pid_namespaces(7)). */
async function waitUntilGone(pids: readonly number[]): Promise<void> {
  const end = Date.now() + killLimitMs
  while (pids.some((pid) => readProc(`${pid}/stat`) !== '') && Date.now() < end) await sleep(pollMs)
}

function childrenOf(pid: number): readonly number[] {
  return readProc(`${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

/** Process ids that carry the tracking id, without zombies. */
export async function findTracked({ trackingId }: Pick<Tracked, 'trackingId'>): Promise<number[]> {
  const mark = `${trackingVariable}=${trackingId}`
  return process.platform === 'linux' ? findInProc(mark) : await findWithPs(mark)
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
  const lines = (await askSystem('ps', ['-Aww', '-E', '-o', 'pid=,command='], never)).split('\n')
  return lines.filter((line) => line.includes(mark)).map((line) => Number.parseInt(line, 10))
}
