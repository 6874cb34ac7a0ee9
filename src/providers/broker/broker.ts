import { randomBytes } from 'node:crypto'
import http, { type IncomingMessage } from 'node:http'
import { close, listen } from '../../loopback.ts'
import type { Env } from '../../programs/environment.ts'
import { writtenForms } from '../../secrets/forms.ts'
import type { Call } from './calls.ts'
import { forward, type OpenRoute, sendError } from './forward.ts'
import { fillQuery, type Route } from './route.ts'
import { addressBelow, readTarget, type Target } from './target.ts'
import { openUpstream } from './upstream.ts'

/**
 * A proxy on the loopback between opencode and the providers. It inserts each key where the action put its placeholder,
 * and sends it to that provider's own address and nowhere else, so that the agent never sees a key.
 */
export type Broker = AsyncDisposable & {
  /** Adds a provider; returns the base URL for opencode. */
  readonly open: (route: Route) => string
  /** When a provider last sent a piece of an answer to one of these sessions, in milliseconds since 1970; 0 for never. */
  readonly lastProgress: (sessionIDs: readonly string[]) => number
}

/** A shorter value is not a key but a word, which an answer may contain. */
const shortestKey = 8

/** Starts the broker on a free port; `onCall` gets each finished model call. */
export async function startBroker(
  { env, onCall }: { readonly env: Env; readonly onCall: (call: Call) => void },
  signal: AbortSignal,
): Promise<Broker> {
  const routes = new Map<string, OpenRoute>()
  const dispatcher = openUpstream(env)
  const running = new Set<Promise<void>>()
  const progress = new Map<string, number>()
  const server = http.createServer((request, response) => {
    const destination = findDestination(request, routes)
    if ('status' in destination) return sendError(response, destination)
    const session = sessionOf(request)
    const onProgress = () => progress.set(session, Date.now())
    const call = forward({ ...destination, request, response, dispatcher, onProgress }).then(onCall)
    running.add(call)
    void call.finally(() => running.delete(call))
  })
  // The run decides how long a model may take.
  Object.assign(server, { requestTimeout: 0, keepAliveTimeout: 0 })
  for (const event of ['connect', 'upgrade'] as const)
    server.on(event, (_, socket) => socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n'))
  const port = await listen(server, signal)
  return {
    open(route) {
      const token = randomBytes(24).toString('base64url')
      const keys = route.secrets.filter((key) => key.length >= shortestKey)
      routes.set(token, { ...route, forbidden: writtenForms(keys) })
      return `http://127.0.0.1:${port}/${token}/${encodeURIComponent(route.provider)}`
    },
    lastProgress: (sessionIDs) =>
      Math.max(...[anySession, ...sessionIDs].map((id) => progress.get(id) ?? 0)),
    async [Symbol.asyncDispose]() {
      await Promise.all([close(server), dispatcher.destroy(), ...running])
    },
  }
}

/** What a call that names no session counts for. */
const anySession = ''

/** opencode names the session of a call in a header; a subagent's is its own. */
function sessionOf({ headers }: IncomingMessage): string {
  return String(headers['x-session-id'] ?? headers['x-opencode-session'] ?? anySession)
}

type Destination = { readonly route: OpenRoute; readonly url: string }
type Refusal = { readonly status: number; readonly message: string }

function findDestination(
  { method, url = '', rawHeaders }: IncomingMessage,
  routes: ReadonlyMap<string, OpenRoute>,
): Destination | Refusal {
  const target = readTarget(url)
  if (!target) return { status: 400, message: 'The broker accepts only plain paths.' }
  const route = routes.get(target.token)
  if (route === undefined || encodeURIComponent(route.provider) !== target.provider)
    return { status: 404, message: 'The broker has no such route.' }
  if (method !== 'POST') return { status: 405, message: 'The broker accepts only model calls.' }
  if (hasDuplicates(rawHeaders))
    return { status: 400, message: 'The broker accepts each header only once.' }
  return findCall(target, route)
}

function findCall({ path, query }: Target, route: OpenRoute): Destination | Refusal {
  const call = route.calls?.find((one) => one.path.test(path))
  if (route.calls !== undefined && call === undefined)
    return { status: 403, message: `The broker accepts only model calls, not ${path}.` }
  const filled = fillQuery(query, { call, slots: route.slots })
  if (filled === undefined)
    return { status: 403, message: `The broker does not accept this query of ${path}.` }
  return { route, url: addressBelow(route.base, { path, query: filled }) }
}

/** Servers differ in which one of two headers they take. */
function hasDuplicates(rawHeaders: readonly string[]): boolean {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
  return new Set(names).size < names.length
}
