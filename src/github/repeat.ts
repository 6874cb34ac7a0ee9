import { setTimeout as sleep } from 'node:timers/promises'
import { isLost } from './refusal.ts'

const mostTries = 3

/** Repeats a POST whose answer was lost; only for what may be done twice, or says that it was done already. */
export async function repeatLost<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      if (signal.aborted || !isLost(error) || attempt === mostTries) throw error
      await sleep(1000 * 2 ** (attempt - 1), undefined, { signal })
    }
  }
}
