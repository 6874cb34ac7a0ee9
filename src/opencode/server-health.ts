import { isDiskFull } from '../disk.ts'
import type { ServerLog } from './server-log.ts'

/** The end of a server's log as a sentence, and before it that the disk is full (`folder` is where its data is). */
export function describeEnd({ folder, log }: { folder: string; log: ServerLog }): string {
  const full = isDiskFull(folder) || log.says(/disk is full|ENOSPC|EDQUOT|no space left/i)
  const advice = 'The disk is full where opencode keeps its data (RUNNER_TEMP): free some space.'
  return full ? `${advice} ${log.tail()}` : log.tail()
}
