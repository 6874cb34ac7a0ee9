import { once } from 'node:events'
import http, {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { parseJson } from '../text.ts'
import { type ChatRequest, chatBody } from './chat.ts'
import {
  completion,
  type ErrorReply,
  errorBody,
  frames,
  type MessageReply,
  type Reply,
  textFrames,
} from './reply.ts'

/** The exchange behind a request: all that came, and a signal that is aborted when it is over. */
export type Exchange = {
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
  readonly signal: AbortSignal
}

/** What decides the answers. A throw becomes HTTP 500 with its message. */
export type Brain = (request: ChatRequest, exchange: Exchange) => Reply | Promise<Reply>

/** A running model server: `url` is the base that ends in `/v1`, `key` the one bearer key it takes. */
export type ModelServer = AsyncDisposable & { readonly url: string; readonly key: string }

/** Serves OpenAI's chat completions on a free port of the loopback until it is disposed. */
export async function startModelServer(
  models: readonly string[],
  brain: Brain,
): Promise<ModelServer> {
  const key = `sk-${crypto.randomUUID()}`
  const server = http.createServer((request, response) => {
    void answer({ request, response, key, models, brain })
  })
  // A client that reuses a connection just as it times out would see a reset.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(server)}/v1`,
    key,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

type Incoming = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly key: string
  readonly models: readonly string[]
  readonly brain: Brain
}

async function answer(incoming: Incoming): Promise<void> {
  const { request, response } = incoming
  const over = new AbortController()
  response.once('close', () => over.abort())
  try {
    await route(incoming, over.signal)
  } catch (error) {
    // When the client has left there is nobody to tell.
    if (over.signal.aborted) return
    const message = error instanceof Error ? error.message : String(error)
    if (response.headersSent) request.socket.resetAndDestroy()
    else refuse(response, { status: 500, message, type: 'server_error' })
  }
}

async function route(incoming: Incoming, signal: AbortSignal): Promise<void> {
  const { request, response, key, models } = incoming
  const path = `${request.method} ${request.url}`
  if (request.headers.authorization !== `Bearer ${key}`) {
    const message = 'Incorrect API key provided.'
    return refuse(response, { status: 401, message, code: 'invalid_api_key' })
  }
  if (path === 'GET /v1/models') {
    const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'script' }))
    return send(response, JSON.stringify({ object: 'list', data }))
  }
  if (path === 'POST /v1/chat/completions') return chat(incoming, signal)
  refuse(response, { status: 404, message: `Invalid URL (${path})` })
}

async function chat({ request, response, models, brain }: Incoming, signal: AbortSignal) {
  const body = parseJson(await text(request))
  const parsed = chatBody.safeParse(body)
  if (!parsed.success) {
    return refuse(response, { status: 400, message: z.prettifyError(parsed.error) })
  }
  if (!models.includes(parsed.data.model)) {
    const message = `The model "${parsed.data.model}" does not exist.`
    return refuse(response, { status: 404, message, code: 'model_not_found' })
  }
  const chatRequest = { ...parsed.data, ...sessionsOf(request.headers) }
  const reply = await brain(chatRequest, { headers: request.headers, body, signal })
  await carryOut(reply, { request: chatRequest, response, signal })
}

type Answering = {
  readonly request: ChatRequest
  readonly response: ServerResponse
  readonly signal: AbortSignal
}

async function carryOut(reply: Reply, answering: Answering): Promise<void> {
  const { request, response } = answering
  switch (reply.kind) {
    case 'message':
      return sendMessage(reply, answering)
    case 'error':
      return refuse(response, reply)
    case 'silence':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'half':
      startStream(response).write(textFrames(request, reply.text))
      return
    case 'cut':
      startStream(response).write(textFrames(request, reply.text), () => response.socket?.destroy())
      return
    case 'stream-error':
      startStream(response).write(textFrames(request, reply.text))
      response.end(`data: ${errorBody({ message: reply.message, type: 'server_error' })}\n\n`)
  }
}

async function sendMessage(reply: MessageReply, { request, response, signal }: Answering) {
  if (!request.stream) return send(response, completion(request, reply))
  await pipeline(Readable.from(frames(request, reply, signal)), startStream(response))
}

function startStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  })
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

function refuse(response: ServerResponse, error: Omit<ErrorReply, 'kind'>): void {
  response
    .writeHead(error.status, { 'content-type': 'application/json', ...error.headers })
    .end(errorBody(error))
}

/** opencode names its session, and a subagent's parent, in these headers. */
function sessionsOf(
  headers: IncomingHttpHeaders,
): Pick<ChatRequest, 'sessionID' | 'parentSessionID'> {
  const sessionID = headers['x-session-id']
  const parentSessionID = headers['x-parent-session-id']
  return {
    ...(typeof sessionID === 'string' && { sessionID }),
    ...(typeof parentSessionID === 'string' && { parentSessionID }),
  }
}

function portOf(server: http.Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.')
  return address.port
}
