import { setTimeout } from 'node:timers/promises'
import { failureOf } from './failure.ts'

/** npm's `fetch-retries` and its waits, in milliseconds. */
export type Retries = {
  readonly retries: number
  readonly factor: number
  readonly minTimeout: number
  readonly maxTimeout: number
}

/** Repeats `attempt` while the connection to the registry breaks; `log` hears of every wait. */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { retries, factor, minTimeout, maxTimeout, log }: Retries & { log: (line: string) => void },
  signal: AbortSignal,
): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt()
    } catch (error) {
      const failure = failureOf(error)
      if (signal.aborted || failure.kind !== 'broken' || retry >= retries) throw error
      // npm waits for ten seconds at first; a connection that broke off is mostly there again at once.
      const wait = Math.min(Math.min(minTimeout, 1000) * factor ** retry, maxTimeout)
      log(
        `The connection to the registry broke off (${failure.code}): attempt ${retry + 2} of ${retries + 1} in ${wait / 1000} s`,
      )
      await setTimeout(wait, undefined, { signal })
    }
  }
}
