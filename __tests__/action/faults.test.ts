import { expect, test } from '@jest/globals'
import { call, inTurn, type Reply, type Script, say, startScriptedModel } from '../support/model.ts'
import { inputsFor, runChecked } from '../support/step.ts'

const key = 'sk-theKeyOfTheProvider'
const error = (status: number, message: string, headers: Record<string, string> = {}): Reply => ({
  kind: 'error',
  status,
  message,
  headers,
})
/** Nothing listens there. */
const nowhere = { baseURL: 'http://127.0.0.1:9/v1' }
const short = { 'stall-timeout': '6s' }

type Fault = {
  readonly what: string
  readonly script: Script
  readonly outcome: string
  readonly reason: RegExp
  /** The outcomes of the attempts, where there is more than the one. */
  readonly attempts?: readonly string[]
  readonly answer?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, unknown>>
  /** Seconds of the whole step: a start of the server takes two to six of them. */
  readonly within?: number
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
    within: 40,
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
    options: nowhere,
    inputs: { 'provider-retries': '0', attempts: '1' },
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
    within: 45,
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
    reason: /cut at its output limit/,
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

test.each(faults)('$what ends the run as $outcome, with what there is', async (fault) => {
  const { script, outcome, reason, attempts = [outcome], answer, within = 30 } = fault
  await using model = await startScriptedModel(script)
  const headers = { 'x-key': '{env:SCRIPTED_KEY}' }
  const config = { provider: model.provider({ headers, ...fault.options }) }
  const inputs = inputsFor(model, {
    'opencode-config': JSON.stringify(config),
    ...fault.inputs,
  })
  const { outputs, run, summary, seconds } = await runChecked({
    inputs,
    env: { SCRIPTED_KEY: key },
  })
  expect(outputs.outcome).toBe(outcome)
  expect(outputs.reason).toMatch(reason)
  expect(outputs.answer).toBe(answer)
  expect(run.partial).toBe(true)
  expect(run.attempts.map((attempt) => attempt.outcome)).toEqual(attempts)
  expect(new Set(run.attempts.map(({ sessionID }) => sessionID)).size).toBe(attempts.length)
  expect(summary).toContain('❌')
  expect(summary.includes('partial')).toBe(answer !== undefined)
  expect(seconds).toBeLessThan(within)
})

test.each([429, 503])('a %i that is over at the second try is waited for', async (status) => {
  const busy = error(status, 'Busy', { 'retry-after-ms': '500' })
  await using model = await startScriptedModel(inTurn(busy, say('Here I am.')))
  const { outputs, run } = await runChecked({ inputs: inputsFor(model) })
  expect(outputs).toMatchObject({ outcome: 'completed', answer: 'Here I am.', attempts: '1' })
  expect(run.attempts).toMatchObject([{ retries: 1, outcome: 'completed' }])
  const seen = run.attempts[0]?.statuses.map(({ type, message }) =>
    [type, message].join(' ').trim(),
  )
  expect(seen).toEqual(['busy', 'retry Busy', 'busy', 'idle'])
})
