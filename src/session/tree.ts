import type { Failure, MessageInfo, Part, SessionEvent, Status } from '../opencode/facts.ts'
import type { Retry } from './ending.ts'
import { sumUsage, type Usage } from './usage.ts'

/** A session's status from a time on, in milliseconds since 1970. */
export type StatusChange = {
  readonly at: number
  readonly sessionID: string
  readonly status: Status
}

/** What is known of a session and its subagents' sessions while they run. Times in milliseconds since 1970. */
export type Tree = {
  readonly rootID: string
  readonly has: (sessionID: string) => boolean
  readonly sessionIDs: () => readonly string[]
  readonly add: (sessionID: string, parentID: string | undefined) => void
  /** Applies an event; false if it belongs to none of the tree's sessions. */
  readonly apply: (event: SessionEvent, now: number) => boolean
  readonly setStatus: (sessionID: string, status: Status, now: number) => void
  readonly status: (sessionID: string) => Status
  /** The statuses that sessions wait in for their provider. */
  readonly retrying: () => readonly Retry[]
  /** Every change of a status, the first `mostChanges` of them. */
  readonly changes: () => readonly StatusChange[]
  /** True once the model began a message in the root session. */
  readonly hasStarted: () => boolean
  /** True once the model's newest message in the root session is a final answer. */
  readonly hasAnswered: () => boolean
  /** When a session last made progress; now, as long as a tool runs or the model writes a tool call. */
  readonly lastProgress: (now: number) => number
  readonly touch: (now: number) => void
  /**
   * The error of the root session that arrived as an event since its newest message began, the first one: the same
   * comes again as a stack trace. It is not yet the end.
   */
  readonly failure: () => Failure | undefined
  readonly retries: () => number
  /** Over every message of every session, as far as they came. */
  readonly usage: () => Usage
  /** Text of the root session's newest message, as far as it has come. */
  readonly partialText: () => string
}

/** A run with more changes of status is no longer read one by one. */
const mostChanges = 1000

/** The tree of one session, to begin with without subagents. */
export function createTree(rootID: string): Tree {
  const statuses = new Map<string, Status>([[rootID, { type: 'idle' }]])
  const texts = new Map<string, { messageID: string; text: string }>()
  const messages = new Map<string, MessageInfo>()
  /** Sessions of the calls, by part. */
  const openCalls = new Map<string, string>()
  const changes: StatusChange[] = []
  let progress = Date.now()
  let failure: Failure | undefined
  let retries = 0
  const begins = (info: MessageInfo) => info.role === 'assistant' && info.sessionID === rootID

  const setStatus = (sessionID: string, status: Status, now: number) => {
    const before = statuses.get(sessionID)
    if (before === undefined) return
    statuses.set(sessionID, status)
    if (isSame(before, status)) return
    if (status.type === 'retry') {
      retries++
      forgetCalls(openCalls, sessionID)
    }
    if (changes.length < mostChanges) changes.push({ at: now, sessionID, status })
  }
  const applyMessage = (info: MessageInfo) => {
    if (begins(info) && !messages.has(info.id)) failure = undefined
    messages.set(info.id, info)
  }
  const applyPart = (part: Part) => {
    if (part.type === 'tool') trackCall(openCalls, part)
    const answers = part.sessionID === rootID && messages.get(part.messageID)?.role !== 'user'
    if (part.type === 'text' && answers && !part.synthetic)
      texts.set(part.id, { messageID: part.messageID, text: longer(part.text, texts.get(part.id)) })
  }
  const applyDelta = ({ partID, delta }: { partID: string; delta: string }) => {
    const known = texts.get(partID)
    if (known) known.text += delta
  }
  const applyEvent = (event: SessionEvent, now: number) => {
    switch (event.type) {
      case 'session.status':
        return setStatus(event.properties.sessionID, event.properties.status, now)
      case 'session.idle':
        return setStatus(event.properties.sessionID, { type: 'idle' }, now)
      case 'session.error':
        if (event.properties.sessionID === rootID) failure ??= event.properties.error
        return
      case 'message.updated':
        return applyMessage(event.properties.info)
      case 'message.part.updated':
        return applyPart(event.properties.part)
      case 'message.part.delta':
        return applyDelta(event.properties)
    }
  }

  return {
    rootID,
    has: (sessionID) => statuses.has(sessionID),
    sessionIDs: () => [...statuses.keys()],
    add(sessionID, parentID) {
      const known = parentID !== undefined && statuses.has(parentID)
      if (known && !statuses.has(sessionID)) statuses.set(sessionID, { type: 'idle' })
    },
    apply(event, now) {
      if (event.type === 'session.created')
        this.add(event.properties.info.id, event.properties.info.parentID)
      const sessionID = sessionOf(event)
      if (sessionID === undefined || !statuses.has(sessionID)) return false
      if (isProgress(event)) progress = now
      applyEvent(event, now)
      return true
    },
    setStatus,
    status: (sessionID) => statuses.get(sessionID) ?? { type: 'idle' },
    retrying: () => [...statuses.values()].filter((status) => status.type === 'retry'),
    changes: () => changes,
    hasStarted: () => [...messages.values()].some(begins),
    hasAnswered() {
      const last = [...messages.values()].findLast(begins)
      return last?.finish === 'stop' && last.summary !== true
    },
    lastProgress: (now) => (openCalls.size > 0 ? now : progress),
    touch(now) {
      progress = now
    },
    failure: () => failure,
    retries: () => retries,
    usage: () => sumUsage(messages.values()),
    partialText: () => newestText([...texts.values()]),
  }
}

function isSame(a: Status, b: Status): boolean {
  if (a.type === 'retry' && b.type === 'retry') return a.attempt === b.attempt
  return a.type === b.type
}

/** A text that is still written is stored as empty: what came of it as events is more. */
function longer(stored: string | undefined, known: { readonly text: string } | undefined): string {
  return stored || known?.text || ''
}

/**
 * A `task` tool runs as long as its subagent, whose own events show progress. While a call is pending the model writes
 * its arguments, a whole file for instance, and no event shows that: opencode itself gives up on a provider that goes
 * silent there.
 */
function trackCall(open: Map<string, string>, { id, sessionID, tool, state }: Part): void {
  const isOpen = state?.status === 'pending' || (state?.status === 'running' && tool !== 'task')
  if (isOpen) open.set(id, sessionID)
  else open.delete(id)
}

/** A call that the model was writing when its provider failed is begun again as another part. */
function forgetCalls(open: Map<string, string>, sessionID: string): void {
  for (const [id, session] of open) if (session === sessionID) open.delete(id)
}

function newestText(texts: readonly { messageID: string; text: string }[]): string {
  const newest = texts.at(-1)?.messageID
  const parts = texts.filter(({ messageID }) => messageID === newest).map(({ text }) => text)
  return parts.join('\n\n').trim()
}

/** The session that an event is about. */
export function sessionOf(event: SessionEvent): string | undefined {
  if (event.type === 'session.created') return event.properties.info.id
  if (event.type === 'message.updated') return event.properties.info.sessionID
  if (event.type === 'message.part.updated') return event.properties.part.sessionID
  return event.properties.sessionID
}

/** Status changes, errors and the start of a step come with every retry, too. */
function isProgress(event: SessionEvent): boolean {
  if (event.type === 'message.part.updated') return event.properties.part.type !== 'step-start'
  return !['session.status', 'session.idle', 'session.error'].includes(event.type)
}
