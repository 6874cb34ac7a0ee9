import { expect, test } from '@jest/globals'
import { connect } from '../../src/opencode/connect.ts'
import { type AttemptOptions, runAttempt } from '../../src/session/attempt.ts'
import { call, type Script, say, startScriptedModel } from '../support/model.ts'
import { listSessions, startOpencode } from '../support/opencode.ts'
import { makeCheckout } from '../support/step.ts'

const model = { providerID: 'scripted', modelID: 'model' }
const never = new AbortController().signal

/** One attempt on the real server, with a complete default plus the difference. */
async function attempt(script: Script, difference: Partial<AttemptOptions['prompt']>) {
  await using scripted = await startScriptedModel(script)
  await using server = await startOpencode({ provider: scripted.provider() })
  const directory = makeCheckout()
  await using client = connect(server.address, directory)
  const options: AttemptOptions = {
    client,
    title: 'A test',
    rules: [],
    prompt: { text: 'Do it.', model, agent: 'build', variant: undefined, ...difference },
    limits: {
      stallTimeoutMs: 10_000,
      deadline: Date.now() + 60_000,
      providerRetries: 0,
      charge: () => undefined,
    },
    lastProgress: () => 0,
    onEvent: () => undefined,
    onRefusal: () => undefined,
  }
  const ended = await runAttempt(options, { signal: never, closing: never })
  return { ...ended, left: await listSessions(server, directory) }
}

test('an agent that is gone since it was verified ends at once, though its session never goes idle', async () => {
  const { ending, endedAt, startedAt, left } = await attempt([say('x')], { agent: 'nope' })
  expect(ending).toMatchObject({
    kind: 'finished',
    failure: { data: { message: expect.stringContaining('Agent not found: "nope"') } },
  })
  expect(endedAt - startedAt).toBeLessThan(10_000)
  expect(left).toEqual([])
})

test('a model that is gone since it was verified ends at once', async () => {
  const gone = { providerID: 'scripted', modelID: 'gone' }
  const { ending } = await attempt([say('x')], { model: gone })
  expect(ending).toMatchObject({
    kind: 'finished',
    failure: { data: { message: expect.stringContaining('Model not found: scripted/gone') } },
  })
})

test('every change of a status is kept with its time, and the session is gone afterwards', async () => {
  const script = [call('read', { filePath: 'README.md' }), say('Read.')]
  const { statuses, text, left, usage } = await attempt(script, {})
  expect(statuses.map(({ status }) => status.type)).toEqual(['busy', 'idle'])
  expect(statuses[0]?.at).toBeLessThanOrEqual(statuses[1]?.at ?? 0)
  expect(text).toBe('Read.')
  expect(usage.steps).toBe(2)
  expect(left).toEqual([])
})
