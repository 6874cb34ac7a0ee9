import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { runStep } from '../../scripts/local-runner.ts'
import { findTracked } from '../../src/trust/processes.ts'
import { call, type Script, say, startScriptedModel } from '../support/model.ts'
import { inputsFor, makeCheckout, runChecked, scriptedModel } from '../support/step.ts'

const key = 'sk-theKeyOfTheProvider'

test.each([
  {
    what: 'a key that the provider refuses (401, which opencode answers with HTTP 200)',
    script: [{ kind: 'error', status: 401, message: `Incorrect API key provided: ${key}` }],
    outcome: 'provider-unavailable',
    reason: /refused the key: “Incorrect API key provided: \*\*\*” \(HTTP 401\)\. Check the key/,
  },
  {
    what: 'a model that the provider does not know (404)',
    script: [{ kind: 'error', status: 404, message: 'The model does not exist' }],
    outcome: 'provider-unavailable',
    reason: /does not know scripted\/model/,
  },
  {
    what: 'a quota answer that asks to wait for an hour',
    script: [
      {
        kind: 'error',
        status: 429,
        message: 'Rate limit reached',
        headers: { 'retry-after': '3600' },
      },
    ],
    outcome: 'rate-limited',
    reason: /“Rate limit reached”.*in 3[56]\d\d s/,
  },
  {
    what: 'a request that the provider finds wrong (400)',
    script: [{ kind: 'error', status: 400, message: 'Nonsense' }],
    outcome: 'provider-error',
    reason: /“Nonsense” \(HTTP 400\)/,
  },
  {
    what: 'an empty answer',
    script: [{ kind: 'message', text: '' }],
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
      { kind: 'message', text: '' },
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
    what: 'a model that never answers',
    script: [{ kind: 'silence' }],
    outcome: 'stalled',
    reason: /No progress for 8 s/,
    stall: '8s',
  },
  {
    what: 'a model that goes silent in the middle',
    script: [{ kind: 'half', text: 'Half of' }],
    outcome: 'stalled',
    reason: /No progress for 8 s/,
    stall: '8s',
    answer: 'Half of',
  },
] satisfies {
  what: string
  script: Script
  outcome: string
  reason: RegExp
  answer?: string
  stall?: string
}[])(
  '$what ends the run as $outcome, with what there is',
  async ({ script, outcome, reason, answer, stall = '60s' }) => {
    await using model = await startScriptedModel(script)
    const config = { provider: model.provider({ headers: { 'x-key': '{env:SCRIPTED_KEY}' } }) }
    const inputs = inputsFor(model, {
      'stall-timeout': stall,
      'opencode-config': JSON.stringify(config),
    })
    const { outputs, run, summary } = await runChecked({ inputs, env: { SCRIPTED_KEY: key } })
    expect(outputs.outcome).toBe(outcome)
    expect(outputs.reason).toMatch(reason)
    expect(outputs.answer).toBe(answer)
    expect(run.partial).toBe(true)
    expect(run.attempts).toMatchObject([{ outcome }])
    expect(summary).toContain('❌')
    expect(summary.includes('partial')).toBe(answer !== undefined)
  },
)

test.each([
  { inputs: { model: 'scriptd/model' }, reason: 'No provider "scriptd". Did you mean scripted?' },
  { inputs: { model: 'scripted/modle' }, reason: 'has no model "modle". Did you mean model?' },
  {
    inputs: { 'require-providers': 'openai' },
    reason: 'Provider "openai" is not connected. Connected: scripted. Set OPENAI_API_KEY',
  },
  { inputs: { agent: 'biuld' }, reason: 'No agent "biuld". Did you mean build?' },
  { inputs: { agent: 'explore' }, reason: 'Agent "explore" may not be primary.' },
  { inputs: { variant: 'high' }, reason: 'has no variant "high". It has none' },
])(
  '$inputs is refused before a token is spent, with the nearest names',
  async ({ inputs, reason }) => {
    await using model = await startScriptedModel([say('Never.')])
    const { outputs } = await runChecked({ inputs: inputsFor(model, inputs) })
    expect(outputs.outcome).toBe('provider-unavailable')
    expect(outputs.reason).toContain(reason)
    expect(model.requests).toHaveLength(0)
  },
)

test('several wrong names are told in one message', async () => {
  await using model = await startScriptedModel([])
  const inputs = inputsFor(model, { model: 'scripted/x', agent: 'y', 'require-providers': 'zzz' })
  const { run } = await runChecked({ inputs })
  expect(run.problems).toHaveLength(3)
})

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

test('a cancelled workflow ends within five seconds, with the text so far and without a process left', async () => {
  const text = 'word '.repeat(100_000)
  await using model = await startScriptedModel([
    call('bash', {
      command: 'sleep 600 >/dev/null 2>&1 & setsid sleep 600 >/dev/null 2>&1 & echo started',
      description: 'Linger',
    }),
    { kind: 'message', text: `One line.\n${text}`, chunkDelayMs: 50 },
  ])
  let at = 0
  const { outputs, run } = await runChecked({
    inputs: inputsFor(model, { mode: 'implement' }),
    onLine(line, main) {
      if (!line.includes('│ One line.')) return
      at = Date.now()
      main.once('exit', () => {
        at = Date.now() - at
      })
      main.kill('SIGINT')
    },
  })
  expect(outputs.outcome).toBe('cancelled')
  expect(outputs.answer).toContain('One line.\nword')
  expect(run.change?.files).toEqual([])
  expect(at).toBeLessThan(5000)
})

test('a server that is killed in mid-run is told as such, with the end of its log', async () => {
  await using model = await startScriptedModel([{ kind: 'silence' }])
  const server = Promise.withResolvers<number>()
  const running = runChecked({
    inputs: inputsFor(model),
    onLine(line, main) {
      if (line.includes('listens on')) server.resolve(childOf(main.pid ?? 0))
    },
  })
  await model.waitForRequest(1, AbortSignal.timeout(60_000))
  process.kill(await server.promise, 'SIGKILL')
  const { outputs } = await running
  expect(outputs.outcome).toBe('server-failed')
  expect(outputs.reason).toMatch(/ended by itself \(signal SIGKILL\)\. Its last lines: .*level=/)
})

function childOf(pid: number): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10)
}

test('post ends what a killed main left, and says that it was ended by force', async () => {
  await using model = await startScriptedModel([
    call('bash', { command: 'setsid sleep 600 & sleep 600', description: 'Linger' }),
  ])
  const { outputs, post, exitCode, state, temp } = await runStep({
    workspace: makeCheckout(),
    inputs: inputsFor(model, { mode: 'implement' }),
    onLine: (line, main) => {
      if (line.includes('→ bash')) main.kill('SIGKILL')
    },
  })
  expect(exitCode).toBeNull()
  expect(outputs).toEqual({})
  expect(post.exitCode).toBe(0)
  expect(post.summary).toContain('The step was ended by force')
  expect(await findTracked({ trackingId: state.trackingId ?? 'none' })).toEqual([])
  expect(existsSync(state.temporary ?? temp)).toBe(false)
})

test('a server that is frozen ends as stalled, and a cancel on it within five seconds', async () => {
  await using model = await startScriptedModel([{ kind: 'silence' }])
  const freeze = (main: ChildProcess) => {
    const pid = childOf(main.pid ?? 0)
    setTimeout(() => process.kill(pid, 'SIGSTOP'), 3000)
  }
  const stalled = await runChecked({
    inputs: inputsFor(model, { 'stall-timeout': '8s' }),
    onLine(line, main) {
      if (line.includes('listens on')) freeze(main)
    },
  })
  expect(stalled.outputs.outcome).toBe('stalled')
  let at = 0
  const cancelled = await runChecked({
    inputs: inputsFor(model),
    onLine(line, main) {
      if (!line.includes('listens on')) return
      freeze(main)
      main.once('exit', () => {
        at = Date.now() - at
      })
      setTimeout(() => {
        at = Date.now()
        main.kill('SIGINT')
      }, 5000)
    },
  })
  expect(cancelled.outputs.outcome).toBe('cancelled')
  expect(at).toBeLessThan(5000)
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

test('requests of a session and of its subagent are refused, counted, and the run goes on', async () => {
  const asks = [
    call('read', { filePath: '/etc/hostname' }),
    call('read', { filePath: '.env' }),
    call('question', {
      questions: [
        { question: 'Which one?', header: 'Choice', options: [{ label: 'A', description: 'a' }] },
      ],
    }),
  ]
  const task = call('task', {
    description: 'Look',
    prompt: 'Look around.',
    subagent_type: 'general',
  })
  await using model = await startScriptedModel([...asks, task, say('Went on.')], {
    subagents: [[...asks, say('The subagent went on.')]],
  })
  const { outputs, run, summary } = await runChecked({
    inputs: inputsFor(model, { mode: 'implement' }),
  })
  expect(outputs).toMatchObject({ outcome: 'completed', answer: 'Went on.' })
  const told = run.refusals.map(
    ({ kind, what, subagent }) => `${subagent ? 'sub' : 'main'} ${kind} ${what}`,
  )
  expect(told).toEqual([
    'main permission external_directory /etc/*',
    'main permission read .env',
    'main question Which one?',
    'sub permission external_directory /etc/*',
    'sub permission read .env',
  ])
  expect(run.attempts[0]?.sessions).toHaveLength(2)
  expect(summary).toContain('5 requests refused')
  const seen = JSON.stringify(model.requests.map(({ request }) => request.messages))
  expect(seen).toContain('This run is unattended')
  expect(seen).toContain('Nobody can answer')
  expect(seen).not.toContain('of-the-checkout')
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
  expect(log).not.toContain('Install')
})
