import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isNativeError } from 'node:util/types'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { type Dispatcher, request as send } from 'undici'
import { oneLine } from '../../text/text.ts'
import type { Call } from './calls.ts'
import { createReading, type TokenUsage } from './reading.ts'
import { createRedaction, redactText } from './redaction.ts'
import { type Route, requestHeaders, responseHeaders } from './route.ts'

/** A route in use; `forbidden` has the written forms of its secrets. */
export type OpenRoute = Route & { readonly forbidden: readonly string[] }

/** A request of opencode, and where it goes. */
export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly route: OpenRoute
  readonly url: string
  readonly dispatcher: Dispatcher
  /** Called for each chunk of an answer that is progress. */
  readonly onProgress: () => void
}

/** Sends a request to its provider and streams the answer back. Never throws. */
export async function forward(exchange: Exchange): Promise<Call> {
  const startedAt = Date.now()
  const left = new AbortController()
  exchange.response.once('close', () => left.abort())
  const traffic = new Traffic()
  const outcome = await stream(exchange, traffic, left.signal).then(
    () => ({}),
    (error: unknown) => report(error, exchange, left.signal),
  )
  return {
    provider: exchange.route.provider,
    startedAt: new Date(startedAt).toISOString(),
    duration: (Date.now() - startedAt) / 1000,
    ...(traffic.status !== undefined && { status: traffic.status }),
    sentBytes: traffic.sentBytes,
    receivedBytes: traffic.receivedBytes,
    ...traffic.usage(),
    ...outcome,
  }
}

/** What has passed so far, which counts even if the exchange breaks off. */
class Traffic {
  sentBytes = 0
  receivedBytes = 0
  status: number | undefined
  usage = (): TokenUsage => ({})
}

async function stream(exchange: Exchange, traffic: Traffic, signal: AbortSignal): Promise<void> {
  const { response, route, onProgress } = exchange
  const { statusCode, headers, body } = await ask(exchange, traffic, signal)
  traffic.status = statusCode
  if (statusCode >= 300 && statusCode < 400) {
    body.destroy()
    return refuseRedirect(exchange, statusCode, headers.location)
  }
  const decode = decodersOf(headers['content-encoding'])
  const reading = createReading(String(headers['content-type'] ?? ''))
  traffic.usage = reading.usage
  const redactHeader = (text: string) => redactText(text, route.forbidden)
  response.writeHead(statusCode, responseHeaders(headers, redactHeader)).flushHeaders()
  const read = through((chunk) => {
    traffic.receivedBytes += chunk.length
    if (reading.take(chunk) && statusCode < 300) onProgress()
    return chunk
  })
  const redaction = createRedaction(route.forbidden)
  const redact = through(redaction.take, redaction.end)
  await pipeline([body, ...decode, read, redact, response], { signal })
}

async function ask(exchange: Exchange, traffic: Traffic, signal: AbortSignal) {
  const { request, route, url, dispatcher } = exchange
  request.on('data', (chunk: Buffer) => {
    traffic.sentBytes += chunk.length
  })
  return await send(url, {
    method: 'POST',
    headers: requestHeaders(request.headers, route),
    // A failure on the way to the provider must not close the connection on which it is reported.
    body: request.pipe(new PassThrough()),
    dispatcher,
    signal,
  })
}

/** A redirect is neither followed nor passed on: the key would go where the provider points to. */
function refuseRedirect(
  { response, url }: Exchange,
  status: number,
  location: string | string[] | undefined,
): never {
  const to = URL.parse(String(location ?? ''), url)?.origin ?? 'nowhere'
  const message = `The provider answered with a redirect (HTTP ${status}) to ${to}. The action does not send a key there. Set options.baseURL of the provider to its new address.`
  sendError(response, { status: 421, message })
  throw new Error(`redirected to ${to}`)
}

/** Tells opencode what failed, unless the answer has begun. */
function report(error: unknown, { response, route, url }: Exchange, signal: AbortSignal) {
  if (signal.aborted) return { error: 'opencode left' }
  const text = redactText(oneLine(messageIn(error)), route.forbidden)
  // opencode retries after this status, as after a failed connection.
  const message = `Cannot connect to API (${new URL(url).host}): ${text}`
  sendError(response, { status: 502, message })
  return { error: text }
}

/** The message of an error. A host with several addresses has an error for each: the first one says enough. */
function messageIn(error: unknown): string {
  const errors = isNativeError(error) && 'errors' in error ? error.errors : [error]
  const first: unknown = Array.isArray(errors) ? errors[0] : error
  return isNativeError(first) ? first.message : String(first)
}

function through(take: (chunk: Buffer) => Buffer, end?: () => Buffer): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      done(null, take(chunk))
    },
    flush(done) {
      done(null, end?.())
    },
  })
}

/** Not every provider heeds `accept-encoding: identity`. */
function decodersOf(encoding: string | string[] = 'identity'): Transform[] {
  switch (String(encoding).toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return [createUnzip()]
    case 'br':
      return [createBrotliDecompress()]
    case 'identity':
    case '':
      return []
    default:
      throw new Error(`The broker can't decode the encoding ${encoding}.`)
  }
}

/** Sends the error body of OpenAI, Anthropic and Google in one, so that every SDK finds the message. */
export function sendError(
  response: ServerResponse,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  if (response.headersSent || response.destroyed) return
  const error = { message, type: 'api_error', code: status, status: 'FAILED' }
  response
    .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify({ type: 'error', error, message }))
}
