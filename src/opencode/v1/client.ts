import { Agent, type Dispatcher, request } from 'undici'
import * as z from 'zod'
import { UserError } from '../../errors.ts'
import { parseJson } from '../../text/text.ts'
import { type Address, type Api, ServerAnswer } from '../api.ts'
import { streamEvents } from './events.ts'
import * as shapes from './shapes.ts'

type Call<T> = {
  readonly path: string
  readonly shape: z.ZodType<T>
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly timeoutMs?: number
}

const requestTimeoutMs = 15_000
/** The first request of a directory boots opencode's instance for it. */
const bootTimeoutMs = 60_000
const shellTimeoutMs = 45_000

/** The API of opencode 1.x for one directory. */
export function createClient(address: Address, directory: string): Api {
  const agent = new Agent({
    connectTimeout: 5000,
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 0,
  })
  const connection = { agent, address, headers: headersFor(address, directory) }
  const get = <T>(path: string, shape: z.ZodType<T>, signal: AbortSignal, timeoutMs?: number) =>
    send(connection, { path, shape, ...(timeoutMs ? { timeoutMs } : {}) }, signal)
  const post = (path: string, body: unknown, signal: AbortSignal, timeoutMs = requestTimeoutMs) =>
    send(connection, { method: 'POST', path, body, shape: z.unknown(), timeoutMs }, signal)

  return {
    version: async (timeoutMs, signal) =>
      (await get('/global/health', shapes.health, signal, timeoutMs)).version,
    defaultModel: async (signal) =>
      (await get('/config', shapes.config, signal, bootTimeoutMs)).model,
    providers: async (signal) =>
      (await get('/config/providers', shapes.connectedProviders, signal, bootTimeoutMs)).providers,
    agents: (signal) => get('/agent', shapes.agents, signal, bootTimeoutMs),
    createSession: (body, signal) =>
      send(connection, { method: 'POST', path: '/session', body, shape: shapes.session }, signal),
    deleteSession: (id, signal) =>
      send(connection, { method: 'DELETE', path: `/session/${id}`, shape: z.unknown() }, signal),
    children: (id, signal) => get(`/session/${id}/children`, shapes.sessions, signal),
    statuses: (signal) => get('/session/status', shapes.statuses, signal),
    messages: (id, signal) => get(`/session/${id}/message`, shapes.messages, signal),
    newestMessages: (id, signal) => get(`/session/${id}/message?limit=5`, shapes.messages, signal),
    prompt: (id, { text, ...prompt }, signal) =>
      post(`/session/${id}/prompt_async`, { ...prompt, parts: [{ type: 'text', text }] }, signal),
    abort: (id, signal) => post(`/session/${id}/abort`, undefined, signal),
    shell(id, command, signal) {
      // The model is only noted down, and must be there.
      const model = { providerID: 'none', modelID: 'none' }
      return post(
        `/session/${id}/shell`,
        { agent: 'build', command, model },
        signal,
        shellTimeoutMs,
      )
    },
    permissions: (signal) => get('/permission', shapes.permissionRequests, signal),
    refusePermission: (id, message, signal) =>
      post(`/permission/${id}/reply`, { reply: 'reject', message }, signal),
    questions: (signal) => get('/question', shapes.questionRequests, signal),
    answerQuestion: ({ id, questions }, text, signal) =>
      post(`/question/${id}/reply`, { answers: questions.map(() => [text]) }, signal),
    forgetDirectory: (signal) => post('/instance/dispose', undefined, signal),
    events: (signal) => streamEvents((inner) => openEvents(connection, inner), signal),
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

type Connection = {
  readonly agent: Dispatcher
  readonly address: Address
  readonly headers: Readonly<Record<string, string>>
}

function headersFor({ password }: Address, directory: string): Record<string, string> {
  const headers = { 'x-opencode-directory': encodeURIComponent(directory) }
  if (password === undefined) return headers
  const basic = Buffer.from(`opencode:${password}`).toString('base64')
  return { ...headers, authorization: `Basic ${basic}` }
}

async function send<T>(connection: Connection, call: Call<T>, signal: AbortSignal): Promise<T> {
  const { method = 'GET', path, body, shape, timeoutMs = requestTimeoutMs } = call
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const what = `${method} ${path}`
  try {
    const response = await request(connection.address.url + path, {
      dispatcher: connection.agent,
      method,
      headers: { ...connection.headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: limited,
    })
    return read({ what, status: response.statusCode, text: await response.body.text() }, shape)
  } catch (error) {
    signal.throwIfAborted()
    throw explain({ error, what, timeoutMs })
  }
}

type Answer = { readonly what: string; readonly status: number; readonly text: string }

function read<T>({ what, status, text }: Answer, shape: z.ZodType<T>): T {
  // Unknown paths answer HTML with status 200, accepted prompts nothing at all.
  const json = parseJson(text)
  if (status === 401) throw passwordRejected()
  if (status >= 400) throw new ServerAnswer(what, status, refusalIn(json))
  const parsed = shape.safeParse(json)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') || 'the whole answer'
  const message = `The server's answer to ${what} is not the one of opencode 1.x (at ${where}). This action drives opencode 1.x only: check opencode-version, opencode-path or server-url.`
  throw new UserError('server-failed', message, { cause: parsed.error })
}

function refusalIn(json: unknown) {
  const { data } = shapes.refusal.safeParse(json)
  if (data === undefined) return undefined
  return { name: data.name, places: (data.data?.issues ?? []).map(({ path }) => path.join('.')) }
}

function passwordRejected(): UserError {
  return new UserError(
    'server-failed',
    'The opencode server rejected the password. Check server-password (or OPENCODE_SERVER_PASSWORD).',
  )
}

function explain({ error, what, timeoutMs }: { error: unknown; what: string; timeoutMs: number }) {
  if (error instanceof UserError || error instanceof ServerAnswer) return error
  if (error instanceof Error && error.name === 'TimeoutError') {
    const message = `The opencode server did not answer ${what} within ${timeoutMs / 1000} s.`
    return new UserError('server-failed', message, { cause: error })
  }
  const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
  const message = `The opencode server can't be reached${code}: ${what} got no answer. Is it running?`
  return new UserError('server-failed', message, { cause: error })
}

/** The bytes of the event stream of the directory; it ends only with the connection. */
async function openEvents({ agent, address, headers }: Connection, signal: AbortSignal) {
  const response = await request(`${address.url}/event`, {
    dispatcher: agent,
    headers: { ...headers, accept: 'text/event-stream' },
    signal,
  })
  if (response.statusCode === 401) throw passwordRejected()
  const type = String(response.headers['content-type'])
  if (response.statusCode === 200 && type.startsWith('text/event-stream')) return response.body
  await response.body.dump()
  throw new ServerAnswer('GET /event', response.statusCode)
}
