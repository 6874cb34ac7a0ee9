import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import type { Rule } from '../inputs.ts'
import type { Client, Prompt } from '../opencode/client.ts'
import type { SessionEvent } from '../opencode/events.ts'
import { type Ending, followPrompt } from './follow.ts'
import { createRefuser, type Refusal } from './refusal.ts'
import {
  readTranscript,
  type SessionTranscript,
  sumUsage,
  textOf,
  type Usage,
} from './transcript.ts'
import { createTree, type Tree } from './tree.ts'

/** One prompt in a fresh session. */
export type AttemptOptions = {
  readonly client: Client
  readonly title: string
  readonly rules: readonly Rule[]
  readonly prompt: Prompt
  readonly stallTimeoutMs: number
  /** Milliseconds since 1970. */
  readonly deadline: number
  /** Told every event of the session and its subagents, and its raw form. */
  readonly onEvent: (event: SessionEvent, raw: unknown, tree: Tree) => void
  readonly onRefusal: (refusal: Refusal) => void
}

/** What came of an attempt; `text` is partial unless `ending` is an answer. */
export type Attempt = {
  readonly sessionID: string
  readonly startedAt: number
  readonly endedAt: number
  readonly ending: Ending
  readonly text: string
  readonly transcript: readonly SessionTranscript[]
  /** Over every message of every session of the tree, as far as they came. */
  readonly usage: Usage
  readonly refusals: readonly Refusal[]
  readonly retries: number
}

/** A server that answers at all does these in milliseconds; a cancelled run has few seconds for all of them. */
const abortLimitMs = 1500
const readLimitMs = 5000
const deleteLimitMs = 1000

/** Runs a prompt in a session of its own, which is deleted afterwards. Only opening the session throws. */
export async function runAttempt(options: AttemptOptions, signal: AbortSignal): Promise<Attempt> {
  const { client } = options
  const startedAt = Date.now()
  await using session = await openSession(options, signal)
  const tree = createTree(session.id)
  const refuser = createRefuser(client, tree, options.onRefusal)
  const send = async (inner: AbortSignal) => {
    await refuseRetrying(client, session.id, inner)
    await client.prompt(session.id, options.prompt, inner)
  }
  const onEvent = (event: SessionEvent, raw: unknown) => options.onEvent(event, raw, tree)
  const ending = await followPrompt({ ...options, tree, refuser, send, onEvent }, signal)
  const answering = ending.kind === 'finished' || (await abortSession(client, tree))
  const transcript = answering ? await readWhatIsThere(client, session.id) : []
  const stored = transcript.flatMap(({ messages }) => messages.map(({ info }) => info))
  return {
    sessionID: session.id,
    startedAt,
    endedAt: Date.now(),
    ending,
    text: ending.kind === 'finished' && ending.last ? textOf(ending.last) : tree.partialText(),
    transcript,
    usage: sumUsage(stored.length > 0 ? stored : tree.messages()),
    refusals: refuser.refusals(),
    retries: tree.retries(),
  }
}

async function openSession({ client, title, rules }: AttemptOptions, signal: AbortSignal) {
  const { id } = await client.createSession({ title, permission: rules }, signal)
  return {
    id,
    async [Symbol.asyncDispose]() {
      await client.deleteSession(id, AbortSignal.timeout(deleteLimitMs)).catch(() => undefined)
    },
  }
}

/** A session that waits for its provider gets no message: it is aborted. */
async function refuseRetrying(client: Client, id: string, signal: AbortSignal): Promise<void> {
  const status = (await client.statuses(signal))[id]
  if (status === undefined || status.type === 'idle') return
  await client.abort(id, signal)
  throw new UserError(
    'server-failed',
    `The fresh session was ${status.type} before anything was sent.`,
  )
}

/** Aborts a session and its subagents', and waits until they are idle; false if the server does not answer. */
async function abortSession(client: Client, tree: Tree): Promise<boolean> {
  const limit = AbortSignal.timeout(abortLimitMs)
  try {
    await client.abort(tree.rootID, limit)
    while (true) {
      const statuses = await client.statuses(limit)
      if (tree.sessionIDs().every((id) => (statuses[id]?.type ?? 'idle') === 'idle')) return true
      await sleep(50, undefined, { signal: limit })
    }
  } catch {
    // The server is gone or stuck: it is ended with all its processes in any case.
    return false
  }
}

async function readWhatIsThere(client: Client, id: string): Promise<SessionTranscript[]> {
  const limit = AbortSignal.timeout(readLimitMs)
  return await readTranscript(client, { id }, limit).catch(() => [])
}
