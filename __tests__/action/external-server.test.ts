import { expect, test } from '@jest/globals'
import { startFlakyProxy } from '../support/flaky-proxy.ts'
import { call, say, startScriptedModel } from '../support/model.ts'
import { listSessions, startOpencode } from '../support/opencode.ts'
import { makeCheckout, runChecked, scriptedModel } from '../support/step.ts'

test('a server that is already running is driven with its password, and left as it was', async () => {
  const titles: string[] = []
  const workspace = makeCheckout()
  await using model = await startScriptedModel(async () => {
    titles.push(...(await listSessions(server, workspace)).map(({ title }) => title))
    return say('From outside.')
  })
  await using server = await startOpencode({ provider: model.provider(), model: scriptedModel })
  const { url, password = '' } = server.address
  const inputs = { prompt: 'Do it.', 'server-url': url, 'server-password': password }
  const { outputs, run, log } = await runChecked({ workspace, inputs })
  expect(outputs).toMatchObject({
    outcome: 'completed',
    answer: 'From outside.',
    model: scriptedModel,
  })
  expect(run.opencode).toMatchObject({ version: '1.18.33', source: 'server-url' })
  expect(titles).toEqual(['octo/sample · schedule · run 4242.1'])
  expect(log).toContain(`::add-mask::${password}`)
  expect(await listSessions(server, workspace)).toEqual([])
  expect(server.failed.aborted).toBe(false)
})

test('address and password are taken from the environment, too', async () => {
  await using model = await startScriptedModel([say('By environment.')])
  await using server = await startOpencode({ provider: model.provider() })
  const { url, password = '' } = server.address
  const env = { OPENCODE_API_URL: `${url}/`, OPENCODE_SERVER_PASSWORD: password }
  const { outputs } = await runChecked({ env, inputs: { prompt: 'Do it.', model: scriptedModel } })
  expect(outputs.answer).toBe('By environment.')
})

test('whether a server that is already running loads the configuration of a checkout is said to be up to it', async () => {
  await using model = await startScriptedModel([say('Seen.')])
  await using server = await startOpencode({ provider: model.provider() })
  const inputs = {
    prompt: 'x',
    model: scriptedModel,
    'server-url': server.address.url,
    'server-password': server.address.password ?? '',
    'project-config': 'ignore',
  }
  const workspace = makeCheckout({ 'AGENTS.md': 'canary\n' })
  const { outputs, summary } = await runChecked({ workspace, inputs })
  expect(outputs.answer).toBe('Seen.')
  expect(summary).toContain('The server at server-url decides whether it loads that configuration')
})

test('a wrong password, and a port where nobody listens, are told in plain words', async () => {
  await using server = await startOpencode({})
  const inputs = { prompt: 'Do it.', model: scriptedModel, 'server-url': server.address.url }
  const wrong = await runChecked({ inputs: { ...inputs, 'server-password': 'not-the-password' } })
  expect(wrong.outputs).toMatchObject({ outcome: 'server-failed' })
  expect(wrong.outputs.reason).toContain('rejected the password. Check server-password')
  const nobody = await runChecked({ inputs: { ...inputs, 'server-url': 'http://127.0.0.1:9' } })
  expect(nobody.outputs.reason).toContain("can't be reached (ECONNREFUSED)")
})

test('what a server of another kind answers is not taken for opencode', async () => {
  await using other = await startScriptedModel([])
  const url = new URL(other.url).origin
  const { outputs } = await runChecked({
    inputs: { prompt: 'x', model: scriptedModel, 'server-url': url },
  })
  expect(outputs.outcome).toBe('server-failed')
})

test('an event stream that is cut again and again loses nothing, and doubles nothing', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n')
  await using model = await startScriptedModel([
    call('read', { filePath: '.env' }),
    { kind: 'message', text: lines, chunkDelayMs: 20 },
  ])
  await using server = await startOpencode({ provider: model.provider() })
  const sizes = [700, 1500, 40, 3000, 1, 2222, 900, 5000]
  await using proxy = await startFlakyProxy(server.address.url, {
    nextCut: () => sizes.shift(),
  })
  const inputs = {
    prompt: 'x',
    mode: 'implement',
    model: scriptedModel,
    'server-url': proxy.url,
    'server-password': server.address.password ?? '',
  }
  const { outputs, run } = await runChecked({ inputs })
  expect(proxy.cuts()).toBeGreaterThan(3)
  expect(outputs).toMatchObject({ outcome: 'completed', answer: lines })
  expect(run.refusals).toHaveLength(1)
  expect(run.usage.steps).toBe(2)
})

test('a session that does not take an abort gets no company: nothing more is sent to that server', async () => {
  await using model = await startScriptedModel([{ kind: 'silence' }])
  await using server = await startOpencode({ provider: model.provider() })
  await using proxy = await startFlakyProxy(server.address.url, { deaf: /\/abort$/ })
  const inputs = {
    prompt: 'x',
    model: scriptedModel,
    'stall-timeout': '6s',
    'server-url': proxy.url,
    'server-password': server.address.password ?? '',
  }
  const { outputs, run, summary } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('stalled')
  expect(run.attempts).toHaveLength(1)
  expect(summary).toContain('sessions of the server at server-url would not end')
})

test('a prompt that is accepted and never started is told from one that stalls', async () => {
  await using model = await startScriptedModel([say('Never.')])
  await using server = await startOpencode({ provider: model.provider() })
  await using proxy = await startFlakyProxy(server.address.url, { deaf: /\/prompt_async$/ })
  const inputs = {
    prompt: 'x',
    model: scriptedModel,
    attempts: '1',
    'stall-timeout': '6s',
    'server-url': proxy.url,
    'server-password': server.address.password ?? '',
  }
  const { outputs } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('stalled')
  expect(outputs.reason).toMatch(
    /^opencode accepted the prompt, but scripted\/model did not start a message within 6 s/,
  )
  expect(model.requests).toEqual([])
})
