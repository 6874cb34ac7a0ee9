import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { call, say } from '../support/model.ts'
import { startWorkbench, type Workbench } from '../support/workbench.ts'

let bench: Workbench

beforeAll(async () => {
  bench = await startWorkbench()
})

afterAll(async () => await bench[Symbol.asyncDispose]())

test.each([
  [{ model: 'scriptd/model' }, 'There is no provider "scriptd". Did you mean scripted?'],
  [{ model: 'scripted/modle' }, 'has no model "modle". Did you mean model?'],
  [
    { 'require-providers': 'openai' },
    'Provider "openai" is not connected. Connected: scripted. Set OPENAI_API_KEY',
  ],
  [{ agent: 'biuld' }, 'No agent "biuld". Did you mean build?'],
  [{ agent: 'explore' }, 'Agent "explore" may not be primary.'],
  [{ variant: 'high' }, 'has no variant "high". It has none'],
])('%j is refused before a token is spent, with the nearest names', async (inputs, reason) => {
  bench.model.follow([say('Never.')])
  await expect(bench.verify(inputs)).rejects.toMatchObject({
    outcome: 'provider-unavailable',
    message: expect.stringContaining(reason),
  })
  expect(bench.model.requests).toHaveLength(0)
})

test('several wrong names are reported in one message', async () => {
  const inputs = { model: 'scripted/x', agent: 'y', 'require-providers': 'zzz' }
  await expect(bench.verify(inputs)).rejects.toMatchObject({ problems: { length: 3 } })
})

test('earlier attempts count for the budget, too', async () => {
  const look = { ...call('glob', { pattern: '*' }), usage: { prompt: 600, completion: 0 } }
  const inputs = { 'stall-timeout': '6s', 'max-tokens': '1000' }
  const { reason, attempts } = await bench.run([look, { kind: 'silence' }], inputs)
  expect(reason).toMatch(/^max-tokens was exceeded: 1,200 tokens of 1,000/)
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['stalled', 'budget-exceeded'])
})

test('an answer that was complete when a limit was exceeded counts, with a note', async () => {
  const usage = { prompt: 600, completion: 600 }
  const script = [{ kind: 'message', text: 'Whole.', usage }] as const
  const { outcome, answer, run } = await bench.run(script, { 'max-tokens': '1000' })
  expect({ outcome, answer }).toEqual({ outcome: 'completed', answer: 'Whole.' })
  expect(run.notes).toEqual([
    'The last model call passed max-tokens. The answer was already complete.',
  ])
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
  const result = await bench.run(
    [...asks, task, say('Went on.')],
    { mode: 'implement' },
    { subagents: [[...asks, say('The subagent went on.')]] },
  )
  expect(result).toMatchObject({ outcome: 'completed', answer: 'Went on.' })
  const refused = result.refusals.map(
    ({ kind, what, subagent }) => `${subagent ? 'sub' : 'main'} ${kind} ${what}`,
  )
  expect(refused).toEqual([
    'main permission external_directory /etc/*',
    'main permission read .env',
    'main question Which one?',
    'sub permission external_directory /etc/*',
    'sub permission read .env',
  ])
  expect(result.attempts[0]?.sessions).toHaveLength(2)
  expect(result.reason).toContain('5 requests refused')
  const seen = JSON.stringify(bench.model.requests.map(({ request }) => request.messages))
  expect(seen).toContain('This run is unattended')
  expect(seen).toContain('there is no one to ask')
  expect(seen).not.toContain('of-the-checkout')
})
