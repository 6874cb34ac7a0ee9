import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import type { Reply } from '../../src/rehearsal/reply.ts'
import { type Brain, type ModelServer, startModelServer } from '../../src/rehearsal/server.ts'

const hello = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
const streamed = { ...hello, stream: true, stream_options: { include_usage: true } }

const chunk = z.object({
  object: z.literal('chat.completion.chunk'),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.number(),
      delta: z.object({
        role: z.string().optional(),
        content: z.string().optional(),
        reasoning_content: z.string().optional(),
        tool_calls: z
          .array(
            z.object({
              index: z.number(),
              id: z.string().optional(),
              type: z.string().optional(),
              function: z.object({ name: z.string().optional(), arguments: z.string() }),
            }),
          )
          .optional(),
      }),
      finish_reason: z.string().nullable(),
    }),
  ),
  usage: z.unknown().optional(),
})

test('a request without the key is refused as OpenAI does', async () => {
  await using server = await start({ kind: 'message', text: 'hi' })
  const response = await post(server, hello, { authorization: 'Bearer sk-other' })
  expect(response.status).toBe(401)
  expect(await response.json()).toEqual({
    error: {
      message: 'Incorrect API key provided.',
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_api_key',
    },
  })
})

test.each([
  ['POST', '/completions'],
  ['GET', '/chat/completions'],
  ['POST', '/models'],
  ['GET', '/models/m'],
])('%s %s is an invalid URL', async (method, path) => {
  await using server = await start({ kind: 'message', text: 'hi' })
  const response = await ask(server, path, { method })
  expect(response.status).toBe(404)
  expect(await message(response)).toBe(`Invalid URL (${method} /v1${path})`)
})

test('the models are listed', async () => {
  await using server = await start({ kind: 'message', text: 'hi' })
  const response = await ask(server, '/models')
  expect(await response.json()).toMatchObject({
    object: 'list',
    data: [{ id: 'm', object: 'model' }],
  })
})

test.each([
  ['no JSON', '{"model":', /expected object/],
  ['no messages', { model: 'm' }, /messages/],
  ['an empty conversation', { model: 'm', messages: [] }, /messages/],
  ['an unknown role', { model: 'm', messages: [{ role: 'robot', content: '' }] }, /role/],
  ['a tool message without call', { model: 'm', messages: [{ role: 'tool', content: '' }] }, /id/],
])('a body with %s is a bad request', async (_what, body, said) => {
  await using server = await start({ kind: 'message', text: 'hi' })
  const response = await post(server, body)
  expect(response.status).toBe(400)
  expect(await message(response)).toMatch(said)
})

test('an unknown model is not found', async () => {
  await using server = await start({ kind: 'message', text: 'hi' })
  const response = await post(server, { ...hello, model: 'other' })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } })
})

test('a plain request gets one completion with its usage', async () => {
  await using server = await start({
    kind: 'message',
    text: 'I look.',
    toolCalls: [{ name: 'glob', arguments: { pattern: '*' } }],
    usage: { prompt: 10, completion: 5, cached: 4, reasoning: 2 },
  })
  const response = await post(server, hello)
  expect(await response.json()).toMatchObject({
    object: 'chat.completion',
    choices: [
      {
        message: {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [
            { type: 'function', function: { name: 'glob', arguments: '{"pattern":"*"}' } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 2 },
    },
  })
})

test('a streamed text keeps every character, whatever it holds', async () => {
  let text = ''
  await using server = await startModelServer(['m'], () => ({ kind: 'message', text }))
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (any) => {
      text = any
      const chunks = await chunksOf(await post(server, streamed))
      expect(contentOf(chunks)).toBe(any)
    }),
    { numRuns: 50 },
  )
})

test('a stream ends with the finish, the usage and [DONE]', async () => {
  await using server = await start({ kind: 'message', text: 'hello', reasoning: 'hm' })
  const response = await post(server, streamed)
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  const body = await response.text()
  expect(body.endsWith('data: [DONE]\n\n')).toBe(true)
  const chunks = parsed(body)
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' })
  expect(chunks[1]?.choices[0]?.delta).toEqual({ reasoning_content: 'hm' })
  expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    usage: { completion_tokens: Math.ceil('hellohm'.length / 4) },
  })
})

test('the usage is streamed to those who ask for it only', async () => {
  await using server = await start({ kind: 'message', text: 'hello' })
  const chunks = await chunksOf(await post(server, { ...hello, stream: true }))
  expect(chunks.filter((one) => one.usage !== undefined)).toEqual([])
})

test('streamed tool calls arrive in pieces under their index', async () => {
  const calls = [
    { name: 'write', arguments: { filePath: '/a', content: 'long '.repeat(40) } },
    { name: 'read', arguments: { filePath: '/b' } },
  ]
  await using server = await start({ kind: 'message', text: '', toolCalls: calls })
  const chunks = await chunksOf(await post(server, streamed))
  const pieces = chunks.flatMap((one) => one.choices[0]?.delta.tool_calls ?? [])
  expect(pieces.length).toBeGreaterThan(4)
  const joined = calls.map((_call, index) => {
    const own = pieces.filter((piece) => piece.index === index)
    const text = own.map((piece) => piece.function.arguments).join('')
    return { name: own[0]?.function.name, arguments: JSON.parse(text) }
  })
  expect(joined).toEqual(calls)
  expect(new Set(pieces.flatMap((piece) => piece.id ?? [])).size).toBe(2)
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls')
})

test('an error keeps its status, headers and code', async () => {
  await using server = await start({
    kind: 'error',
    status: 429,
    message: 'slow down',
    type: 'requests',
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': '7' },
  })
  const response = await post(server, streamed)
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('7')
  expect(await response.json()).toEqual({
    error: { message: 'slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' },
  })
})

test('a brain that throws is a server error', async () => {
  await using server = await startModelServer(['m'], () => {
    throw new Error('out of ideas')
  })
  const response = await post(server, hello)
  expect(response.status).toBe(500)
  expect(await message(response)).toBe('out of ideas')
})

test('the brain learns the sessions, the headers and the raw body', async () => {
  const seen: unknown[] = []
  await using server = await startModelServer(['m'], (request, { headers, body }) => {
    seen.push({ ...request, agent: headers['user-agent'], body })
    return { kind: 'message', text: 'hi' }
  })
  const body = {
    ...hello,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'one' }, { type: 'image_url' }] }],
    reasoning_effort: 'high',
  }
  const sessions = { 'x-session-id': 'ses_2', 'x-parent-session-id': 'ses_1' }
  await post(server, body, { ...sessions, 'user-agent': 'opencode' })
  expect(seen).toEqual([
    {
      model: 'm',
      messages: [{ role: 'user', content: 'one' }],
      tools: [],
      stream: false,
      sessionID: 'ses_2',
      parentSessionID: 'ses_1',
      agent: 'opencode',
      body,
    },
  ])
})

test('silence lasts until the server is disposed, which closes it at once', async () => {
  const asked = Promise.withResolvers<AbortSignal>()
  const server = await startModelServer(['m'], (_request, { signal }) => {
    asked.resolve(signal)
    return { kind: 'silence' }
  })
  const answer = post(server, streamed).then(
    () => 'answered',
    () => 'closed',
  )
  const signal = await asked.promise
  await server[Symbol.asyncDispose]()
  expect(await answer).toBe('closed')
  expect(signal.aborted).toBe(true)
  await server[Symbol.asyncDispose]()
  await expect(ask(server, '/models')).rejects.toThrow()
})

test('half an answer is some text on a connection that stays open', async () => {
  const server = await start({ kind: 'half', text: 'so far' })
  const response = await post(server, streamed)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let received = ''
  while (!received.includes('so far')) received += (await reader?.read())?.value ?? ''
  expect(contentOf(parsed(received))).toBe('so far')
  await server[Symbol.asyncDispose]()
  await expect(reader?.read()).rejects.toThrow()
})

test('a cut answer ends in the middle of the stream', async () => {
  await using server = await start({ kind: 'cut', text: 'so far' })
  const response = await post(server, streamed)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
})

test('a reset comes before any answer', async () => {
  await using server = await start({ kind: 'reset' })
  await expect(post(server, streamed)).rejects.toThrow()
})

test('an error in the stream follows the text', async () => {
  await using server = await start({ kind: 'stream-error', text: 'so far', message: 'overloaded' })
  const body = await (await post(server, streamed)).text()
  const frames = body.trimEnd().split('\n\n')
  expect(JSON.parse(frames.at(-1)?.slice('data: '.length) ?? '')).toMatchObject({
    error: { message: 'overloaded' },
  })
  expect(body).toContain('so far')
  expect(body).not.toContain('[DONE]')
})

test('a client that leaves in the middle of a slow answer ends the exchange', async () => {
  const asked = Promise.withResolvers<AbortSignal>()
  await using server = await startModelServer(['m'], (_request, { signal }) => {
    asked.resolve(signal)
    return { kind: 'message', text: 'x'.repeat(500), chunkDelayMs: 60_000 }
  })
  const client = new AbortController()
  const response = await post(server, streamed, {}, client.signal)
  const signal = await asked.promise
  const over = once(signal, 'abort', { signal: AbortSignal.timeout(170_000) })
  client.abort()
  await over
  await expect(response.text()).rejects.toThrow()
})

test.each<Reply>([
  { kind: 'message', text: 'late' },
  { kind: 'error', status: 429, message: 'late' },
  { kind: 'half', text: 'late' },
  { kind: 'cut', text: 'late' },
  { kind: 'reset' },
])('an answer ($kind) to a client that has left harms nobody', async (reply) => {
  const asked = Promise.withResolvers<AbortSignal>()
  const thought = Promise.withResolvers<Reply>()
  await using server = await startModelServer(['m'], (_request, { signal }) => {
    asked.resolve(signal)
    return thought.promise
  })
  const client = new AbortController()
  const answer = post(server, streamed, {}, client.signal)
  const signal = await asked.promise
  const over = once(signal, 'abort', { signal: AbortSignal.timeout(170_000) })
  client.abort()
  await Promise.allSettled([answer, over])
  thought.resolve(reply)
  expect((await ask(server, '/models')).status).toBe(200)
})

function start(reply: Reply): Promise<ModelServer> {
  const brain: Brain = () => reply
  return startModelServer(['m'], brain)
}

function ask({ url, key }: ModelServer, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url + path, {
    signal: AbortSignal.timeout(170_000),
    ...init,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  })
}

function post(
  server: ModelServer,
  body: unknown,
  headers: Record<string, string> = {},
  signal: AbortSignal = AbortSignal.timeout(170_000),
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return ask(server, '/chat/completions', { method: 'POST', body: text, headers, signal })
}

async function message(response: Response): Promise<string> {
  return z.object({ error: z.object({ message: z.string() }) }).parse(await response.json()).error
    .message
}

async function chunksOf(response: Response) {
  return parsed(await response.text())
}

function parsed(body: string) {
  return body
    .split('\n\n')
    .filter((frame) => frame !== '' && frame !== 'data: [DONE]')
    .map((frame) => chunk.parse(JSON.parse(frame.slice('data: '.length))))
}

function contentOf(chunks: ReturnType<typeof parsed>): string {
  return chunks.map((one) => one.choices[0]?.delta.content ?? '').join('')
}
