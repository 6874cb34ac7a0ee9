import { readFileSync } from 'node:fs'

/** How often Linux killed a process for want of memory, in any control group (`oom_kill` of `/proc/vmstat`); elsewhere 0. */
export function countMemoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
