import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Processes by id, each with when it started (clock ticks): ids are used again. */
export type Processes = ReadonlyMap<string, string>

/** The processes that run now; none where there is no `/proc`. */
export function listProcesses(): Processes {
  if (process.platform !== 'linux') return new Map()
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return new Map(
    ids.map((id) => [id, startOf(id)] as const).filter((one): one is [string, string] => !!one[1]),
  )
}

/**
 * The files, by absolute path, that one of these processes, still the same, has open for writing; with its name. Only
 * processes of this user can be looked at.
 */
export function findHeld(processes: Processes): ReadonlyMap<string, string> {
  const held = new Map<string, string>()
  for (const [id, start] of processes) {
    if (startOf(id) !== start) continue
    for (const path of writtenBy(id)) held.set(path, nameOf(id))
  }
  return held
}

function writtenBy(id: string): readonly string[] {
  const files = attempt(() => readdirSync(`/proc/${id}/fd`)) ?? []
  const written = files.filter((file) => isForWriting(id, file))
  return written.flatMap((file) => attempt(() => [readlinkSync(`/proc/${id}/fd/${file}`)]) ?? [])
}

/** The flags of open(2), in octal digits: the last two bits are 0 for reading only. */
function isForWriting(id: string, file: string): boolean {
  const info = attempt(() => readFileSync(`/proc/${id}/fdinfo/${file}`, 'utf8')) ?? ''
  const [, flags = '0'] = /^flags:\s*(\d+)/m.exec(info) ?? []
  return (Number.parseInt(flags, 8) & 3) !== 0
}

/** Field 22 of proc_pid_stat(5); the second one is a name that may hold anything. */
function startOf(id: string): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${id}/stat`, 'utf8')) ?? ''
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

function nameOf(id: string): string {
  return attempt(() => readFileSync(`/proc/${id}/comm`, 'utf8').trim()) ?? 'a process'
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
