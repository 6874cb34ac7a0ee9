import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isNativeError } from 'node:util/types'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { request as ask, type Dispatcher } from 'undici'
import { oneLine } from '../../text.ts'
import type { Call } from './calls.ts'
import { requestHeaders, responseHeaders } from './headers.ts'
import { createReading, type Reading } from './reading.ts'
import { createRedaction, redactText } from './redaction.ts'
import type { Route } from './route.ts'

/** A route that is in use. */
export type OpenRoute = Route & {
  /** Forms of the keys that the answer must not hold. */
  readonly forbidden: readonly string[]
  /** The value of `authorization` where opencode gives none. */
  readonly credentials: string | undefined
}

/** One request of opencode's, and where it goes. */
export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly route: OpenRoute
  readonly url: string
  readonly dispatcher: Dispatcher
  /** Told each piece of an answer that is progress. */
  readonly onProgress: () => void
}

/** Passes a request on to its provider and streams the answer back. Never throws. */
export async function forward(exchange: Exchange): Promise<Call> {
  const { response, route } = exchange
  const startedAt = Date.now()
  const left = new AbortController()
  response.once('close', () => left.abort())
  const traffic: Traffic = { sentBytes: 0, receivedBytes: 0, status: undefined, reading: undefined }
  const outcome = await stream(exchange, traffic, left.signal).then(
    () => ({}),
    (error: unknown) => ({ error: redactText(whatBroke(error, left.signal), route.forbidden) }),
  )
  const { sentBytes, receivedBytes, status, reading } = traffic
  return {
    provider: route.provider,
    startedAt,
    endedAt: Date.now(),
    ...(status !== undefined && { status }),
    sentBytes,
    receivedBytes,
    ...reading?.usage(),
    ...outcome,
  }
}

type Traffic = {
  sentBytes: number
  receivedBytes: number
  status: number | undefined
  reading: Reading | undefined
}

async function stream(exchange: Exchange, traffic: Traffic, signal: AbortSignal): Promise<void> {
  const { response, onProgress } = exchange
  const { forbidden } = exchange.route
  const answer = await send(exchange, traffic, signal)
  traffic.status = answer.statusCode
  if (answer.statusCode >= 300 && answer.statusCode < 400) return refuseRedirect(answer, exchange)
  const decode = decoderOf(answer.headers['content-encoding'])
  const reading = createReading(String(answer.headers['content-type'] ?? ''))
  traffic.reading = reading
  response.writeHead(
    answer.statusCode,
    responseHeaders(answer.headers, (text) => redactText(text, forbidden)),
  )
  response.flushHeaders()
  const isAnswer = answer.statusCode < 300
  const read = through((chunk) => {
    traffic.receivedBytes += chunk.length
    if (reading.take(chunk) && isAnswer) onProgress()
    return chunk
  })
  const redaction = createRedaction(forbidden)
  const redact = forbidden.length > 0 ? [through(redaction.take, redaction.end)] : []
  await pipeline([answer.body, ...decode, read, ...redact, response], { signal })
}

async function send(
  { request, response, route, ...exchange }: Exchange,
  traffic: Traffic,
  signal: AbortSignal,
) {
  // What goes wrong on the way to the provider must not close the connection on which that is told.
  const body = request.pipe(new PassThrough())
  request.on('data', (chunk: Buffer) => {
    traffic.sentBytes += chunk.length
  })
  try {
    return await ask(exchange.url, {
      method: 'POST',
      headers: {
        ...(route.credentials && { authorization: route.credentials }),
        ...requestHeaders(request.headers, route),
      },
      body,
      dispatcher: exchange.dispatcher,
      signal,
    })
  } catch (error) {
    if (!signal.aborted) {
      const what = redactText(whatBroke(error, signal), route.forbidden)
      const { host } = new URL(exchange.url)
      // A status that opencode tries again after, as it does after a connection that failed.
      refuse(response, { status: 502, message: `Cannot connect to API (${host}): ${what}` })
    }
    throw error
  }
}

/** Neither followed nor passed on: the key would go where the provider points to. */
async function refuseRedirect(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { response, url }: Exchange,
): Promise<void> {
  body.destroy()
  const to = URL.parse(String(headers.location ?? ''), url)?.origin ?? 'nowhere'
  const message = `The provider answered with a redirect (HTTP ${statusCode}) to ${to}, which is not followed with a key. Set options.baseURL of the provider to the address that it moved to.`
  refuse(response, { status: 421, message })
  throw new Error(`redirected to ${to}`)
}

function whatBroke(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'opencode left'
  // Of several addresses of a host the first says enough.
  const causes = isNativeError(error) && 'errors' in error ? error.errors : [error]
  const first: unknown = Array.isArray(causes) ? causes[0] : error
  return oneLine(isNativeError(first) ? first.message : String(first))
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

/** It was asked for an answer that is not compressed; not all keep to that. */
function decoderOf(encoding: string | string[] | undefined): Transform[] {
  switch (String(encoding ?? 'identity').toLowerCase()) {
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
      throw new Error(`It answered in an encoding that can't be looked through (${encoding}).`)
  }
}

/** Answers in a form that every SDK reads the message of: OpenAI's, Anthropic's and Google's error body in one. */
export function refuse(
  response: ServerResponse,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  if (response.headersSent || response.destroyed) return
  const error = { message, type: 'api_error', code: status, status: 'FAILED' }
  response
    .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify({ type: 'error', error, message }))
}
