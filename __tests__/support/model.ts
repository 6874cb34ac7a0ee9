import { EventEmitter, once } from 'node:events'
import type { ChatRequest } from '../../src/rehearsal/chat.ts'
import type { Reply } from '../../src/rehearsal/reply.ts'
import { type Exchange, type ModelServer, startModelServer } from '../../src/rehearsal/server.ts'

/** Where a request stands: how many came before it in its session, and how many answers it holds. */
export type Place = { readonly request: number; readonly step: number }

/** Replies by step (a retry gets the same one again), or a function that decides by itself. */
export type Script =
  | readonly Reply[]
  | ((request: ChatRequest, place: Place, exchange: Exchange) => Reply | Promise<Reply>)

/** opencode's options of a model: `cost`, `limit`, `variants`, `reasoning`, `options`, … */
export type ModelOptions = Readonly<Record<string, unknown>>

/** A request as it came, when it came (`performance.now()`), and the signal of its end. */
export type RecordedRequest = Exchange & { readonly request: ChatRequest; readonly at: number }

/** A scripted model that records what it is asked. */
export type ScriptedModel = ModelServer & {
  readonly requests: readonly RecordedRequest[]
  /** The first `count` requests, once there are so many. */
  waitForRequest(count: number, signal: AbortSignal): Promise<readonly RecordedRequest[]>
  /** The value of `provider` in opencode's configuration; `options` are opencode's provider options. */
  provider(options?: Readonly<Record<string, unknown>>): { readonly scripted: object }
}

/** The id that `provider()` gives, and the model that is there unless others are named. */
export const scripted = { providerID: 'scripted', modelID: 'model' } as const

/**
 * Starts a model that follows a script in every session. Later root sessions (a second attempt) and
 * subagents follow scripts of their own where given, in the order of their first request; the last is
 * used for all that come after.
 */
export async function startScriptedModel(
  script: Script,
  more: {
    readonly laterSessions?: readonly Script[]
    readonly subagents?: readonly Script[]
    readonly models?: Readonly<Record<string, ModelOptions>>
  } = {},
): Promise<ScriptedModel> {
  const { laterSessions = [], subagents = [script], models = { [scripted.modelID]: {} } } = more
  const requests: RecordedRequest[] = []
  const arrivals = new EventEmitter()
  const server = await startModelServer(Object.keys(models), (request, exchange) => {
    const scripts = request.parentSessionID === undefined ? [script, ...laterSessions] : subagents
    const place = placeOf(request, requests)
    requests.push({ ...exchange, request, at: performance.now() })
    arrivals.emit('request')
    const chosen = scripts[Math.min(sessionIndex(request, requests), scripts.length - 1)] ?? []
    return typeof chosen === 'function' ? chosen(request, place, exchange) : reply(chosen, place)
  })
  return {
    ...server,
    requests,
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
function reply(script: readonly Reply[], { step }: Place): Reply {
  const message = `The script has ${script.length} replies and was asked for number ${step + 1}.`
  return script[step] ?? { kind: 'error', status: 400, message }
}

function placeOf(request: ChatRequest, before: readonly RecordedRequest[]): Place {
  const prompt = request.messages.findLastIndex((message) => message.role === 'user')
  const since = request.messages.slice(prompt + 1)
  return {
    request: before.filter((other) => other.request.sessionID === request.sessionID).length,
    step: since.filter((message) => message.role === 'assistant').length,
  }
}

/** The number of the session among the root sessions, or among the subagents, in order of appearance. */
function sessionIndex(request: ChatRequest, requests: readonly RecordedRequest[]): number {
  const isRoot = (one: ChatRequest) => one.parentSessionID === undefined
  const alike = requests.filter((other) => isRoot(other.request) === isRoot(request))
  const sessions = new Set(alike.map((other) => other.request.sessionID))
  return [...sessions].indexOf(request.sessionID)
}
