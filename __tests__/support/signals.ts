import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Sends a signal to `main` at the first line of its log that holds `text`, `afterMs` later; knows how long it then took to end. */
export function signalAt(
  text: string,
  { name = 'SIGINT', afterMs = 0 }: { name?: NodeJS.Signals; afterMs?: number } = {},
) {
  const times = { asked: 0, ended: 0 }
  const send = (main: ChildProcess) => {
    times.asked = performance.now()
    main.once('exit', () => {
      times.ended = performance.now()
    })
    main.kill(name)
  }
  let seen = false
  return {
    onLine(line: string, main: ChildProcess) {
      if (seen || !line.includes(text)) return
      seen = true
      setTimeout(() => send(main), afterMs)
    },
    /** Seconds from the signal to the end; throws if it was never sent. */
    seconds(): number {
      if (times.ended === 0)
        throw new Error(`No signal was sent at “${text}”, or main did not end.`)
      return (times.ended - times.asked) / 1000
    },
  }
}

/** The server of `main`: its one child, or what runs in the sandbox that is that. */
export function serverOf(main: number | undefined): number {
  const pid = Number.parseInt(readFileSync(`/proc/${main}/task/${main}/children`, 'utf8'), 10)
  const isSandbox = readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'bwrap'
  return isSandbox ? serverOf(pid) : pid
}
