import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { say, startScriptedModel } from '../support/model.ts'
import { inputsFor, runChecked, scriptedModel } from '../support/step.ts'

const key = 'sk-theKeyOfTheProvider'

test('a check lists providers and models, runs no prompt, and fails where a required provider is missing', async () => {
  await using model = await startScriptedModel([])
  const { prompt: _, ...inputs } = inputsFor(model, { mode: 'check' })
  const passed = await runChecked({ inputs })
  expect(passed.outputs).toMatchObject({
    outcome: 'completed',
    providers: '[{"id":"scripted","models":["model"]}]',
  })
  expect(passed.outputs['session-id']).toBeUndefined()
  expect(passed.summary).toContain('| `scripted` | 1 | `model` |')
  const failed = await runChecked({
    inputs: { ...inputs, 'require-providers': 'anthropic', 'fail-on': 'never' },
  })
  expect(failed.outputs.reason).toContain('Set ANTHROPIC_API_KEY in the env of the step')
  expect(model.requests).toHaveLength(0)
})

test('a check without any name finds the providers that the step holds keys for', async () => {
  const env = { OPENAI_API_KEY: 'sk-aKeyThatIsNotUsed' }
  const { outputs } = await runChecked({ env, inputs: { mode: 'check' } })
  expect(JSON.parse(outputs.providers ?? '').map(({ id }: { id: string }) => id)).toEqual([
    'openai',
  ])
})

test('the deadline ends a model that would write for ever, and what it wrote is kept', async () => {
  const text = 'word '.repeat(100_000)
  await using model = await startScriptedModel([{ kind: 'message', text, chunkDelayMs: 50 }])
  const { outputs, run } = await runChecked({ inputs: inputsFor(model, { timeout: '20s' }) })
  expect(outputs.outcome).toBe('timed-out')
  expect(outputs.answer).toContain('word word')
  expect(run.duration).toBeLessThan(24)
})

test('a secret comes out nowhere, whatever its name, even where text is cut in its middle', async () => {
  const secret = 'abcdefghijklmnopqrstuvwxyz0123456789'
  const filler = 'x'.repeat(285)
  await using model = await startScriptedModel([
    { kind: 'error', status: 401, message: `${filler}${secret}` },
  ])
  const config = { provider: model.provider({ headers: { 'x-key': '{env:LLM_ACCESS}' } }) }
  const inputs = inputsFor(model, { 'opencode-config': JSON.stringify(config) })
  const result = await runChecked({ inputs, env: { LLM_ACCESS: secret } })
  const seen = [
    result.log.replace(`::add-mask::${secret}`, ''),
    result.summary,
    JSON.stringify(result.outputs),
    ...result.files.map(result.read),
  ]
  for (const text of seen) expect(text).not.toContain(secret.slice(0, 8))
})

test('a port that is taken disturbs nothing', async () => {
  const taken = createServer().listen(4096, '127.0.0.1')
  await once(taken, 'listening').catch((error) => expect(error.code).toBe('EADDRINUSE'))
  await using model = await startScriptedModel([say('Still here.')])
  const { outputs } = await runChecked({ inputs: inputsFor(model) })
  expect(outputs.answer).toBe('Still here.')
  taken.close()
})

test('configuration that opencode refuses is told by its place, never by its text', async () => {
  const config = {
    agent: { x: { mode: 'sk-nonsense' } },
    provider: { a: { options: { apiKey: key } } },
  }
  const inputs = { model: 'a/b', prompt: 'x', 'opencode-config': JSON.stringify(config) }
  const { outputs, log } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('config-invalid')
  expect(outputs.reason).toMatch(/ConfigInvalidError at agent\.x\.mode.*Check opencode-config/)
  expect(log.replace(`::add-mask::${key}`, '')).not.toContain(key)
})

test('fail-on: never leaves the step green, and the outcome says what happened', async () => {
  await using model = await startScriptedModel([{ kind: 'error', status: 400, message: 'No' }])
  const { outputs, exitCode } = await runChecked({
    inputs: inputsFor(model, { 'fail-on': 'never' }),
  })
  expect(exitCode).toBe(0)
  expect(outputs.outcome).toBe('provider-error')
})

test('wrong inputs end before anything is installed, all in one message', async () => {
  const inputs = {
    model: scriptedModel,
    mode: 'plans',
    timeout: 'soon',
    'pass-env': 'GITHUB_TOKEN',
    'opencode-version': '2.0.0',
  }
  const { outputs, run, log } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('config-invalid')
  expect(run.problems).toHaveLength(5)
  expect(log).toMatch(/config-invalid: 5 problems:/)
  expect(log).not.toContain('Install')
})
