import { expect, test } from '@jest/globals'
import { type Reply, type Script, startScriptedModel } from '../support/model.ts'
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
    what: 'a key that the provider refuses (401, which opencode answers with HTTP 200)',
    script: [error(401, `Incorrect API key provided: ${key}`)],
    outcome: 'provider-unavailable',
    reason:
      /rejected the key: “Incorrect API key provided: \*\*\*” \(HTTP 401\)\. Check the provider's key/,
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
    what: 'a model that goes silent in the middle',
    script: [{ kind: 'half', text: 'Half of' }],
    inputs: { ...short, attempts: '1' },
    outcome: 'stalled',
    reason: /went silent in its answer/,
    answer: 'Half of',
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
