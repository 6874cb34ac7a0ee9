import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import type { Reply } from '../../src/rehearsal/reply.ts'
import { type ModelServer, startModelServer } from '../../src/rehearsal/server.ts'

const hello = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }

const chunk = z.object({
  object: z.literal('chat.completion.chunk'),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.number(),
      delta: z.object({
        role: z.string().optional(),
        content: z.string().optional(),
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

test('a request without the key is rejected as by OpenAI', async () => {
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
  ['GET', '/models'],
])('%s %s is an invalid URL', async (method, path) => {
  await using server = await start({ kind: 'message', text: 'hi' })
  const response = await ask(server, path, { method })
  expect(response.status).toBe(404)
  expect(await message(response)).toBe(`Invalid URL (${method} /v1${path})`)
})

test.each([
  ['no JSON', '{"model":', /expected object/],
  ['no messages', { model: 'm' }, /messages/],
  ['an empty conversation', { model: 'm', messages: [] }, /messages/],
  ['an unknown role', { model: 'm', messages: [{ role: 'robot', content: '' }] }, /role/],
])('a body with %s is a bad request', async (_what, body, said) => {
  await using server = await start({ kind: 'message', text: 'hi' })
  const response = await post(server, body)
  expect(response.status).toBe(400)
  expect(await message(response)).toMatch(said)
})

test('a streamed text keeps every character, whatever it holds', async () => {
  let text = ''
  await using server = await startModelServer(() => ({ kind: 'message', text }))
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (any) => {
      text = any
      const chunks = await chunksOf(await post(server, hello))
      expect(contentOf(chunks)).toBe(any)
    }),
    { numRuns: 50 },
  )
})

test('a stream ends with the finish, the usage and [DONE]', async () => {
  await using server = await start({ kind: 'message', text: 'hello' })
  const response = await post(server, hello)
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  const body = await response.text()
  expect(body.endsWith('data: [DONE]\n\n')).toBe(true)
  const chunks = parsed(body)
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' })
  expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 2 } })
})

test('finish and usage are sent as given', async () => {
  const usage = { prompt: 10, completion: 5 }
  await using server = await start({ kind: 'message', text: 'hello', finish: 'length', usage })
  const chunks = await chunksOf(await post(server, hello))
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length')
  expect(chunks.at(-1)?.usage).toEqual({
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 15,
  })
})

test('streamed tool calls arrive in pieces under their index', async () => {
  const calls = [
    { name: 'write', arguments: { filePath: '/a', content: 'long '.repeat(40) } },
    { name: 'read', arguments: { filePath: '/b' } },
  ]
  await using server = await start({ kind: 'message', text: '', toolCalls: calls })
  const chunks = await chunksOf(await post(server, hello))
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
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': '7' },
  })
  const response = await post(server, hello)
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('7')
  expect(await response.json()).toEqual({
    error: {
      message: 'slow down',
      type: 'invalid_request_error',
      param: null,
      code: 'rate_limit_exceeded',
    },
  })
})

test('a brain that throws is a server error', async () => {
  await using server = await startModelServer(() => {
    throw new Error('out of ideas')
  })
  const response = await post(server, hello)
  expect(response.status).toBe(500)
  expect(await message(response)).toBe('out of ideas')
})

test('the brain gets the request with its texts joined, the headers and the raw body', async () => {
  const seen: unknown[] = []
  await using server = await startModelServer((request, { headers, body }) => {
    seen.push({ ...request, agent: headers['user-agent'], body })
    return { kind: 'message', text: 'hi' }
  })
  const parts = [{ type: 'text', text: 'one' }, { type: 'image_url' }, { text: ' two' }]
  const body = { ...hello, messages: [{ role: 'user', content: parts }], reasoning_effort: 'high' }
  await post(server, body, { 'user-agent': 'opencode' })
  const messages = [{ role: 'user', content: 'one two', tool_calls: [] }]
  expect(seen).toEqual([{ model: 'm', messages, tools: [], agent: 'opencode', body }])
})

test('silence lasts until the server is disposed, which closes it at once', async () => {
  const asked = Promise.withResolvers<void>()
  const server = await startModelServer(() => {
    asked.resolve()
    return { kind: 'silence' }
  })
  const answer = post(server, hello).then(
    () => 'answered',
    () => 'closed',
  )
  await asked.promise
  await server[Symbol.asyncDispose]()
  expect(await answer).toBe('closed')
  await server[Symbol.asyncDispose]()
  await expect(ask(server, '/models')).rejects.toThrow()
})

test.each<Reply>([
  { kind: 'message', text: 'late '.repeat(100_000) },
  { kind: 'error', status: 429, message: 'late' },
])('an answer ($kind) to a client that has left does no harm', async (reply) => {
  const asked = Promise.withResolvers<ServerResponse>()
  const thought = Promise.withResolvers<Reply>()
  await using server = await startModelServer((_request, { response }) => {
    asked.resolve(response)
    return thought.promise
  })
  const client = new AbortController()
  const answer = post(server, hello, {}, client.signal)
  const response = await asked.promise
  const over = once(response, 'close')
  client.abort()
  await Promise.allSettled([answer, over])
  thought.resolve(reply)
  expect((await ask(server, '/models')).status).toBe(404)
})

function start(reply: Reply): Promise<ModelServer> {
  return startModelServer(() => reply)
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
