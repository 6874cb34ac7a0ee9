import { createParser } from 'eventsource-parser'
import * as z from 'zod'
import { parseJson } from '../../text/text.ts'
import type { Call } from './calls.ts'

/** The tokens of one model call, as its provider counts them. */
export type TokenUsage = Pick<Call, 'inputTokens' | 'outputTokens'>

/** Reads what a provider sends without keeping anything but the numbers. */
export type Reading = {
  /** True if the chunk is progress. Comments, pings and blank lines only keep the connection open. */
  readonly take: (chunk: Uint8Array) => boolean
  /** The token counts so far. */
  readonly usage: () => TokenUsage
}

/** Reads server-sent events, or a body. */
export function createReading(contentType: string): Reading {
  return contentType.startsWith('text/event-stream') ? readEvents() : readBody()
}

/** In bytes. */
const longestEvent = 32 * 1024 * 1024

const keepAlive = /^(?:ping|keepalive|keep-alive|heartbeat)$/
const keepAliveData = /^\s*(?:\{\s*"type"\s*:\s*"(?:ping|keepalive)".{0,100})?$/s

function readEvents(): Reading {
  const decoder = new TextDecoder()
  let usage: TokenUsage = {}
  let [events, bytes] = [0, 0]
  const parser = createParser({
    onEvent({ event, data }) {
      if (keepAlive.test(event ?? '') || keepAliveData.test(data)) return
      events += 1
      usage = { ...usage, ...usageIn(data) }
    },
  })
  return {
    take(chunk) {
      const before = events
      bytes += chunk.length
      // The parser would keep a line that never ends: it is passed on unread.
      if (bytes > longestEvent) return true
      parser.feed(decoder.decode(chunk, { stream: true }))
      if (events > before) bytes = 0
      return events > before
    },
    usage: () => usage,
  }
}

/** The usage of a longer body is not read. */
const longestBody = 1024 * 1024

function readBody(): Reading {
  const decoder = new TextDecoder()
  let body = ''
  return {
    take(chunk) {
      const text = decoder.decode(chunk, { stream: true })
      if (body.length <= longestBody) body += text
      return text.trim() !== ''
    },
    usage: () => (body.length > longestBody ? {} : usageIn(body)),
  }
}

const json = z.record(z.string(), z.unknown()).catch({})

/** The usage in a JSON body or the data of an event. */
function usageIn(text: string): TokenUsage {
  // Most events have none, and are not parsed.
  if (!/"usage(?:Metadata)?"\s*:\s*\{/.test(text)) return {}
  const body = json.parse(parseJson(text))
  const usages = [body, body.response, body.message, body.delta]
    .map((part) => json.parse(part))
    .map(({ usage, usageMetadata = usage }) => json.parse(usageMetadata))
  const usage = usages.find((one) => Object.keys(one).length > 0) ?? {}
  const counts = { ...usage, ...json.parse(usage.tokens) }
  const [inputTokens, outputTokens] = [sumFirst(counts, inputs), sumFirst(counts, outputs)]
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  }
}

/** OpenAI's chat, OpenAI's responses or Anthropic or Cohere, Google, and the AI SDK. What stands in one list is added. */
const inputs = [
  ['prompt_tokens'],
  ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'],
  ['promptTokenCount'],
  ['inputTokens'],
]
const outputs = [
  ['completion_tokens'],
  ['output_tokens'],
  ['candidatesTokenCount', 'thoughtsTokenCount'],
  ['outputTokens'],
]

/** The sum of the first list of names that has any number. */
function sumFirst(
  counts: Readonly<Record<string, unknown>>,
  lists: readonly (readonly string[])[],
): number | undefined {
  return lists
    .map((names) => names.map((name) => counts[name]).filter((one) => typeof one === 'number'))
    .find((numbers) => numbers.length > 0)
    ?.reduce((sum, one) => sum + one)
}
