import { setTimeout as sleep } from 'node:timers/promises'
import { isLost } from './answer.ts'

const mostTries = 4

/** Milliseconds before the try after this one, growing; undefined after the last. */
export function backOff(attempt: number): number | undefined {
  return attempt < mostTries ? 1000 * 2 ** (attempt - 1) : undefined
}

/** Tries until it succeeds, or until `waitAfter` has no time to name for another try; an abort ends the wait. */
export async function repeat<T>(
  act: () => Promise<T>,
  waitAfter: (error: unknown, attempt: number) => number | undefined,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      const wait = signal.aborted ? undefined : waitAfter(error, attempt)
      if (wait === undefined) throw error
      // That the time is up says less than what there was to wait for.
      await sleep(wait, undefined, { signal }).catch(() => {
        throw error
      })
    }
  }
}

/** Repeats a POST whose answer was lost; only for what may be done twice, or looks first whether it was done. */
export function repeatLost<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return repeat(act, (error, attempt) => (isLost(error) ? backOff(attempt) : undefined), signal)
}
