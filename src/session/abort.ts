import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../opencode/api.ts'
import type { Tree } from './tree.ts'

/** What came of an abort: the sessions are idle, some are not, or the server answered nothing. */
export type Aborted = 'idle' | 'stuck' | 'silent'

/** An abort takes 10 to 300 ms; a shell command that ignores SIGTERM is killed after 4 s. */
const takeMs = 5000
const answerMs = 1500
const lookAgainMs = 50

/** Aborts a session and its subagents', and waits until they are idle. */
export async function abortTree(client: Api, tree: Tree, signal: AbortSignal): Promise<Aborted> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(takeMs)])
  const answered = await ask((inner) => client.abort(tree.rootID, inner), limit)
  if (!answered) return 'silent'
  while (!limit.aborted) {
    const statuses = await ask((inner) => client.statuses(inner), limit)
    const isIdle = (id: string) => (statuses?.[id]?.type ?? 'idle') === 'idle'
    if (statuses && tree.sessionIDs().every(isIdle)) return 'idle'
    await sleep(lookAgainMs, undefined, { signal: limit }).catch(() => undefined)
  }
  return 'stuck'
}

/** The answer, or undefined if there is none within a short time. */
async function ask<T>(
  request: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
  return await request(limit).catch(() => undefined)
}
