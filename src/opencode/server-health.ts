import { readFileSync, statfsSync } from 'node:fs'
import type { ServerLog } from './server-log.ts'

const littleBytes = 1024 * 1024

/** The end of a server's log as a sentence, and before it that the disk is full (`folder` is where its data is). */
export function describeEnd({ folder, log }: { folder: string; log: ServerLog }): string {
  const full = isFull(folder) || log.says(/disk is full|ENOSPC|EDQUOT|no space left/i)
  const advice = 'The disk is full where opencode keeps its data (RUNNER_TEMP): free some space.'
  return full ? `${advice} ${log.tail()}` : log.tail()
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < littleBytes
  } catch {
    return false
  }
}

/** How often Linux killed a process for want of memory, in any control group (`oom_kill` of `/proc/vmstat`); elsewhere 0. */
export function countMemoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
