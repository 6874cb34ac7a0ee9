import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import * as z from 'zod'

const megabyte = 1e6

/** Far above what any opencode 1.x has been: about 60 MB packed and 185 MB unpacked, in less than ten entries. */
export const limits = {
  tarball: 200 * megabyte,
  unpacked: 700 * megabyte,
  binary: 600 * megabyte,
  entries: 1000,
  /** Of one extended header or long name. */
  metadata: 64 * 1024,
  /** Of the list of versions, which has 0.1 MB in its short form. */
  packument: 64 * megabyte,
} as const

/** A registry sent more than any opencode has; `message` continues "What it sent has". */
export class LimitError extends Error {}

/** A number of bytes, and the words for what has more. */
export type Limit = { readonly most: number; readonly what: string }

/** A limit with its words. */
export function limitOf(
  name: 'tarball' | 'unpacked' | 'binary' | 'packument',
  what: string,
): Limit {
  return { most: limits[name], what: `${limits[name] / megabyte} MB${what}` }
}

/** An error, once `bytes` are more than the limit. */
export function checkLimit(bytes: number, { most, what }: Limit): void {
  if (bytes > most) throw new LimitError(`more than ${what}`)
}

/** Passes chunks on until they are more than the limit; `see` is shown each. */
export function limited(limit: Limit, see: (chunk: Buffer) => void = () => undefined) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of source) {
      bytes += chunk.length
      checkLimit(bytes, limit)
      see(chunk)
      yield chunk
    }
  }
}

/**
 * What a registry sends, up to the limit. npm's library takes all that comes, however slowly it is read: it is counted
 * as it arrives, since what waits lies in memory.
 */
export function arriving(body: NodeJS.ReadableStream | null, limit: Limit): Readable {
  if (body === null) return Readable.from([])
  let bytes = 0
  const stream = new Readable({ read: () => undefined })
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= limit.most) stream.push(chunk)
    else stream.destroy(new LimitError(`more than ${limit.what}`))
  })
  body.once('end', () => stream.push(null))
  body.once('error', (error: Error) => stream.destroy(error))
  return stream
}

/**
 * A signal that ends a request which nobody reads any more, as after a full disk. Until it is disposed, only the bodies of
 * successful answers are read.
 */
export function closing(signal: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const close = new AbortController()
  subscribe(answers, dropBody)
  return {
    signal: AbortSignal.any([signal, close.signal]),
    [Symbol.dispose]() {
      unsubscribe(answers, dropBody)
      close.abort()
    },
  }
}

/** Node publishes here each answer whose head has come, before anything of its body is read (diagnostics_channel). */
const answers = 'http.client.response.finish'

const published = z.object({ response: z.instanceof(IncomingMessage) })

/**
 * npm's library reads the bodies of errors and redirects to their end, though only the head counts, and unpacks what it
 * didn't ask for: a few kB of Brotli are gigabytes.
 */
function dropBody(message: unknown): void {
  const { response } = published.parse(message)
  const { statusCode = 0, headers } = response
  const isSuccess = statusCode >= 200 && statusCode < 300
  const isExpected = /^(x-)?(gzip|deflate)$/.test(headers['content-encoding'] ?? '')
  if (!isSuccess || !isExpected) delete headers['content-encoding']
  if (!isSuccess) response.destroy(new Error('The body is not read'))
}
