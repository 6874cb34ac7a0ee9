import { setTimeout as sleep } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'
import * as z from 'zod'
import { UserError } from '../../errors.ts'
import { parseJson } from '../../text/text.ts'
import type { SessionEvent, StreamEvent } from '../facts.ts'
import * as shapes from './shapes.ts'

const ofSession = <T extends string, S extends z.ZodRawShape>(type: T, properties: S) =>
  z.object({ type: z.literal(type), properties: z.object(properties) })

const known: z.ZodType<SessionEvent> = z.discriminatedUnion('type', [
  ofSession('session.created', { info: shapes.session }),
  ofSession('session.status', { sessionID: z.string(), status: shapes.status }),
  ofSession('session.idle', { sessionID: z.string() }),
  ofSession('session.error', {
    sessionID: z.string().optional(),
    error: shapes.failure.optional(),
  }),
  ofSession('message.updated', { info: shapes.messageInfo }),
  ofSession('message.part.updated', { part: shapes.part }),
  ofSession('message.part.delta', {
    sessionID: z.string(),
    messageID: z.string(),
    partID: z.string(),
    delta: z.string(),
  }),
  ofSession('permission.asked', shapes.permissionRequest.shape),
  ofSession('question.asked', shapes.questionRequest.shape),
])

/** The longest event of a server that is as it should be holds a file as Base64. */
const longestLine = 64 * 1024 * 1024

/** Turns bytes, cut anywhere, into the data of the server-sent events in them. Throws at a line without an end. */
export function createEventDecoder(onData: (data: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder()
  const parser = createParser({
    onEvent: ({ data }) => onData(data),
  })
  // The parser copies and searches an unfinished line again with each piece: a long one is fed at once.
  const pieces: string[] = []
  let held = 0
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true })
    pieces.push(text)
    held += text.length
    if (held > longestLine) throw new Error('A line of the event stream has no end.')
    if (!/[\r\n]/.test(text)) return
    held = 0
    parser.feed(pieces.splice(0).join(''))
  }
}

/** The event that a text of the stream is; undefined for kinds that the action does not read, and for broken ones. */
export function readEvent(json: string): SessionEvent | undefined {
  return known.safeParse(parseJson(json)).data
}

/** The server sends a heartbeat every 10 s; a stream that is silent for three of them is dead. */
const silenceMs = 30_000
/** A connection stands at once, or the server is stuck. */
const connectMs = 5000
const reconnectDelaysMs = [100, 200, 500, 1000, 2000]

type OpenStream = (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>

/**
 * The events of a directory for as long as the signal stands, over as many connections as it takes. Throws
 * `UserError` (`server-failed`) when the server can't be reached several times in a row.
 */
export async function* streamEvents(
  open: OpenStream,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let failures = 0
  while (true) {
    try {
      for await (const event of readConnection(open, signal)) {
        failures = 0
        yield event
      }
    } catch (error) {
      signal.throwIfAborted()
      failures++
      throwIfFinal(error, failures)
    }
    await sleep(reconnectDelaysMs[failures], undefined, { signal })
  }
}

function throwIfFinal(error: unknown, failures: number): void {
  if (error instanceof UserError) throw error
  if (failures >= reconnectDelaysMs.length) throw unreachable(error)
}

function unreachable(cause: unknown): UserError {
  const message = 'The event stream of the opencode server broke and could not be opened again.'
  return new UserError('server-failed', message, { cause })
}

async function* readConnection(open: OpenStream, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  using silence = startSilence()
  const texts: string[] = []
  const decode = createEventDecoder((json) => texts.push(json))
  const body = await open(AbortSignal.any([signal, silence.signal]))
  silence.within(silenceMs)
  yield { type: 'opened' }
  for await (const bytes of body) {
    silence.within(silenceMs)
    decode(bytes)
    for (const json of texts.splice(0)) yield { type: 'event', json, event: readEvent(json) }
  }
}

/** A signal that is aborted when nothing came within the time that was set last. */
function startSilence() {
  const controller = new AbortController()
  const abort = () => controller.abort(new Error('The event stream went silent.'))
  let timer = setTimeout(abort, connectMs)
  return {
    signal: controller.signal,
    within(ms: number) {
      clearTimeout(timer)
      timer = setTimeout(abort, ms)
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
