import { createParser } from 'eventsource-parser'
import { type TokenUsage, usageIn } from './token-usage.ts'

/** Reads along what a provider sends; nothing of it is kept but the numbers. */
export type Reading = {
  /** True if the piece is progress. What only keeps the connection open is none: comments, pings, blank lines. */
  readonly take: (chunk: Uint8Array) => boolean
  /** What the answer has told by now. */
  readonly usage: () => TokenUsage
}

/** Reads server-sent events, or a body. */
export function createReading(contentType: string): Reading {
  return contentType.startsWith('text/event-stream') ? readEvents() : readBody()
}

/** Of an event, in bytes. */
const longestEvent = 32 * 1024 * 1024

const keepAlive = /^(?:ping|keepalive|keep-alive|heartbeat)$/
const keepAliveData = /^\s*(?:\{\s*"type"\s*:\s*"(?:ping|keepalive)".{0,100})?$/s

function readEvents(): Reading {
  const decoder = new TextDecoder()
  let usage: TokenUsage = {}
  let events = 0
  let since = 0
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
      since += chunk.length
      // A line without an end would be kept: what it says is passed on, and not read.
      if (since > longestEvent) return true
      parser.feed(decoder.decode(chunk, { stream: true }))
      if (events > before) since = 0
      return events > before
    },
    usage: () => usage,
  }
}

/** A longer body is not looked through for its usage. */
const longest = 1024 * 1024

function readBody(): Reading {
  const decoder = new TextDecoder()
  let body = ''
  return {
    take(chunk) {
      const text = decoder.decode(chunk, { stream: true })
      if (body.length <= longest) body += text
      return text.trim() !== ''
    },
    usage: () => (body.length > longest ? {} : (usageIn(body) ?? {})),
  }
}
