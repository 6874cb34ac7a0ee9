import { UserError } from '../errors.ts'
import type { Api, Prompt } from '../opencode/api.ts'
import type { SessionEvent } from '../opencode/facts.ts'
import type { Rule } from '../opencode/permissions.ts'
import { type Aborted, abortTree } from './abort.ts'
import type { Ending } from './ending.ts'
import { followPrompt } from './follow.ts'
import { createRefuser, type Refusal } from './refusal.ts'
import { readTranscript, type SessionTranscript, textOf } from './transcript.ts'
import { createTree, type StatusChange, type Tree } from './tree.ts'
import { sumUsage, type Usage } from './usage.ts'
import type { Limits } from './watchdog.ts'

/** One prompt in a fresh session. */
export type AttemptOptions = {
  readonly client: Api
  readonly title: string
  readonly rules: readonly Rule[]
  readonly prompt: Prompt
  readonly limits: Limits
  /** When a provider last sent a piece of an answer to one of the sessions; 0 if that can't be seen. */
  readonly lastProgress: (sessionIDs: readonly string[]) => number
  /** Called with each event of the session and its subagents, and the JSON that it came as. */
  readonly onEvent: (event: SessionEvent, json: string, tree: Tree) => void
  readonly onRefusal: (refusal: Refusal) => void
}

/** How long to go on, and how long to clean up after that. */
export type AttemptSignals = { readonly signal: AbortSignal; readonly closing: AbortSignal }

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
  readonly statuses: readonly StatusChange[]
  /** True if the server has sessions that would not end: it takes no further prompt. */
  readonly stuck: boolean
}

const readLimitMs = 5000
const deleteLimitMs = 1000

/** Runs a prompt in a fresh session, which is deleted afterwards. Only opening the session throws. */
export async function runAttempt(
  options: AttemptOptions,
  { signal, closing }: AttemptSignals,
): Promise<Attempt> {
  const { client } = options
  const startedAt = Date.now()
  await using session = await openSession(options, { signal, closing })
  const tree = createTree(session.id)
  const refuser = createRefuser(client, tree, options.onRefusal)
  const send = async (inner: AbortSignal) => {
    await refuseBusy(client, session.id, inner)
    await client.prompt(session.id, options.prompt, inner)
  }
  const onEvent = (event: SessionEvent, json: string) => options.onEvent(event, json, tree)
  const followed = await followPrompt({ ...options, tree, refuser, send, onEvent }, signal)
  const retrying = tree.retrying().length
  const aborted = await abortUnlessOver({ followed, client, tree }, closing)
  const ending = explain(followed, aborted)
  const limit = AbortSignal.any([closing, AbortSignal.timeout(readLimitMs)])
  const transcript =
    aborted === 'silent' ? [] : await readTranscript(client, session, limit).catch(() => [])
  const stored = transcript.flatMap(({ messages }) => messages.map(({ info }) => info))
  return {
    sessionID: session.id,
    startedAt,
    endedAt: Date.now(),
    ending,
    text: ending.kind === 'finished' && ending.last ? textOf(ending.last) : tree.partialText(),
    transcript,
    usage: stored.length > 0 ? sumUsage(stored) : tree.usage(),
    refusals: refuser.refusals(),
    retries: tree.retries(),
    statuses: tree.changes(),
    stuck: aborted !== 'idle' || retrying >= mostRetrying,
  }
}

/** With so many sessions that wait for their provider a server is stuck. */
const mostRetrying = 2

async function openSession(
  { client, title, rules }: AttemptOptions,
  { signal, closing }: AttemptSignals,
) {
  const { id } = await client.createSession({ title, permission: rules }, signal)
  return {
    id,
    async [Symbol.asyncDispose]() {
      const limit = AbortSignal.any([closing, AbortSignal.timeout(deleteLimitMs)])
      await client.deleteSession(id, limit).catch(() => undefined)
    },
  }
}

/** A session that waits for its provider, or is busy, gets no message: it is aborted. */
async function refuseBusy(client: Api, id: string, signal: AbortSignal): Promise<void> {
  const status = (await client.statuses(signal))[id]
  if (status === undefined || status.type === 'idle') return
  await client.abort(id, signal)
  throw new UserError(
    'server-failed',
    `The fresh session was ${status.type} before anything was sent.`,
  )
}

type Followed = { readonly followed: Ending; readonly client: Api; readonly tree: Tree }

async function abortUnlessOver(
  { followed, client, tree }: Followed,
  closing: AbortSignal,
): Promise<Aborted> {
  return followed.kind === 'finished' ? 'idle' : await abortTree(client, tree, closing)
}

/** If the server does not even answer an abort, the server caused the stall. */
function explain(followed: Ending, aborted: Aborted): Ending {
  const waiting = followed.kind === 'stalled' || followed.kind === 'never-started'
  return waiting && aborted === 'silent' ? { kind: 'frozen', silentMs: undefined } : followed
}
