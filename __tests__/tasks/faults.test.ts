import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { call, inTurn, type Reply, type Script, say } from '../support/model.ts'
import { startWorkbench, type Workbench } from '../support/workbench.ts'

const key = 'sk-theKeyOfTheProvider'
const error = (status: number, message: string, headers: Record<string, string> = {}): Reply => ({
  kind: 'error',
  status,
  message,
  headers,
})
const short = { 'stall-timeout': '6s' }
/** Nothing listens there. */
const nowhere = {
  npm: '@ai-sdk/openai-compatible',
  options: { baseURL: 'http://127.0.0.1:9/v1', apiKey: 'none' },
  models: { model: { name: 'model' } },
}

let bench: Workbench

beforeAll(async () => {
  bench = await startWorkbench({ providers: { nowhere }, secrets: [key] })
})

afterAll(async () => await bench[Symbol.asyncDispose]())

type Fault = {
  readonly what: string
  readonly script: Script
  readonly outcome: string
  readonly reason: RegExp
  /** The outcomes of the attempts, where there is more than the one. */
  readonly attempts?: readonly string[]
  readonly answer?: string
  readonly inputs?: Readonly<Record<string, string>>
}

const faults: readonly Fault[] = [
  {
    what: 'a 429 that asks to wait for 64000 s',
    script: [error(429, 'Rate limit reached', { 'retry-after': '64000' })],
    outcome: 'rate-limited',
    reason: /answered “Rate limit reached” and asked to wait 6\d{4} s/,
  },
  {
    what: 'a quota that is used up',
    script: [error(429, 'You exceeded your current quota, check your plan and billing details')],
    outcome: 'rate-limited',
    reason: /which waiting will not fix\. Check the account's credit/,
  },
  {
    what: 'a balance that is too low, which a provider calls a bad request',
    script: [error(400, 'Your credit balance is too low to access the API')],
    outcome: 'rate-limited',
    reason: /“Your credit balance is too low/,
  },
  {
    what: 'a 429 that stays, with few retries allowed',
    script: [error(429, 'Too many requests', { 'retry-after-ms': '300' })],
    inputs: { 'provider-retries': '2' },
    outcome: 'rate-limited',
    reason: /“Too many requests” 3 times in a row \(provider-retries\)/,
  },
  {
    what: 'a 429 with no retry allowed',
    script: [error(429, 'Too many requests')],
    inputs: { 'provider-retries': '0' },
    outcome: 'rate-limited',
    reason: /“Too many requests” 1 time in a row/,
  },
  {
    what: 'an endless 500',
    script: [error(500, 'Internal error')],
    inputs: { 'provider-retries': '1' },
    outcome: 'provider-error',
    attempts: ['provider-error', 'provider-error'],
    reason: /“Internal error” \d times? in a row.*Before that, 1 attempt failed/,
  },
  {
    what: 'a key that the provider refuses (401, which opencode answers with HTTP 200)',
    script: [error(401, `Incorrect API key provided: ${key}`)],
    outcome: 'provider-unavailable',
    reason:
      /rejected the key: “Incorrect API key provided: \*\*\*” \(HTTP 401\)\. Check the provider's key/,
  },
  {
    what: 'a key that may not do this (403)',
    script: [error(403, 'Not allowed')],
    outcome: 'provider-unavailable',
    reason: /rejected the key: “Not allowed” \(HTTP 403\)/,
  },
  {
    what: 'a model that the provider does not know (404)',
    script: [error(404, 'The model does not exist')],
    outcome: 'provider-unavailable',
    reason: /does not know scripted\/model/,
  },
  {
    what: 'a request that the provider finds wrong (400)',
    script: [error(400, 'Nonsense')],
    outcome: 'provider-error',
    reason: /“Nonsense” \(HTTP 400\)/,
  },
  {
    what: 'a connection that is refused',
    script: [],
    inputs: { model: 'nowhere/model', 'provider-retries': '0', attempts: '1' },
    outcome: 'provider-error',
    reason: /“.*[Cc]onnect.*” \d times? in a row/,
  },
  {
    what: 'a connection that is reset',
    script: [{ kind: 'reset' }],
    inputs: { 'provider-retries': '0', attempts: '1' },
    outcome: 'provider-error',
    reason: /1 time in a row/,
  },
  {
    what: 'a model that never answers',
    script: [{ kind: 'silence' }],
    inputs: short,
    outcome: 'stalled',
    attempts: ['stalled', 'stalled'],
    reason: /No progress for 6 s \(stall-timeout\): scripted\/model sent nothing/,
  },
  {
    what: 'a model that goes silent in the middle',
    script: [{ kind: 'half', text: 'Half of' }],
    inputs: { ...short, attempts: '1' },
    outcome: 'stalled',
    reason: /went silent in its answer/,
    answer: 'Half of',
  },
  {
    what: 'an empty answer',
    script: [say('')],
    outcome: 'no-answer',
    reason: /ended without text/,
  },
  {
    what: 'an empty answer after a step with text',
    script: [
      {
        kind: 'message',
        text: 'Let me look.',
        toolCalls: [{ name: 'read', arguments: { filePath: 'README.md' } }],
      },
      say(''),
    ],
    outcome: 'no-answer',
    reason: /ended without text/,
  },
  {
    what: 'an answer that is cut at the model’s output limit',
    script: [{ kind: 'message', text: 'The first half', finish: 'length' }],
    outcome: 'provider-error',
    reason: /cut off at its output limit/,
    answer: 'The first half',
  },
  {
    what: 'an endless loop of tool calls',
    script: () => call('glob', { pattern: '*' }),
    inputs: { 'max-steps': '6' },
    outcome: 'budget-exceeded',
    reason: /max-steps was exceeded: 7 model calls of 6/,
  },
  {
    what: 'a finish reason that opencode does not know, after which it asks for ever',
    script: () => ({ kind: 'message', text: 'Once more.', finish: 'mystery' }),
    inputs: { 'max-steps': '4' },
    outcome: 'budget-exceeded',
    reason: /max-steps was exceeded: 5 model calls of 4/,
    answer: 'Once more.',
  },
]

test.each(faults)('$what ends the task as $outcome, with what there is', async (fault) => {
  const { script, outcome, reason, attempts = [outcome], answer = '', inputs } = fault
  const result = await bench.run(script, inputs)
  expect(result.outcome).toBe(outcome)
  expect(result.reason).toMatch(reason)
  expect(result.answer).toBe(answer)
  expect(result.attempts.map((attempt) => attempt.outcome)).toEqual(attempts)
  expect(new Set(result.attempts.map(({ sessionID }) => sessionID)).size).toBe(attempts.length)
  expect(result.run.partial).toBe(true)
})

test.each([429, 503])('a %i that is over at the second try is waited for', async (status) => {
  const busy = error(status, 'Busy', { 'retry-after-ms': '500' })
  const { outcome, answer, attempts } = await bench.run(inTurn(busy, say('Here I am.')))
  expect({ outcome, answer }).toEqual({ outcome: 'completed', answer: 'Here I am.' })
  expect(attempts).toMatchObject([{ retries: 1, outcome: 'completed' }])
  const seen = attempts[0]?.statuses.map(({ type, message }) => [type, message].join(' ').trim())
  expect(seen).toEqual(['busy', 'retry Busy', 'busy', 'idle'])
})
