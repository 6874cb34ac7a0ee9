import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A sandbox in which nothing runs until this is disposed. */
export type Paused = Disposable & {
  /** Kills what runs in the sandbox, except its first process and the command that it was made for. */
  readonly killStrays: () => void
}

const limitMs = 2000
const lookAgainMs = 5

/**
 * Stops every process of the sandbox that bubblewrap's process `pid` runs, so that none can move a folder while the action
 * reads or removes it. Resolves with undefined if some would not stop; then all go on.
 */
export async function pauseSandbox(pid: number, signal: AbortSignal): Promise<Paused | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const stopped = new Set<number>()
  const resume = () => {
    for (const one of stopped) send(one, 'SIGCONT')
  }
  let before = ''
  while (!limit.aborted) {
    const found = descendantsOf(pid)
    const running = found.filter(({ isStopped }) => !isStopped)
    for (const one of running) {
      stopped.add(one.pid)
      send(one.pid, 'SIGSTOP')
    }
    // What was started between two looks was started by one that still ran: the second look finds it.
    const seen = found.map((one) => one.pid).join()
    if (found.length > 0 && running.length === 0 && seen === before) {
      const strays = found.filter(({ innerPid }) => innerPid > commandPid)
      return {
        killStrays: () => {
          for (const stray of strays) send(stray.pid, 'SIGKILL')
        },
        [Symbol.dispose]: resume,
      }
    }
    before = running.length === 0 ? seen : ''
    await sleep(lookAgainMs, undefined, { signal: limit }).catch(() => undefined)
  }
  resume()
  signal.throwIfAborted()
  return undefined
}

/** The command's number inside: bubblewrap's own first process is 1. */
const commandPid = 2

type Process = {
  readonly pid: number
  /** Its number in the sandbox (pid_namespaces(7)). */
  readonly innerPid: number
  /** True for what has ended, too. */
  readonly isStopped: boolean
}

/** In a sandbox no process leaves the tree: an orphan becomes a child of the first one. */
function descendantsOf(root: number): readonly Process[] {
  const children = Map.groupBy(listProcesses(), ({ parent }) => parent)
  const found = [...(children.get(root) ?? [])]
  for (const { pid } of found) found.push(...(children.get(pid) ?? []))
  return found
}

function listProcesses(): readonly (Process & { readonly parent: number })[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((name) => {
    const status = readStatus(name)
    const field = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? ''
    const innerPid = Number(field('NSpid').split(/\s+/).at(-1))
    const isStopped = /^[TtZX]/.test(field('State'))
    return status === ''
      ? []
      : [{ pid: Number(name), parent: Number(field('PPid')), innerPid, isStopped }]
  })
}

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}

function send(pid: number, name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended.
  }
}
