import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, ServerAnswer } from '../opencode/api.ts'
import type {
  Message,
  PermissionRequest,
  QuestionRequest,
  SessionEvent,
  Status,
} from '../opencode/facts.ts'

/** What the server says of its sessions when it is asked. */
export type View = {
  readonly children: readonly { readonly id: string; readonly parentID?: string | undefined }[]
  /** A session that is idle may be absent. */
  readonly statuses: Readonly<Record<string, Status>>
  readonly permissions: readonly PermissionRequest[]
  readonly questions: readonly QuestionRequest[]
}

/** Something that happens while a prompt runs. */
export type Fact =
  | { readonly kind: 'event'; readonly event: SessionEvent | undefined; readonly json: string }
  /** The stored messages, read after a gap in the events. */
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | { readonly kind: 'view'; readonly view: View }
  /** The prompt was accepted. */
  | { readonly kind: 'sent' }
  /** The root session is idle, and its stored messages say that it will stay so. */
  | { readonly kind: 'ended'; readonly last: Message | undefined }
  | { readonly kind: 'tick' }
  | { readonly kind: 'failed'; readonly error: unknown }

/** What is watched. */
export type Watching = {
  readonly client: Api
  readonly sessionIDs: () => readonly string[]
  readonly take: (fact: Fact) => void
}

const tickMs = 500
/** The state is polled, too: events alone may be lost. */
const pollMs = 5000
const mostErrors = 4

/** Reports the passing of time. */
export async function watchClock({ take }: Watching, signal: AbortSignal): Promise<void> {
  while (true) {
    await sleep(tickMs, undefined, { signal })
    take({ kind: 'tick' })
  }
}

/** Reports the events, and after a gap what was missed. `onOpen` is called when the first connection stands. */
export async function watchEvents(
  watching: Watching,
  onOpen: () => void,
  signal: AbortSignal,
): Promise<void> {
  let connections = 0
  for await (const item of watching.client.events(signal)) {
    if (item.type === 'event') watching.take({ kind: 'event', event: item.event, json: item.json })
    else if (connections++ === 0) onOpen()
    else await catchUp(watching, signal)
  }
}

/** Pauses before each try: a busy server may fail one. */
const catchUpMs = [0, 200, 1000]

/** Asks for what was missed at once, since no poll brings it. Gives up in silence. */
async function catchUp(watching: Watching, signal: AbortSignal): Promise<void> {
  for (const ms of catchUpMs) {
    await sleep(ms, undefined, { signal })
    try {
      return await readMissed(watching, signal)
    } catch {
      signal.throwIfAborted()
    }
  }
}

/** The messages of all sessions and the state; of subagents that were found by that, their messages, too. */
async function readMissed(
  { client, sessionIDs, take }: Watching,
  signal: AbortSignal,
): Promise<void> {
  const read = new Set<string>()
  while (true) {
    const unread = sessionIDs().filter((id) => !read.has(id))
    if (unread.length === 0) return
    for (const id of unread) {
      take({ kind: 'messages', messages: await client.messages(id, signal) })
      read.add(id)
    }
    take({ kind: 'view', view: await readView(client, sessionIDs(), signal) })
  }
}

/**
 * Polls the state. A poll without an answer is not a failure, since a busy server may miss one; several error answers
 * in a row are.
 */
export async function watchState(
  { client, sessionIDs, take }: Watching,
  signal: AbortSignal,
): Promise<void> {
  let errors = 0
  while (true) {
    await sleep(pollMs, undefined, { signal })
    try {
      take({ kind: 'view', view: await readView(client, sessionIDs(), signal) })
      errors = 0
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ServerAnswer && ++errors >= mostErrors) throw error
    }
  }
}

async function readView(
  client: Api,
  sessionIDs: readonly string[],
  signal: AbortSignal,
): Promise<View> {
  const children = await Promise.all(sessionIDs.map((id) => client.children(id, signal)))
  const permissions = await client.permissions(signal)
  const questions = await client.questions(signal)
  // Last, so that no status that an event has changed meanwhile is set again.
  const statuses = await client.statuses(signal)
  return { children: children.flat(), statuses, permissions, questions }
}
