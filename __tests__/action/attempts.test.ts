import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { call, type Reply, say, startScriptedModel } from '../support/model.ts'
import { sandboxTest } from '../support/sandbox.ts'
import { git, inputsFor, makeCheckout, runChecked } from '../support/step.ts'

const quota: Reply = { kind: 'error', status: 429, message: 'You exceeded your current quota' }
const silence: Reply = { kind: 'silence' }
const write = (filePath: string, content: string) => call('write', { filePath, content })

test('a model whose quota is used up is followed by the next one, in a fresh session', async () => {
  await using model = await startScriptedModel(
    (request) => (request.model === 'model' ? quota : say('The second one answers.')),
    { models: { model: {}, second: {} } },
  )
  const inputs = inputsFor(model, { 'fallback-models': 'scripted/second' })
  const { outputs, run, summary } = await runChecked({ inputs })
  expect(outputs).toMatchObject({
    outcome: 'completed',
    answer: 'The second one answers.',
    model: 'scripted/second',
    attempts: '2',
  })
  expect(run.attempts).toMatchObject([
    { model: 'scripted/model', outcome: 'rate-limited', retries: 1 },
    { model: 'scripted/second', outcome: 'completed', retries: 0 },
  ])
  expect(outputs.reason).toContain('1 attempt failed (scripted/model: rate-limited)')
  expect(summary).toContain('| 1 | `scripted/model` | rate-limited |')
  expect(model.requests).toHaveLength(2)
})

test('a model that is not there is followed by one that is, and the summary says so', async () => {
  await using model = await startScriptedModel([say('Here.')])
  const inputs = inputsFor(model, { model: 'openai/gpt-5', 'fallback-models': 'scripted/model' })
  const { outputs, summary } = await runChecked({ inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', model: 'scripted/model', attempts: '1' })
  expect(summary).toContain('Provider "openai" is not connected.')
})

test('a stall is followed by another attempt on the same server', async () => {
  await using model = await startScriptedModel([silence], { laterSessions: [[say('Now.')]] })
  const inputs = inputsFor(model, { 'stall-timeout': '6s' })
  const { outputs, run, log } = await runChecked({ inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', answer: 'Now.', attempts: '2' })
  expect(run.attempts.map(({ outcome }) => outcome)).toEqual(['stalled', 'completed'])
  expect(log.match(/listens on/g)).toHaveLength(1)
})

sandboxTest(
  'what an attempt left running does not reach the next one, on the same server',
  async () => {
    const loop =
      'while :; do echo x >> stray.txt; mv src gone; ln -s /etc src; rm src; mv gone src; done'
    const start = `setsid env -i PATH=$PATH sh -c '${loop}' > /dev/null 2>&1 & sleep 0.5`
    await using model = await startScriptedModel(
      [call('bash', { command: start, description: 'Start' }), silence],
      { laterSessions: [[write('b.txt', 'b\n'), say('Done.')]] },
    )
    const inputs = inputsFor(model, { mode: 'implement', 'stall-timeout': '6s' })
    const { outputs, log } = await runChecked({ inputs })
    expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '["b.txt"]' })
    expect(log.match(/listens on/g)).toHaveLength(1)
  },
)

sandboxTest(
  'a folder with a mount that an attempt moved is in its place for the next one',
  async () => {
    const workspace = makeCheckout({ '.gitignore': 'deps/\n', 'packages/one/x.txt': 'x\n' })
    mkdirSync(join(workspace, 'packages/one/deps'))
    writeFileSync(join(workspace, 'packages/one/deps/y'), 'shown\n')
    const bash = (command: string) => call('bash', { command, description: 'Look' })
    await using model = await startScriptedModel([bash('mv packages moved'), silence], {
      laterSessions: [[bash('cat packages/one/deps/y'), say('Done.')]],
    })
    const inputs = inputsFor(model, { mode: 'implement', 'stall-timeout': '6s' })
    const { outputs, log } = await runChecked({ inputs, workspace })
    expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '[]' })
    expect(JSON.stringify(model.requests.at(-1)?.request)).toContain('shown')
    expect(log.match(/listens on/g)).toHaveLength(2)
  },
)

test('a long file that a model writes in one call is no stall, though no event tells of it', async () => {
  const content = 'word '.repeat(1500)
  const long = {
    ...write('long.txt', content),
    kind: 'message',
    text: '',
    chunkDelayMs: 75,
  } as const
  await using model = await startScriptedModel([long, say('Done.')])
  const inputs = inputsFor(model, { mode: 'implement', 'stall-timeout': '6s', attempts: '1' })
  const { outputs } = await runChecked({ inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '["long.txt"]' })
})

test('what a failed attempt changed is saved, commits included, and the next starts from the checkout', async () => {
  const workspace = makeCheckout()
  writeFileSync(join(workspace, 'notes.txt'), 'Untracked, and there before.\n')
  const before = git(workspace, 'rev-parse', 'HEAD')
  const identity = '-c user.name=Agent -c user.email=agent@example.com'
  await using model = await startScriptedModel(
    [
      write('src/sum.js', 'ruined\n'),
      write('src/new.js', 'half done\n'),
      call('bash', {
        command: `git checkout -q -b agent && git add -A && git ${identity} commit -qm Half && rm notes.txt`,
        description: 'Commit',
      }),
      silence,
    ],
    { laterSessions: [[write('src/product.js', 'done\n'), say('Done.')]] },
  )
  const inputs = inputsFor(model, { mode: 'implement', 'stall-timeout': '6s' })
  const { outputs, run, read } = await runChecked({ inputs, workspace })
  expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '["src/product.js"]' })
  expect(run.attempts[0]?.patchFile).toMatch(/attempt-1\.patch$/)
  const patch = read('attempt-1.patch')
  for (const piece of ['+ruined', '+half done', '-Untracked, and there before.'])
    expect(patch).toContain(piece)
  expect(readFileSync(join(workspace, 'src/sum.js'), 'utf8')).toContain('a + b')
  expect(git(workspace, 'rev-parse', 'HEAD')).toBe(before)
  expect(git(workspace, 'branch', '--show-current')).toBe('master\n')
  expect(git(workspace, 'status', '--porcelain')).toBe('?? notes.txt\n?? src/product.js\n')
})

test('what the last attempt changed stays, and is published as partial', async () => {
  await using model = await startScriptedModel([write('a.txt', 'half\n'), silence])
  const inputs = inputsFor(model, { mode: 'implement', 'stall-timeout': '6s' })
  const { outputs, run, summary, files } = await runChecked({ inputs })
  expect(outputs).toMatchObject({ outcome: 'stalled', attempts: '2', 'changed-files': '["a.txt"]' })
  expect(files).toEqual(expect.arrayContaining(['attempt-1.patch', 'changes.patch']))
  expect(run.partial).toBe(true)
  expect(summary).toContain('1 changed file (partial)')
})

test('a server with two sessions that wait for their provider is ended, and a fresh one started', async () => {
  const task = (description: string) => ({
    name: 'task',
    arguments: { description, prompt: 'Look.', subagent_type: 'general' },
  })
  const busy = (ms: string): Reply => ({
    kind: 'error',
    status: 503,
    message: 'Busy',
    headers: { 'retry-after-ms': ms },
  })
  await using model = await startScriptedModel(
    [{ kind: 'message', text: '', toolCalls: [task('One'), task('Two')] }],
    { subagents: [[busy('20000')], [busy('1000')]], laterSessions: [[say('On a fresh server.')]] },
  )
  const inputs = inputsFor(model, { mode: 'implement', 'provider-retries': '1' })
  const { outputs, run, log } = await runChecked({ inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', answer: 'On a fresh server.' })
  expect(run.attempts[0]?.sessions).toHaveLength(3)
  expect(log.match(/listens on/g)).toHaveLength(2)
})

test('a cost that a subagent runs up ends the run, with what there is', async () => {
  const usage = { prompt: 100_000, completion: 100_000 }
  const task = call('task', {
    description: 'Look',
    prompt: 'Look.',
    subagent_type: 'general',
  })
  await using model = await startScriptedModel(
    [
      write('a.txt', 'so far\n'),
      { ...task, kind: 'message', text: 'I ask somebody.' },
      say('Never.'),
    ],
    { subagents: [[{ kind: 'message', text: 'Dear.', usage }]] },
  )
  const inputs = inputsFor(model, { mode: 'implement', 'max-cost': '0.25' })
  const { outputs, run, summary } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('budget-exceeded')
  expect(outputs.reason).toMatch(/^max-cost was exceeded: \$0\.30\d\d of \$0\.2500/)
  expect(outputs['changed-files']).toBe('["a.txt"]')
  expect(run.usage.cost).toBeGreaterThan(0.25)
  expect(summary).toContain('the budget was used up')
  expect(JSON.stringify(model.requests.map(({ request }) => request))).not.toContain('Never.')
})

test('a limit in dollars is refused for a model without a price, unless tokens are limited, too', async () => {
  await using model = await startScriptedModel([say('Here.')], {
    models: { model: { cost: { input: 0, output: 0 } } },
  })
  const refused = await runChecked({ inputs: inputsFor(model, { 'max-cost': '1' }) })
  expect(refused.outputs.outcome).toBe('config-invalid')
  expect(refused.outputs.reason).toContain('opencode has no price for scripted/model')
  expect(model.requests).toHaveLength(0)
  const limits = { 'max-cost': '1', 'max-tokens': '100000' }
  const { outputs, summary } = await runChecked({ inputs: inputsFor(model, limits) })
  expect(outputs.outcome).toBe('completed')
  expect(summary).toContain('unknown: opencode has no price for this model')
})
