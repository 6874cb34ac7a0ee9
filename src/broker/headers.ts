import type { IncomingHttpHeaders } from 'node:http'

type Headers = Record<string, string | string[]>

/** Headers of one connection, which a proxy does not pass on (RFC 9110, section 7.6.1). */
const ofConnection = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
const ofRequest = [
  ...['host', 'accept-encoding', 'expect'],
  // With these some servers take a request for another one.
  ...['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url'],
  ...['x-rewrite-url', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'forwarded'],
]

/** The headers of a request as the provider gets them; its answer is to come uncompressed, so that it can be read. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  fill: (text: string) => string,
): Headers {
  const kept = without(headers, ofRequest)
  const filled = Object.entries(kept).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(fill) : fill(value),
  ])
  return { ...Object.fromEntries(filled), 'accept-encoding': 'identity' }
}

/** The headers of an answer as opencode gets them; its length may be another one by now. */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  redact: (text: string) => string,
): Headers {
  const kept = without(headers, ['content-length', 'content-encoding'])
  const redacted = Object.entries(kept).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(redact) : redact(value),
  ])
  return Object.fromEntries(redacted)
}

function without(headers: IncomingHttpHeaders, names: readonly string[]): Headers {
  const named = [headers.connection]
    .flat()
    .flatMap((value) => value?.toLowerCase().split(',') ?? [])
  const left = new Set([...ofConnection, ...names, ...named.map((name) => name.trim())])
  const kept: Headers = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !left.has(name)) kept[name] = value
  return kept
}
