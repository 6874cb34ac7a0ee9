import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './answer.ts'
import { answerOf, type Script } from './faults.ts'
import { answerGit } from './git/host.ts'
import { answerGraphql } from './graphql/graphql.ts'
import type { Identity } from './identity.ts'
import { answerRest } from './rest/rest.ts'
import type { State } from './state.ts'

/** A request as it came, and the status that it got; 0 where there was none. */
export type LoggedRequest = {
  readonly kind: 'rest' | 'graphql' | 'git'
  readonly method: string
  /** Without `/api/v3`; `/graphql` for GraphQL. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  readonly login: string | undefined
  readonly status: number
}

type Incoming = Omit<LoggedRequest, 'status' | 'body' | 'login'> & {
  readonly bytes: Buffer
  readonly url: URL
  readonly doubled: boolean
  readonly identity: Identity | undefined
}

/** Listens on loopback; `connect` gives state and script once the address is known. */
export async function listen(
  connect: (url: string) => { state: State; script: Script; log: (request: LoggedRequest) => void },
): Promise<{ readonly server: Server; readonly state: State }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { state, script, log } = connect(`http://127.0.0.1:${port}`)
  server.on('request', (request, response) => {
    serve({ state, script, log }, { request, response }).catch((error: unknown) => {
      // A client may go away whenever it likes.
      if (!request.readableAborted) state.violations.push(`The stand-in failed: ${error}`)
      response.destroy()
    })
  })
  return { server, state }
}

async function serve(
  { state, script, log }: ReturnType<Parameters<typeof listen>[0]>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const incoming = await read(state, request)
  const { kind, method, path, query, headers, bytes, identity } = incoming
  const fault = await script.meet(incoming)
  const done = fault && !fault.after ? undefined : await answer(state, incoming)
  const given = fault ? answerOf(fault) : done
  const status = fault?.close || fault?.silent ? 0 : (given?.status ?? 0)
  const body = bytes.toString()
  log({ kind, method, path, query, headers, body, login: identity?.account.login, status })
  if (fault?.silent) return
  if (fault?.close || given === undefined) response.destroy()
  else send(response, kind, given)
}

async function answer(state: State, incoming: Incoming): Promise<Answer> {
  const { kind, bytes, identity } = incoming
  const type = { 'content-type': 'text/plain' }
  if (incoming.doubled)
    return { status: 400, headers: type, body: 'Duplicate header: "Authorization"' }
  if (kind === 'git') return answerGit(state, incoming)
  const text = bytes.toString()
  if (kind === 'graphql') return answerGraphql(state, text, identity)
  return answerRest(state, { ...incoming, text })
}

async function read(state: State, request: IncomingMessage): Promise<Incoming> {
  const url = new URL(request.url ?? '', state.urls.server)
  const kind = kindOf(url.pathname)
  if (kind !== 'git') url.pathname = url.pathname.replace(/^\/api(\/v3)?/, '')
  const names = request.rawHeaders.filter((_name, index) => index % 2 === 0)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
  )
  return {
    kind,
    url,
    headers,
    method: request.method ?? '',
    path: url.pathname,
    query: url.search,
    bytes: Buffer.concat(await request.toArray()),
    doubled: names.filter((name) => name.toLowerCase() === 'authorization').length > 1,
    identity: identify(state, headers.authorization),
  }
}

function kindOf(path: string): LoggedRequest['kind'] {
  if (path === '/api/graphql') return 'graphql'
  return path.startsWith('/api/v3/') ? 'rest' : 'git'
}

function identify({ identities }: State, authorization = ''): Identity | undefined {
  const [scheme = '', value = ''] = authorization.split(' ')
  const basic = scheme.toLowerCase() === 'basic'
  const token = basic
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : value
  return identities.get(token)
}

function send(response: ServerResponse, kind: LoggedRequest['kind'], answer: Answer): void {
  const { status, body, headers } = answer
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const common = { 'content-type': raw ? 'text/plain' : 'application/json; charset=utf-8' }
  response.writeHead(status, { ...common, ...(kind === 'git' ? {} : rateLimit()), ...headers })
  response.end(body === undefined || raw ? body : JSON.stringify(body))
}

/** Page "Rate limits for the REST API", "Checking the status of your rate limit". */
function rateLimit(): Record<string, string> {
  return {
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-used': '1',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
  }
}
