import { Agent, type Dispatcher, request } from 'undici'
import * as z from 'zod'
import { UserError } from '../errors.ts'
import type { Rule } from '../inputs/fields.ts'
import { parseJson } from '../text.ts'
import * as shapes from './shapes.ts'

/** Where a server listens, and how to get in. */
export type Address = { readonly url: string; readonly password: string | undefined }

/** What a prompt is sent with; `agent` and `variant` count only here, not on the session. */
export type Prompt = {
  readonly text: string
  readonly model: { readonly providerID: string; readonly modelID: string }
  readonly agent: string | undefined
  readonly variant: string | undefined
}

type Call<T> = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly shape: z.ZodType<T>
  readonly timeoutMs?: number
}

const requestTimeoutMs = 15_000
/** The first request of a directory boots opencode's instance for it. */
const bootTimeoutMs = 60_000
const shellTimeoutMs = 45_000

/** An answer of the server that is not the one asked for. */
export class ServerAnswer extends Error {
  override readonly name = 'ServerAnswer'
  readonly status: number
  readonly error: shapes.Refusal | undefined

  constructor(what: string, status: number, error: shapes.Refusal | undefined) {
    super(`${what} was answered with HTTP ${status}${error?.name ? ` (${error.name})` : ''}`)
    this.status = status
    this.error = error
  }
}

/**
 * opencode's HTTP API for one directory. Every call has a deadline and takes a signal; an answer that is not JSON of
 * the expected shape throws `ServerAnswer`, a server that can't be reached or refuses the password `UserError`
 * (`server-failed`).
 */
export type Client = ReturnType<typeof createClient>

/** Talks to the server at `address` about `directory`. */
export function createClient(address: Address, directory: string) {
  const agent = new Agent({
    connectTimeout: 5000,
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 0,
  })
  const connection = { agent, address, headers: headersFor(address, directory) }
  const call = <T>(details: Call<T>, signal: AbortSignal) => send(connection, details, signal)
  const get = <T>(path: string, shape: z.ZodType<T>, signal: AbortSignal, timeoutMs?: number) =>
    call({ method: 'GET', path, shape, ...(timeoutMs ? { timeoutMs } : {}) }, signal)

  return {
    url: address.url,
    health: (timeoutMs: number, signal: AbortSignal) =>
      get('/global/health', shapes.health, signal, timeoutMs),
    config: (signal: AbortSignal) => get('/config', shapes.config, signal, bootTimeoutMs),
    connectedProviders: (signal: AbortSignal) =>
      get('/config/providers', shapes.connectedProviders, signal, bootTimeoutMs),
    agents: (signal: AbortSignal) => get('/agent', shapes.agents, signal, bootTimeoutMs),
    createSession: (body: { title: string; permission: readonly Rule[] }, signal: AbortSignal) =>
      call({ method: 'POST', path: '/session', body, shape: shapes.session }, signal),
    deleteSession: (id: string, signal: AbortSignal) =>
      call({ method: 'DELETE', path: `/session/${id}`, shape: z.unknown() }, signal),
    children: (id: string, signal: AbortSignal) =>
      get(`/session/${id}/children`, shapes.sessions, signal),
    statuses: (signal: AbortSignal) => get('/session/status', shapes.statuses, signal),
    messages: (id: string, signal: AbortSignal) =>
      get(`/session/${id}/message`, shapes.messages, signal),
    newestMessages: (id: string, signal: AbortSignal) =>
      get(`/session/${id}/message?limit=5`, shapes.messages, signal),
    /** Resolves when the prompt is accepted; what comes of it arrives as events. */
    prompt: (id: string, { text, ...prompt }: Prompt, signal: AbortSignal) =>
      call(
        {
          method: 'POST',
          path: `/session/${id}/prompt_async`,
          body: { ...prompt, parts: [{ type: 'text', text }] },
          shape: z.unknown(),
        },
        signal,
      ),
    abort: (id: string, signal: AbortSignal) =>
      call({ method: 'POST', path: `/session/${id}/abort`, shape: z.unknown() }, signal),
    /** Runs a command with the server's shell, whatever the session's rules; resolves when it has ended. */
    shell: (id: string, command: string, signal: AbortSignal) =>
      call(
        {
          method: 'POST',
          path: `/session/${id}/shell`,
          // The model is only noted down, and must be there.
          body: { agent: 'build', command, model: { providerID: 'none', modelID: 'none' } },
          shape: z.unknown(),
          timeoutMs: shellTimeoutMs,
        },
        signal,
      ),
    permissions: (signal: AbortSignal) => get('/permission', shapes.permissionRequests, signal),
    refusePermission: (id: string, message: string, signal: AbortSignal) =>
      call(
        {
          method: 'POST',
          path: `/permission/${id}/reply`,
          body: { reply: 'reject', message },
          shape: z.unknown(),
        },
        signal,
      ),
    questions: (signal: AbortSignal) => get('/question', shapes.questionRequests, signal),
    /** Answers each question of a request with the same text: a rejected question would end the run. */
    answerQuestion: (request: shapes.QuestionRequest, text: string, signal: AbortSignal) =>
      call(
        {
          method: 'POST',
          path: `/question/${request.id}/reply`,
          body: { answers: request.questions.map(() => [text]) },
          shape: z.unknown(),
        },
        signal,
      ),
    /** The bytes of the event stream of the directory; it ends only with the connection. */
    events: (signal: AbortSignal) => openEvents(connection, signal),
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
  const timeoutMs = call.timeoutMs ?? requestTimeoutMs
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const what = `${call.method} ${call.path}`
  try {
    const response = await request(connection.address.url + call.path, {
      dispatcher: connection.agent,
      method: call.method,
      headers: { ...connection.headers, 'content-type': 'application/json' },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: limited,
    })
    return read({ what, status: response.statusCode, text: await response.body.text() }, call.shape)
  } catch (error) {
    signal.throwIfAborted()
    throw explain({ error, what, timeoutMs })
  }
}

type Answer = { readonly what: string; readonly status: number; readonly text: string }

function read<T>({ what, status, text }: Answer, shape: z.ZodType<T>): T {
  // Unknown paths answer HTML with status 200, accepted prompts nothing at all.
  const json = parseJson(text)
  if (status === 401) throw refusedPassword()
  if (status >= 400) throw new ServerAnswer(what, status, shapes.refusal.safeParse(json).data)
  const parsed = shape.safeParse(json)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') || 'the whole answer'
  const message = `The server answered ${what} in a form that this action does not know (at ${where}). Is it opencode 1.x?`
  throw new UserError('server-failed', message, { cause: parsed.error })
}

function refusedPassword(): UserError {
  return new UserError(
    'server-failed',
    'The opencode server refused the password. Check server-password (or OPENCODE_SERVER_PASSWORD).',
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

async function openEvents(connection: Connection, signal: AbortSignal) {
  const response = await request(`${connection.address.url}/event`, {
    dispatcher: connection.agent,
    headers: { ...connection.headers, accept: 'text/event-stream' },
    signal,
  })
  if (response.statusCode === 401) throw refusedPassword()
  const type = String(response.headers['content-type'])
  if (response.statusCode === 200 && type.startsWith('text/event-stream')) return response.body
  await response.body.dump()
  throw new ServerAnswer('GET /event', response.statusCode, undefined)
}
