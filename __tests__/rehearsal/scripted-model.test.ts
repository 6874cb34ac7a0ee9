import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { call, inTurn, type ScriptedModel, say, startScriptedModel } from '../support/model.ts'

const failure = z.object({ error: z.object({ message: z.string() }) })
const user = { role: 'user', content: 'go' }
const done = { role: 'assistant', content: 'done' }

test('replies are served by step, so that a retry gets the same one again', async () => {
  await using model = await startScriptedModel([say('one'), say('two')])
  expect(await textOf(model, [user])).toBe('one')
  expect(await textOf(model, [user])).toBe('one')
  expect(await textOf(model, [user, done])).toBe('two')
  expect(await textOf(model, [user, done, user])).toBe('one')
})

test('a script that is too short fails at once', async () => {
  await using model = await startScriptedModel([say('one')])
  expect(await textOf(model, [user, done])).toMatch('has 1 replies and was asked for number 2')
})

test('replies in turn are served by request', async () => {
  await using model = await startScriptedModel(
    inTurn({ kind: 'error', status: 429, message: 'slow down' }, say('one')),
  )
  expect(await textOf(model, [user])).toBe('slow down')
  expect(await textOf(model, [user])).toBe('one')
  expect(await textOf(model, [user])).toBe('one')
})

test('later sessions and subagents follow their own scripts', async () => {
  await using model = await startScriptedModel([say('first')], {
    laterSessions: [[say('later')]],
    subagents: [[say('child')], [say('other child')]],
  })
  expect(await textOf(model, [user], { 'x-session-id': 'ses_a' })).toBe('first')
  expect(await textOf(model, [user], { 'x-session-id': 'ses_b' })).toBe('later')
  expect(await textOf(model, [user], { 'x-session-id': 'ses_c' })).toBe('later')
  expect(await textOf(model, [user], child('ses_d'))).toBe('child')
  expect(await textOf(model, [user], child('ses_e'))).toBe('other child')
  expect(await textOf(model, [user], child('ses_d'))).toBe('child')
})

test('requests are recorded and can be waited for', async () => {
  await using model = await startScriptedModel((_request, { request }) =>
    request === 0 ? call('glob', { pattern: '*' }) : say('done'),
  )
  const two = model.waitForRequest(2, AbortSignal.timeout(170_000))
  await textOf(model, [user], child('ses_d'))
  await textOf(model, [user, done])
  const [first, second] = await two
  expect(first?.request).toMatchObject({ sessionID: 'ses_d', parentSessionID: 'ses_a' })
  expect(second?.request.messages.length).toBe(2)
  expect(second?.at).toBeGreaterThan(first?.at ?? Number.POSITIVE_INFINITY)
  expect(first?.signal.aborted).toBe(true)
  await expect(model.waitForRequest(3, AbortSignal.timeout(1))).rejects.toThrow()
})

test('a reset comes before any answer, and half an answer stays open', async () => {
  await using model = await startScriptedModel([
    { kind: 'reset' },
    { kind: 'half', text: 'so far' },
  ])
  await expect(textOf(model, [user])).rejects.toThrow()
  const response = await post(model, [user, done])
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let received = ''
  while (!received.includes('so far')) received += (await reader?.read())?.value ?? ''
  await model[Symbol.asyncDispose]()
  await expect(reader?.read()).rejects.toThrow()
})

test('a slow answer is whole, and ends when its client leaves', async () => {
  const slow = { kind: 'message', text: 'x'.repeat(500), chunkLength: 5 } as const
  await using model = await startScriptedModel([slow, { ...slow, chunkDelayMs: 60_000 }])
  expect(await textOf(model, [user])).toBe('x'.repeat(500))
  const client = new AbortController()
  const response = await post(model, [user, done], {}, client.signal)
  const { signal } = model.requests[1] ?? {}
  const over = signal && once(signal, 'abort', { signal: AbortSignal.timeout(170_000) })
  client.abort()
  await over
  await expect(response.text()).rejects.toThrow()
})

test('the provider entry fits the server and keeps the options of each model', async () => {
  const variants = { high: { reasoningEffort: 'high' } }
  await using model = await startScriptedModel([say('one')], { models: { deep: { variants } } })
  expect(model.provider({ headerTimeout: 3000 })).toMatchObject({
    scripted: {
      options: { baseURL: model.url, apiKey: model.key, headerTimeout: 3000 },
      models: { deep: { name: 'deep', variants, cost: { input: 1, output: 2 } } },
    },
  })
})

function child(sessionID: string): Record<string, string> {
  return { 'x-session-id': sessionID, 'x-parent-session-id': 'ses_a' }
}

/** The text of the answer, or the message of the error. */
async function textOf(
  model: ScriptedModel,
  messages: readonly object[],
  headers: Record<string, string> = { 'x-session-id': 'ses_a' },
): Promise<string> {
  const response = await post(model, messages, headers)
  if (!response.ok) return failure.parse(await response.json()).error.message
  const contents = (await response.text()).matchAll(/"delta":\{"content":"([^"]*)"/g)
  return Array.from(contents, ([, text]) => text).join('')
}

function post(
  { url, key }: ScriptedModel,
  messages: readonly object[],
  headers: Record<string, string> = {},
  signal: AbortSignal = AbortSignal.timeout(170_000),
): Promise<Response> {
  return fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify({ model: 'model', messages }),
    signal,
  })
}
