import http, {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { close, listen } from '../loopback.ts'
import { messageOf, parseJson } from '../text/text.ts'
import { type ChatRequest, chatBody } from './chat.ts'
import { type Failure, frames, type Reply } from './reply.ts'

/** The exchange behind a request. */
export type Exchange = {
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
  readonly response: ServerResponse
}

/** Decides the answers. A throw becomes HTTP 500 with its message. */
export type Brain = (request: ChatRequest, exchange: Exchange) => Reply | Promise<Reply>

/** A running model server: `url` is the base that ends in `/v1`, `key` the one bearer key it takes. */
export type ModelServer = AsyncDisposable & { readonly url: string; readonly key: string }

/** Streams OpenAI's chat completions from a free port of the loopback until it is disposed. */
export async function startModelServer(brain: Brain): Promise<ModelServer> {
  const key = `sk-${crypto.randomUUID()}`
  const server = http.createServer((request, response) => {
    void answer({ request, response, key, brain })
  })
  // A client that reuses a connection just as it times out would see a reset.
  server.keepAliveTimeout = 0
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}/v1`,
    key,
    [Symbol.asyncDispose]: () => close(server),
  }
}

type Incoming = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly key: string
  readonly brain: Brain
}

async function answer(incoming: Incoming): Promise<void> {
  const { response } = incoming
  try {
    await converse(incoming)
  } catch (error) {
    // After the headers it is the client that has left.
    if (!response.headersSent) sendError(response, { status: 500, message: messageOf(error) })
  }
}

async function converse({ request, response, key, brain }: Incoming): Promise<void> {
  const { headers } = request
  if (headers.authorization !== `Bearer ${key}`) {
    const message = 'Incorrect API key provided.'
    return sendError(response, { status: 401, message, code: 'invalid_api_key' })
  }
  const path = `${request.method} ${request.url}`
  if (path !== 'POST /v1/chat/completions')
    return sendError(response, { status: 404, message: `Invalid URL (${path})` })
  const body = parseJson(await text(request))
  const { data: chat, error } = chatBody.safeParse(body)
  if (error) return sendError(response, { status: 400, message: z.prettifyError(error) })
  const reply = await brain(chat, { headers, body, response })
  if (reply.kind === 'error') sendError(response, reply)
  if (reply.kind !== 'message') return
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  await pipeline(Readable.from(frames(chat, reply)), response)
}

function sendError(response: ServerResponse, error: Omit<Failure, 'kind'>): void {
  const { message, code = null } = error
  const body = { error: { message, type: 'invalid_request_error', param: null, code } }
  response
    .writeHead(error.status, { 'content-type': 'application/json', ...error.headers })
    .end(JSON.stringify(body))
}
