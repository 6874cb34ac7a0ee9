import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatRequest } from '../../src/rehearsal/chat.ts'
import { frames, type Message, type Reply as PlainReply } from '../../src/rehearsal/reply.ts'
import {
  type ModelServer,
  type Exchange as PlainExchange,
  startModelServer,
} from '../../src/rehearsal/server.ts'

/** What a model does with a request, the ways to break off included. */
export type Reply =
  | PlainReply
  /** In pieces of so many characters (48), with a pause after each. */
  | (Message & { readonly chunkDelayMs?: number; readonly chunkLength?: number })
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' }
  /** Some text, then nothing more on an open connection. */
  | { readonly kind: 'half'; readonly text: string }

/** The exchange behind a request, and a signal that is aborted when it is over. */
export type Exchange = PlainExchange & { readonly signal: AbortSignal }

/** A request, with the sessions that opencode names in its headers. */
type SessionRequest = ChatRequest & {
  readonly sessionID: string | undefined
  readonly parentSessionID: string | undefined
}

/** Where a request stands: how many came before it in its session, and how many answers it holds. */
export type Place = { readonly request: number; readonly step: number }

/** Replies by step (a retry gets the same one again), or a function that decides by itself. */
export type Script =
  | readonly Reply[]
  | ((request: SessionRequest, place: Place, exchange: Exchange) => Reply | Promise<Reply>)

/** opencode's options of a model: `cost`, `limit`, `variants`, `reasoning`, `options`, … */
export type ModelOptions = Readonly<Record<string, unknown>>

/** A request as it came, when it came (`performance.now()`), and the signal of its end. */
export type RecordedRequest = Exchange & { readonly request: SessionRequest; readonly at: number }

/** A scripted model that records what it is asked. */
export type ScriptedModel = ModelServer & {
  readonly requests: readonly RecordedRequest[]
  /** Takes other scripts, and forgets the requests so far. */
  follow(script: Script, further?: FurtherScripts): void
  /** The first `count` requests, once there are so many. */
  waitForRequest(count: number, signal: AbortSignal): Promise<readonly RecordedRequest[]>
  /** The value of `provider` in opencode's configuration; `options` are opencode's provider options. */
  provider(options?: Readonly<Record<string, unknown>>): { readonly scripted: object }
}

/** The id that `provider()` gives, and the model that is there unless others are named. */
export const scripted = { providerID: 'scripted', modelID: 'model' } as const

/** Scripts of later root sessions (a second attempt) and of subagents, in the order of their first request; the last stays. */
export type FurtherScripts = {
  readonly laterSessions?: readonly Script[]
  readonly subagents?: readonly Script[]
}

/** Starts a model that follows a script in every session for which there is no other one. */
export async function startScriptedModel(
  script: Script,
  {
    models = { [scripted.modelID]: {} },
    ...further
  }: FurtherScripts & { readonly models?: Readonly<Record<string, ModelOptions>> } = {},
): Promise<ScriptedModel> {
  const requests: RecordedRequest[] = []
  const arrivals = new EventEmitter()
  let scripts = orderOf(script, further)
  const server = await startModelServer(async (chat, plain) => {
    const request = { ...chat, ...sessionsOf(plain) }
    const over = new AbortController()
    plain.response.once('close', () => over.abort())
    const exchange = { ...plain, signal: over.signal }
    const choice = request.parentSessionID === undefined ? scripts.roots : scripts.subagents
    const place = placeOf(request, requests)
    requests.push({ ...exchange, request, at: performance.now() })
    arrivals.emit('request')
    const chosen = choice[Math.min(sessionIndex(request, requests), choice.length - 1)] ?? []
    const reply =
      typeof chosen === 'function' ? await chosen(request, place, exchange) : replyOf(chosen, place)
    return await carryOut(reply, chat, exchange)
  })
  return {
    ...server,
    requests,
    follow(next, more = {}) {
      requests.length = 0
      scripts = orderOf(next, more)
    },
    async waitForRequest(count, signal) {
      while (requests.length < count) await once(arrivals, 'request', { signal })
      return requests.slice(0, count)
    },
    provider: (options = {}) => ({
      [scripted.providerID]: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted',
        options: { baseURL: server.url, apiKey: server.key, ...options },
        models: Object.fromEntries(
          Object.entries(models).map(([id, own]) => [id, { ...modelDefaults, name: id, ...own }]),
        ),
      },
    }),
  }
}

function orderOf(script: Script, { laterSessions = [], subagents = [script] }: FurtherScripts) {
  return { roots: [script, ...laterSessions], subagents }
}

/** A script that gives its replies by request instead of by step: a retry gets the next; the last stays. */
export function inTurn(...replies: readonly [Reply, ...Reply[]]): Script {
  return (_request, place) => replies[Math.min(place.request, replies.length - 1)] ?? replies[0]
}

/** A whole answer. */
export function say(text: string): Reply {
  return { kind: 'message', text }
}

/** A call of one tool. */
export function call(name: string, input: Record<string, unknown>): Reply {
  return { kind: 'message', text: '', toolCalls: [{ name, arguments: input }] }
}

const modelDefaults = {
  limit: { context: 128_000, output: 8_000 },
  cost: { input: 1, output: 2 },
  tool_call: true,
}

/** 400 is not retried by opencode, so that a script which is too short shows at once. */
function replyOf(script: readonly Reply[], { step }: Place): Reply {
  const message = `The script has ${script.length} replies and was asked for number ${step + 1}.`
  return script[step] ?? { kind: 'error', status: 400, message }
}

/** Does what the server can't do, and leaves it the rest. */
async function carryOut(
  reply: Reply,
  request: ChatRequest,
  { response, signal }: Exchange,
): Promise<PlainReply> {
  if (reply.kind === 'reset') response.socket?.resetAndDestroy()
  if (reply.kind === 'half')
    startStream(response).write(
      frames(request, { ...reply, kind: 'message' })
        .take(2)
        .toArray()
        .join(''),
    )
  if (reply.kind === 'message' && ('chunkDelayMs' in reply || 'chunkLength' in reply))
    await pipeline(Readable.from(slowFrames(request, reply, signal)), startStream(response))
  return reply.kind === 'error' || (reply.kind === 'message' && !response.headersSent)
    ? reply
    : { kind: 'silence' }
}

function startStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream' })
}

type SlowMessage = Extract<Reply, { chunkDelayMs?: number }>

async function* slowFrames(request: ChatRequest, reply: SlowMessage, signal: AbortSignal) {
  for (const frame of frames(request, reply, reply.chunkLength)) {
    yield frame
    if (reply.chunkDelayMs !== undefined) await sleep(reply.chunkDelayMs, undefined, { signal })
  }
}

function sessionsOf({ headers }: PlainExchange) {
  const [sessionID, parentSessionID] = ['x-session-id', 'x-parent-session-id'].map((name) =>
    headers[name]?.toString(),
  )
  return { sessionID, parentSessionID }
}

function placeOf(request: SessionRequest, before: readonly RecordedRequest[]): Place {
  const prompt = request.messages.findLastIndex((message) => message.role === 'user')
  const since = request.messages.slice(prompt + 1)
  return {
    request: before.filter((other) => other.request.sessionID === request.sessionID).length,
    step: since.filter((message) => message.role === 'assistant').length,
  }
}

/** The number of the session among the root sessions, or among the subagents, in order of appearance. */
function sessionIndex(request: SessionRequest, requests: readonly RecordedRequest[]): number {
  const isRoot = (one: SessionRequest) => one.parentSessionID === undefined
  const alike = requests.filter((other) => isRoot(other.request) === isRoot(request))
  const sessions = new Set(alike.map((other) => other.request.sessionID))
  return [...sessions].indexOf(request.sessionID)
}
