import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import querystring from 'node:querystring'
import type { Env } from '../../programs/environment.ts'
import { writtenForms } from '../../secrets/forms.ts'
import type { Call } from './calls.ts'
import { forward, type OpenRoute, refuse } from './forward.ts'
import { fillQuery, type Route } from './route.ts'
import { addressBelow, readTarget, type Target } from './target.ts'
import { openUpstream } from './upstream.ts'

/**
 * Stands before the providers on the loopback, so that no key is where an agent could see it: it puts the key where
 * the placeholder stands, and sends it to that provider's own address and nowhere else.
 */
export type Broker = AsyncDisposable & {
  /** Takes a provider in; returns the base URL that opencode is given. */
  readonly open: (route: Route) => string
  /** When a provider last sent a piece of an answer to one of these sessions, in milliseconds since 1970; 0 for never. */
  readonly lastProgress: (sessionIDs: readonly string[]) => number
}

/** Starts the broker on a free port of the loopback; `onCall` is told each model call that is over. */
export async function startBroker(
  { env, onCall }: { readonly env: Env; readonly onCall: (call: Call) => void },
  signal: AbortSignal,
): Promise<Broker> {
  const routes = new Map<string, OpenRoute>()
  const dispatcher = openUpstream(env)
  const running = new Set<Promise<void>>()
  const progress = new Map<string, number>()
  const server = http.createServer((request, response) => {
    const way = findWay(request, routes)
    if ('status' in way) return refuse(response, way)
    const session = sessionOf(request)
    const onProgress = () => progress.set(session, Date.now())
    const call = forward({ ...way, request, response, dispatcher, onProgress }).then(onCall)
    running.add(call)
    void call.finally(() => running.delete(call))
  })
  // No limits of its own: how long a model may take is the run's to decide.
  Object.assign(server, { requestTimeout: 0, keepAliveTimeout: 0 })
  for (const event of ['connect', 'upgrade'] as const)
    server.on(event, (_, socket) => socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening', { signal })
  return {
    open(route) {
      const token = randomBytes(24).toString('base64url')
      const [forbidden, credentials] = [formsOfKeys(route.secrets), credentialsOf(route.base)]
      routes.set(token, { ...route, forbidden, credentials })
      return `http://127.0.0.1:${portOf(server)}/${token}/${encodeURIComponent(route.provider)}`
    },
    lastProgress: (sessionIDs) =>
      Math.max(...[anySession, ...sessionIDs].map((id) => progress.get(id) ?? 0)),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await Promise.all([closed, dispatcher.destroy(), ...running])
    },
  }
}

/** What a call that names no session counts for. */
const anySession = ''

/** opencode names the session of a call in a header; a subagent's is its own. */
function sessionOf({ headers }: IncomingMessage): string {
  return String(headers['x-session-id'] ?? headers['x-opencode-session'] ?? anySession)
}

type Way = { readonly route: OpenRoute; readonly url: string }
type Refusal = { readonly status: number; readonly message: string }

function findWay(
  { method, url = '', rawHeaders }: IncomingMessage,
  routes: ReadonlyMap<string, OpenRoute>,
): Way | Refusal {
  const target = readTarget(url)
  if (!target) return { status: 400, message: 'The broker takes plain paths below its own.' }
  const route = routes.get(target.token)
  if (route === undefined || encodeURIComponent(route.provider) !== target.provider)
    return { status: 404, message: 'The broker has no such route.' }
  if (method !== 'POST') return { status: 405, message: 'The broker takes calls of models only.' }
  if (hasDuplicates(rawHeaders))
    return { status: 400, message: 'The broker takes each header once.' }
  return findCall(target, route)
}

function findCall(target: Target, route: OpenRoute): Way | Refusal {
  const { path } = target
  const call = route.calls?.find((one) => one.path.test(path))
  if (route.calls !== undefined && call === undefined)
    return { status: 403, message: `The broker takes calls of models only, not ${path}.` }
  const query = fillQuery({ target, call, slots: route.slots })
  if (query === undefined)
    return { status: 403, message: `The broker takes ${path} only with the query of its SDK.` }
  return { route, url: addressBelow(route.base, { path, query }) }
}

/** Servers differ in which one of two they take. */
function hasDuplicates(rawHeaders: readonly string[]): boolean {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
  return new Set(names).size < names.length
}

/** What a base URL has as user and password, which stand in a header where there is no other. */
function credentialsOf(base: string): string | undefined {
  const { username, password } = new URL(base)
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${querystring.unescape(username)}:${querystring.unescape(password)}`).toString('base64')}`
}

function portOf(server: http.Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.')
  return address.port
}

/** A shorter value is no key, but a word of which an answer may speak. */
const shortestKey = 8

function formsOfKeys(keys: readonly string[]): string[] {
  return writtenForms(keys.filter((key) => key.length >= shortestKey))
}
