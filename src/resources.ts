import { randomFillSync } from 'node:crypto'
import { readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from './outcome.ts'

const littleBytes = 1024 * 1024
const reservedBytes = 8 * 1024 * 1024

/** The reason of a run that ended on a full disk. */
export const fullDisk =
  'The disk that holds RUNNER_TEMP is full. Free some space, or use a runner with a larger disk.'

/** Whether the disk of a folder is full, or nearly. */
export function isDiskFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < littleBytes
  } catch {
    return false
  }
}

/** Keeps some space for the end of a run, in a folder of the run's own; a disk that has less is full. */
export function reserveSpace(folder: string): void {
  try {
    // What holds no pattern takes its space on a disk that compresses, too.
    writeFileSync(reserveIn(folder), randomFillSync(new Uint8Array(reservedBytes)), { mode: 0o600 })
  } catch {
    releaseSpace(folder)
  }
}

/** Frees that space. */
export function releaseSpace(folder: string): void {
  rmSync(reserveIn(folder), { force: true })
}

function reserveIn(folder: string): string {
  return join(folder, 'reserve')
}

/** The verdict on a run, with the full disk of a folder as the reason if that is what broke it. */
export function blameDisk(verdict: Verdict, folder: string): Verdict {
  const broken = verdict.outcome === 'internal-error'
  const isFull = /ENOSPC|EDQUOT|no space left|disk quota/i.test(verdict.reason)
  return broken && (isFull || isDiskFull(folder))
    ? { outcome: 'server-failed', reason: fullDisk }
    : verdict
}

/** How often Linux killed a process for want of memory, in any control group (`oom_kill` of `/proc/vmstat`); elsewhere 0. */
export function countMemoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
