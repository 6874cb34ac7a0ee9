import type { IncomingHttpHeaders } from 'node:http'
import querystring from 'node:querystring'
import type { ModelCall } from './target.ts'

/** A provider behind the broker. */
export type Route = {
  readonly provider: string
  /** Base URL of its API, as its SDK takes it; a query is added to each call. */
  readonly base: string
  /** The calls that its SDK makes; undefined for an SDK that opencode does not bundle, whose calls are not known. */
  readonly calls: readonly ModelCall[] | undefined
  /** The places of its requests that the action fills in. */
  readonly slots: readonly Slot[]
  /** What no answer may contain. */
  readonly secrets: readonly string[]
}

/** A place in a request: opencode sends `text` there and nothing else, the provider gets `value`. */
export type Slot = {
  readonly part: 'header' | 'query'
  /** A header's in lower case. */
  readonly name: string
  readonly text: string
  /** Differs from `text` where that is a placeholder. */
  readonly value: string
}

/** The slot at this place with exactly this text. A placeholder anywhere else stays one. */
function findSlot(slots: readonly Slot[], place: Omit<Slot, 'value'>): Slot | undefined {
  return slots.find(
    ({ part, name, text }) => part === place.part && name === place.name && text === place.text,
  )
}

/** The query that the provider gets; undefined if the call does not take this one. `call` is undefined where calls are not known. */
export function fillQuery(
  query: string,
  { call, slots }: { readonly call: ModelCall | undefined; readonly slots: readonly Slot[] },
): URLSearchParams | undefined {
  const filled = new URLSearchParams()
  for (const [name, text] of new URLSearchParams(query)) {
    const slot = findSlot(slots, { part: 'query', name, text })
    const isKnown = slot !== undefined || call === undefined || call.query.get(name)?.test(text)
    if (!isKnown || filled.has(name)) return undefined
    filled.append(name, slot?.value ?? text)
  }
  return filled
}

type Headers = Record<string, string | string[]>

/** Headers of one connection, which a proxy does not pass on (RFC 9110, section 7.6.1). */
const ofConnection = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]
const ofRequest = [
  ...['host', 'accept-encoding', 'expect'],
  // Some servers take these to mean another request.
  ...['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url'],
  ...['x-rewrite-url', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'forwarded'],
]

/** What opencode and the SDKs that it bundles send. */
const ofSdks =
  /^(?:accept|content-(?:length|type)|user-agent|originator|session-id|http-referer|x-title|x-source|x-billing-invoke-origin|x-cerebras-3rd-party-integration|(?:ai|anthropic|openai|x-opencode|x-parent-session|x-session)-.+)$/

/** The headers that the provider gets. Its answer must be uncompressed, so that the broker can read it. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  { base, calls, slots }: Pick<Route, 'base' | 'calls' | 'slots'>,
): Headers {
  const filled: Headers = credentialsIn(base)
  // Some headers make a gateway send the request, and the key, elsewhere.
  const isAllowed = (name: string) =>
    calls === undefined ||
    ofSdks.test(name) ||
    slots.some((slot) => slot.part === 'header' && slot.name === name)
  for (const [name, text] of Object.entries(without(headers, ofRequest)))
    if (isAllowed(name))
      filled[name] =
        typeof text === 'string'
          ? (findSlot(slots, { part: 'header', name, text })?.value ?? text)
          : text
  return { ...filled, 'accept-encoding': 'identity' }
}

/** User and password of a base URL, which are sent where opencode sends no key. */
function credentialsIn(base: string): Record<string, string> {
  const { username, password } = new URL(base)
  if (username === '' && password === '') return {}
  const [user, secret] = [username, password].map((text) => querystring.unescape(text))
  const credentials = Buffer.from(`${user}:${secret}`).toString('base64')
  return { authorization: `Basic ${credentials}` }
}

/** The headers that opencode gets. The length may have changed. */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  redact: (text: string) => string,
): Headers {
  const kept = Object.entries(without(headers, ['content-length', 'content-encoding']))
  return Object.fromEntries(
    kept.map(([name, text]) => [name, Array.isArray(text) ? text.map(redact) : redact(text)]),
  )
}

function without(headers: IncomingHttpHeaders, names: readonly string[]): Headers {
  const listed = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
  const left = new Set([...ofConnection, ...names, ...listed.map((name) => name.trim())])
  const kept: Headers = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !left.has(name)) kept[name] = value
  return kept
}
