import { createHash } from 'node:crypto'
import { UserError } from '../errors.ts'
import { type Api, ServerAnswer } from '../opencode/api.ts'
import type { Message, SessionEvent, Status } from '../opencode/facts.ts'
import { messageOf } from '../text/text.ts'
import type { Ending } from './ending.ts'
import { proveEnd } from './proof.ts'
import type { Refuser } from './refusal.ts'
import { sessionOf, type Tree } from './tree.ts'
import type { Fact, View } from './watch.ts'
import { findGivenUp, findOverBudget, findStall, type Limits } from './watchdog.ts'

/** Something to be done on the server, which may result in a fact. What fails is repeated by the next poll. */
export type Effect = (signal: AbortSignal) => Promise<Fact | undefined>

/** The server sends a heartbeat every 10 s, and is asked for its state every 5 s. */
const frozenMs = 25_000
/** If the clock did not tick for so long, the machine or this process stood still. */
const pauseMs = 3000

/** What the decision is about. */
export type Deciding = {
  readonly client: Api
  readonly tree: Tree
  readonly refuser: Refuser
  readonly limits: Limits
  /** When a provider last sent a piece of an answer to one of the sessions; 0 if that can't be seen. */
  readonly lastProgress: (sessionIDs: readonly string[]) => number
  /** Called with each event of the tree, and the JSON that it came as. */
  readonly onEvent: (event: SessionEvent, json: string) => void
}

/** Decides from facts how a prompt ends. What is to be done on the server is handed to `run`. */
export function createDecision(deciding: Deciding, run: (effect: Effect) => undefined) {
  const { client, tree, refuser, limits, onEvent } = deciding
  const known = { sent: false, proving: false, heardAt: Date.now(), tickedAt: Date.now() }
  const isNew = createMemory()

  const prove = (): undefined => {
    if (known.proving || !known.sent || tree.status(tree.rootID).type !== 'idle') return
    known.proving = true
    const hasFailed = () => tree.failure() !== undefined
    const proof = async (signal: AbortSignal) =>
      await proveEnd(client, { sessionID: tree.rootID, hasFailed }, signal).finally(() => {
        known.proving = false
      })
    run(async (signal) => {
      const end = await proof(signal)
      return end && { kind: 'ended', last: end.last }
    })
  }
  const onTick = (now: number): Ending | undefined => {
    if (now - known.tickedAt > pauseMs) {
      known.heardAt = now
      tree.touch(now)
    }
    known.tickedAt = now
    const received = deciding.lastProgress(tree.sessionIDs())
    if (received > tree.lastProgress(now)) tree.touch(received)
    if (now - known.heardAt > frozenMs) return { kind: 'frozen', silentMs: now - known.heardAt }
    return known.sent ? findStall(tree, limits, now) : undefined
  }
  const onSessionEvent = (event: SessionEvent, now: number): Ending | undefined => {
    if (event.type.startsWith('session.') && sessionOf(event) === tree.rootID) prove()
    switch (event.type) {
      case 'permission.asked':
        return run((signal) => refuser.permission(event.properties, signal))
      case 'question.asked':
        return run((signal) => refuser.question(event.properties, signal))
      case 'session.status':
        return findGivenUp(tree, limits, now)
      case 'message.updated':
        return findOverBudget(tree, limits)
    }
  }
  const onView = (view: View, now: number): Ending | undefined => {
    takeIn(tree, view, now)
    for (const request of view.permissions) run((signal) => refuser.permission(request, signal))
    for (const request of view.questions) run((signal) => refuser.question(request, signal))
    prove()
    return findGivenUp(tree, limits, now)
  }

  return (fact: Fact): Ending | undefined => {
    const now = Date.now()
    if (fact.kind === 'tick') return onTick(now)
    if (fact.kind === 'failed') return { kind: 'interrupted', error: reasonOf(fact.error) }
    known.heardAt = now
    switch (fact.kind) {
      case 'event': {
        if (!fact.event || !tree.apply(fact.event, now)) return
        onEvent(fact.event, fact.json)
        return onSessionEvent(fact.event, now)
      }
      case 'messages':
        applyMessages(tree, fact.messages.filter(isNew), now)
        return findOverBudget(tree, limits)
      case 'view':
        return onView(fact.view, now)
      case 'sent':
        known.sent = true
        tree.touch(now)
        return prove()
      case 'ended':
        return { kind: 'finished', last: fact.last, failure: tree.failure() }
    }
  }
}

/** Messages are read again after each gap, which is no progress: true for one that is new or has changed. */
function createMemory(): (message: Message) => boolean {
  const seen = new Map<string, string>()
  return (message) => {
    const digest = createHash('sha256').update(JSON.stringify(message)).digest('base64')
    if (seen.get(message.info.id) === digest) return false
    seen.set(message.info.id, digest)
    return true
  }
}

function takeIn(tree: Tree, { children, statuses }: View, now: number): void {
  for (const child of children) tree.add(child.id, child.parentID)
  const idle: Status = { type: 'idle' }
  for (const id of tree.sessionIDs()) tree.setStatus(id, statuses[id] ?? idle, now)
}

function applyMessages(tree: Tree, messages: readonly Message[], now: number): void {
  for (const { info, parts } of messages) {
    tree.apply({ type: 'message.updated', properties: { info } }, now)
    for (const part of parts)
      tree.apply({ type: 'message.part.updated', properties: { part } }, now)
  }
}

function reasonOf(error: unknown): UserError {
  if (error instanceof UserError) return error
  const message = `Following the session failed: ${messageOf(error)}. See server.log in the run directory.`
  const outcome = error instanceof ServerAnswer ? 'server-failed' : 'internal-error'
  return new UserError(outcome, message, { cause: error })
}
