import type { SessionEvent } from '../opencode/events.ts'
import type { Failure, MessageInfo, Part, Status } from '../opencode/shapes.ts'

/** What is known of a session and its subagents' sessions while they run. Times in milliseconds since 1970. */
export type Tree = {
  readonly rootID: string
  readonly has: (sessionID: string) => boolean
  readonly sessionIDs: () => readonly string[]
  readonly add: (sessionID: string, parentID: string | undefined) => void
  /** Takes in an event; false if it belongs to none of the tree's sessions. */
  readonly apply: (event: SessionEvent, now: number) => boolean
  readonly setStatus: (sessionID: string, status: Status) => void
  readonly status: (sessionID: string) => Status
  /** When a session last got on; now, as long as a tool runs. */
  readonly lastProgress: (now: number) => number
  readonly touch: (now: number) => void
  /** The last error of the root session that arrived as an event: not yet the end of it. */
  readonly failure: () => Failure | undefined
  readonly retries: () => number
  /** The latest record of each message, user's and model's, of all sessions. */
  readonly messages: () => readonly MessageInfo[]
  /** Text of the root session's newest message, as far as it has come. */
  readonly partialText: () => string
}

/** The tree of one session, to begin with without subagents. */
export function createTree(rootID: string): Tree {
  const statuses = new Map<string, Status>([[rootID, { type: 'idle' }]])
  const texts = new Map<string, { messageID: string; text: string }>()
  const messages = new Map<string, MessageInfo>()
  const runningTools = new Set<string>()
  let progress = Date.now()
  let failure: Failure | undefined
  let retries = 0

  const setStatus = (sessionID: string, status: Status) => {
    if (!statuses.has(sessionID)) return
    const before = statuses.get(sessionID)
    const again =
      before?.type === 'retry' && status.type === 'retry' && before.attempt === status.attempt
    if (status.type === 'retry' && !again) retries++
    statuses.set(sessionID, status)
  }
  const applyPart = (part: Part) => {
    if (part.type === 'tool') trackTool(runningTools, part)
    const answers = part.sessionID === rootID && messages.get(part.messageID)?.role !== 'user'
    if (part.type === 'text' && answers && !part.synthetic)
      texts.set(part.id, { messageID: part.messageID, text: longer(part.text, texts.get(part.id)) })
  }
  const applyDelta = ({ partID, delta }: { partID: string; delta: string }) => {
    const known = texts.get(partID)
    if (known) known.text += delta
  }
  const applyEvent = (event: SessionEvent) => {
    switch (event.type) {
      case 'session.status':
        return setStatus(event.properties.sessionID, event.properties.status)
      case 'session.idle':
        return setStatus(event.properties.sessionID, { type: 'idle' })
      case 'session.error':
        if (event.properties.sessionID === rootID) failure = event.properties.error
        return
      case 'message.updated':
        messages.set(event.properties.info.id, event.properties.info)
        return
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
      applyEvent(event)
      return true
    },
    setStatus,
    status: (sessionID) => statuses.get(sessionID) ?? { type: 'idle' },
    lastProgress: (now) => (runningTools.size > 0 ? now : progress),
    touch(now) {
      progress = now
    },
    failure: () => failure,
    retries: () => retries,
    messages: () => [...messages.values()],
    partialText: () => newestText([...texts.values()]),
  }
}

/** A text that is still written is stored as empty: what came of it as events is more. */
function longer(stored: string | undefined, known: { readonly text: string } | undefined): string {
  return stored || known?.text || ''
}

/** A `task` tool runs as long as its subagent, whose own events tell whether it gets on. */
function trackTool(running: Set<string>, part: Part): void {
  if (part.state?.status === 'running' && part.tool !== 'task') running.add(part.id)
  else running.delete(part.id)
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
