import type { IncomingHttpHeaders } from 'node:http'
import { fillSlot, type Route } from './route.ts'

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

/** What opencode and the SDKs that it brings along send. */
const ofSdks =
  /^(?:accept|content-(?:length|type)|user-agent|originator|session-id|http-referer|x-title|x-source|x-billing-invoke-origin|x-cerebras-3rd-party-integration|(?:ai|anthropic|openai|x-opencode|x-parent-session|x-session)-.+)$/

/** The headers of a request as the provider gets them; its answer is to come uncompressed, so that it can be read. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  { calls, slots }: Pick<Route, 'calls' | 'slots'>,
): Headers {
  const placed = new Set(slots.filter(({ part }) => part === 'header').map(({ name }) => name))
  // A header can make a gateway send the request, and the key, elsewhere.
  const isTaken = (name: string) => calls === undefined || placed.has(name) || ofSdks.test(name)
  const filled = Object.entries(without(headers, ofRequest))
    .filter(([name]) => isTaken(name))
    .map(([name, text]) => [
      name,
      Array.isArray(text) ? text : fillSlot(slots, { part: 'header', name, text }),
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
