import { expect, test } from '@jest/globals'
import { createReading } from '../../../src/providers/broker/reading.ts'

const sse = 'text/event-stream; charset=utf-8'
const event = (data: object, name?: string) =>
  `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`

test.each([
  {
    sdk: 'OpenAI, chat',
    text: event({ usage: null }) + event({ usage: { prompt_tokens: 3, completion_tokens: 4 } }),
  },
  {
    sdk: 'OpenAI, responses',
    text: event({ type: 'x', response: { usage: { input_tokens: 3, output_tokens: 4 } } }),
  },
  {
    sdk: 'Anthropic',
    text:
      event({
        message: {
          usage: { input_tokens: 1, cache_read_input_tokens: 2, output_tokens: 1 },
        },
      }) + event({ type: 'message_delta', usage: { output_tokens: 4 } }),
  },
  {
    sdk: 'Google',
    text: event({
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, thoughtsTokenCount: 3 },
    }),
  },
  {
    sdk: 'Cohere',
    text: event({ delta: { usage: { tokens: { input_tokens: 3, output_tokens: 4 } } } }),
  },
])('the usage of $sdk is read from the stream, wherever it is cut', ({ text }) => {
  for (let cut = 0; cut <= text.length; cut++) {
    const reading = createReading(sse)
    reading.take(Buffer.from(text.slice(0, cut)))
    reading.take(Buffer.from(text.slice(cut)))
    expect(reading.usage()).toEqual({ inputTokens: 3, outputTokens: 4 })
  }
})

test('usage is read from a body that is not a stream', () => {
  const reading = createReading('application/json')
  const body = JSON.stringify({ content: 'x', usage: { input_tokens: 3, output_tokens: 4 } })
  reading.take(Buffer.from(body.slice(0, 20)))
  reading.take(Buffer.from(body.slice(20)))
  expect(reading.usage()).toEqual({ inputTokens: 3, outputTokens: 4 })
})

test.each([
  ': OPENROUTER PROCESSING\n\n',
  '\n\n',
  event({ type: 'ping' }, 'ping'),
  event({ type: 'keepalive', sequence_number: 3 }, 'keepalive'),
  'data:\n\n',
])('%j only keeps a stream open: no progress', (text) => {
  expect(createReading(sse).take(Buffer.from(text))).toBe(false)
})

test('an event is progress, and so is a chunk of a body that is not blank', () => {
  const text = event({ type: 'content_block_delta', delta: { text: '{"type":"ping"}' } })
  expect(createReading(sse).take(Buffer.from(text))).toBe(true)
  expect(createReading('application/json').take(Buffer.from('{'))).toBe(true)
  expect(createReading('application/json').take(Buffer.from('\n\n'))).toBe(false)
})

test.each([sse, 'application/json'])('twice an answer of %s takes about twice the time', (type) => {
  const parts = [
    'x',
    'data: x',
    ' ',
    'data: {"usage":{',
    '"usage" ',
    '\n',
    'data: {"type" ',
    ': x\n',
  ]
  const cpuOf = (length: number, part: string) => {
    const bytes = Buffer.from(part.repeat(length / part.length))
    const start = process.cpuUsage()
    const reading = createReading(type)
    for (let at = 0; at < bytes.length; at += 1000) reading.take(bytes.subarray(at, at + 1000))
    reading.take(Buffer.from('\n\n'))
    reading.usage()
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  for (const part of parts) {
    cpuOf(100_000, part)
    // The least of three: a collection of garbage may fall into any one.
    const least = (bytes: number) => Math.min(...[1, 2, 3].map(() => cpuOf(bytes, part)))
    const [once, twice] = [least(1_000_000), least(2_000_000)]
    expect([part, twice < once * 3 + 100_000]).toEqual([part, true])
  }
})
