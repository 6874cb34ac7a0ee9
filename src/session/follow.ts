import { setTimeout as sleep } from 'node:timers/promises'
import { createDecision, type Deciding, type Effect } from './decision.ts'
import type { Ending } from './ending.ts'
import { type Fact, watchClock, watchEvents, watchState } from './watch.ts'

/** What following a prompt needs. */
export type Following = Deciding & {
  /** Sends the prompt; called once, when the event stream stands. */
  readonly send: (signal: AbortSignal) => Promise<void>
}

/** A server that dies breaks its connections before its exit is known, which says more. */
const lastWordsMs = 200

/**
 * Sends a prompt and follows it to its end. Whatever is seen comes as a fact to one place, which decides. What ends it
 * early is an `Ending`, too: the session is left as it is.
 */
export async function followPrompt(following: Following, signal: AbortSignal): Promise<Ending> {
  const { client, tree } = following
  const over = new AbortController()
  using _ = { [Symbol.dispose]: () => over.abort() }
  const inner = AbortSignal.any([signal, over.signal])
  const { promise, resolve } = Promise.withResolvers<Ending>()
  const decide = createDecision(following, (effect) => run(effect))
  const take = (fact: Fact) => {
    const ending = over.signal.aborted ? undefined : decide(fact)
    if (ending) resolve(ending)
  }
  const run = (effect: Effect): undefined => {
    effect(inner).then(
      (fact) => fact && take(fact),
      () => undefined,
    )
  }
  const fail = async (error: unknown) => {
    if (!signal.aborted) await sleep(lastWordsMs)
    take({ kind: 'failed', error: signal.aborted ? signal.reason : error })
  }
  const watching = { client, sessionIDs: tree.sessionIDs, take }
  const opened = Promise.withResolvers<void>()
  const send = async () => {
    await opened.promise
    await following.send(inner)
    take({ kind: 'sent' })
  }
  watchEvents(watching, opened.resolve, inner).catch(fail)
  watchState(watching, inner).catch(fail)
  watchClock(watching, inner).catch(fail)
  send().catch(fail)
  return await promise
}
