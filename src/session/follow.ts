import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { type Client, ServerAnswer } from '../opencode/client.ts'
import { type SessionEvent, streamEvents } from '../opencode/events.ts'
import type { Failure, Message, Status } from '../opencode/shapes.ts'
import type { Refuser } from './refusal.ts'
import { sessionOf, type Tree } from './tree.ts'

/** Status of a session that waits to ask its provider again. */
export type Retry = Extract<Status, { type: 'retry' }>

/** How the prompt's run in the server ended, or why it is given up. */
export type Ending =
  | {
      readonly kind: 'finished'
      readonly last: Message | undefined
      readonly failure: Failure | undefined
    }
  | { readonly kind: 'stalled'; readonly retry: Retry | undefined }
  | { readonly kind: 'retry-too-long'; readonly retry: Retry }
  | { readonly kind: 'interrupted'; readonly error: UserError }

/** What following a prompt needs. */
export type Following = {
  readonly client: Client
  readonly tree: Tree
  readonly refuser: Refuser
  readonly stallTimeoutMs: number
  /** Milliseconds since 1970. */
  readonly deadline: number
  /** Told every event of the tree, and its raw form. */
  readonly onEvent: (event: SessionEvent, raw: unknown) => void
  /** Sends the prompt; called once, when the event stream stands. */
  readonly send: (signal: AbortSignal) => Promise<void>
}

const tickMs = 500
/** The status is polled beside the events, as the second witness. */
const pollMs = 5000
const mostMissed = 4
/** On errors the server says idle about 15 ms before it stores the error. */
const storeMs = 300
/** A server that dies breaks its connections before its exit is known, which says more. */
const lastWordsMs = 200

/** Sends a prompt and follows it to its end. What ends it early is an `Ending`, too: the session is left as it is. */
export async function followPrompt(following: Following, signal: AbortSignal): Promise<Ending> {
  const ended = new AbortController()
  using _ = { [Symbol.dispose]: () => ended.abort() }
  const inner = AbortSignal.any([signal, ended.signal])
  const { promise, resolve } = Promise.withResolvers<Ending>()
  const settle = createSettler(following, resolve)
  const opened = Promise.withResolvers<void>()
  const fail = async (error: unknown) => {
    if (ended.signal.aborted) return
    if (!signal.aborted) await sleep(lastWordsMs)
    resolve({ kind: 'interrupted', error: reasonOf(error, signal) })
  }
  listen({ ...following, settle, resolve, onOpen: opened.resolve }, inner).catch(fail)
  const send = async () => {
    await Promise.race([opened.promise, promise])
    await following.send(inner)
    following.tree.touch(Date.now())
  }
  send().catch(fail)
  watchClock({ ...following, settle, resolve }, inner).catch(fail)
  poll({ ...following, settle, resolve }, inner).catch(fail)
  const interrupt = () => resolve({ kind: 'interrupted', error: reasonOf(signal.reason, signal) })
  signal.addEventListener('abort', interrupt, { once: true })
  if (signal.aborted) interrupt()
  return await promise
}

function reasonOf(error: unknown, signal: AbortSignal): UserError {
  const reason: unknown = signal.aborted ? signal.reason : error
  if (reason instanceof UserError) return reason
  const message = `Following the session failed: ${reason instanceof Error ? reason.message : reason}. See server.log in the run directory.`
  const outcome = reason instanceof ServerAnswer ? 'server-failed' : 'internal-error'
  return new UserError(outcome, message, { cause: reason })
}

type Resolve = (ending: Ending) => void
type Settle = (signal: AbortSignal) => Promise<void>
type Inner = Following & { readonly settle: Settle; readonly resolve: Resolve }

/** Takes in the events of the tree, for as long as the signal stands. */
async function listen(inner: Inner & { onOpen: () => void }, signal: AbortSignal): Promise<void> {
  let connections = 0
  for await (const item of streamEvents(inner.client, signal)) {
    if (item.type === 'opened') {
      if (connections++ === 0) inner.onOpen()
      else await catchUp(inner, signal).catch(unlessAborted(signal))
    } else if (item.event && inner.tree.apply(item.event, Date.now())) {
      inner.onEvent(item.event, item.raw)
      await react(inner, item.event, signal)
    }
  }
}

async function react(inner: Inner, event: SessionEvent, signal: AbortSignal): Promise<void> {
  if (event.type === 'permission.asked') await inner.refuser.permission(event.properties, signal)
  else if (event.type === 'question.asked') await inner.refuser.question(event.properties, signal)
  else if (event.type === 'session.status') giveUpOnLongRetry(inner, event.properties.status)
  const idle = inner.tree.status(inner.tree.rootID).type === 'idle'
  if (idle && event.type.startsWith('session.') && sessionOf(event) === inner.tree.rootID)
    await inner.settle(signal).catch(unlessAborted(signal))
}

function giveUpOnLongRetry({ deadline, stallTimeoutMs, resolve }: Inner, status: Status): void {
  if (status.type !== 'retry') return
  const tooLong = status.next > deadline || status.next - Date.now() > stallTimeoutMs
  if (tooLong) resolve({ kind: 'retry-too-long', retry: status })
}

async function watchClock(inner: Inner, signal: AbortSignal): Promise<void> {
  while (true) {
    await sleep(tickMs, undefined, { signal })
    if (Date.now() - inner.tree.lastProgress(Date.now()) > inner.stallTimeoutMs)
      inner.resolve({ kind: 'stalled', retry: retryIn(inner.tree) })
  }
}

/** Polls the server. A busy server may miss a poll: that is fatal only if it happens again and again. */
async function poll(inner: Inner, signal: AbortSignal): Promise<void> {
  let missed = 0
  while (true) {
    await sleep(pollMs, undefined, { signal })
    try {
      await resync(inner, signal)
      missed = 0
    } catch (error) {
      signal.throwIfAborted()
      missed++
      if (missed >= mostMissed) throw error
    }
  }
}

function retryIn(tree: Tree): Retry | undefined {
  const statuses = tree.sessionIDs().map((id) => tree.status(id))
  return statuses.find((status) => status.type === 'retry')
}

/** A request beside the events that failed: the next poll repeats it. */
function unlessAborted(signal: AbortSignal): () => void {
  return () => signal.throwIfAborted()
}

/** After a gap in the stream: what the messages have become meanwhile, then the rest. */
async function catchUp(inner: Inner, signal: AbortSignal): Promise<void> {
  const { client, tree } = inner
  for (const id of tree.sessionIDs()) {
    for (const { info, parts } of await client.messages(id, signal)) {
      tree.apply({ type: 'message.updated', properties: { info } }, Date.now())
      for (const part of parts)
        tree.apply({ type: 'message.part.updated', properties: { part } }, Date.now())
    }
  }
  await resync(inner, signal)
}

/** Reads what events may have been missed: subagents, statuses, requests that wait. */
async function resync(inner: Inner, signal: AbortSignal): Promise<void> {
  const { client, tree } = inner
  for (const id of tree.sessionIDs())
    for (const child of await client.children(id, signal)) tree.add(child.id, child.parentID)
  const statuses = await client.statuses(signal)
  for (const id of tree.sessionIDs()) {
    const status = statuses[id] ?? { type: 'idle' }
    tree.setStatus(id, status)
    giveUpOnLongRetry(inner, status)
  }
  for (const request of await client.permissions(signal))
    await inner.refuser.permission(request, signal)
  for (const request of await client.questions(signal))
    await inner.refuser.question(request, signal)
  if (tree.status(tree.rootID).type === 'idle') await inner.settle(signal)
}

/**
 * Proves the end of an idle session by its stored messages; an end that leaves no finished message must look the same
 * twice. Right after the prompt was accepted a session may look idle that has not begun.
 */
function createSettler({ client, tree }: Following, resolve: Resolve): Settle {
  const read = async (signal: AbortSignal) => newest(await client.messages(tree.rootID, signal))
  return async (signal) => {
    const first = await read(signal)
    if (first && isOver(first))
      return resolve({ kind: 'finished', last: first, failure: tree.failure() })
    if (!first && !tree.failure()) return
    await sleep(storeMs, undefined, { signal })
    const second = await read(signal)
    const idle = (await client.statuses(signal))[tree.rootID]?.type ?? 'idle'
    if (idle === 'idle' && second?.info.id === first?.info.id)
      resolve({ kind: 'finished', last: second, failure: tree.failure() })
  }
}

function newest(messages: readonly Message[]): Message | undefined {
  return messages.findLast(({ info }) => info.role === 'assistant' && info.summary !== true)
}

/** True if the model said its last word: `tool-calls` and `unknown` are followed by another step. */
export function isOver({ info }: Message): boolean {
  if (info.time.completed === undefined) return false
  return Boolean(info.error) || !['tool-calls', 'unknown', undefined].includes(info.finish)
}
