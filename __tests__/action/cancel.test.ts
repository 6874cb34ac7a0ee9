import { existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { runStep } from '../../scripts/local-runner.ts'
import { findTracked } from '../../src/programs/processes.ts'
import { call, startScriptedModel } from '../support/model.ts'
import { serverOf, signalAt } from '../support/signals.ts'
import { inputsFor, makeCheckout, runChecked } from '../support/step.ts'

const endless = {
  kind: 'message',
  text: `One line.\n${'word '.repeat(100_000)}`,
  chunkDelayMs: 50,
} as const
const bash = (command: string) => call('bash', { command, description: 'Linger' })
/** Both groups of processes, one that left the session of its shell included. */
const lingering = 'sleep 600 >/dev/null 2>&1 & setsid sleep 600 >/dev/null 2>&1 &'

test.each([
  {
    when: 'the model streams',
    script: [bash(`${lingering} echo started`), endless],
    at: '│ One line.',
    answer: /^One line\.\nword/,
    changed: '[]',
  },
  {
    when: 'a shell command with background children runs',
    script: [
      call('write', { filePath: 'a.txt', content: 'so far\n' }),
      bash(`${lingering} sleep 600`),
    ],
    at: '→ bash',
    answer: undefined,
    changed: '["a.txt"]',
  },
  { when: 'the server starts', script: [], at: 'Start the opencode server', changed: '[]' },
  { when: 'the server is verified', script: [], at: 'listens on', changed: '[]' },
])(
  'a workflow that is cancelled while $when ends within five seconds, with what there is',
  async (one) => {
    await using model = await startScriptedModel(one.script)
    const cancel = signalAt(one.at)
    const inputs = inputsFor(model, { mode: 'implement' })
    const { outputs, run, summary } = await runChecked({ inputs, onLine: cancel.onLine })
    expect(outputs.outcome).toBe('cancelled')
    expect(outputs.reason).toBe('The workflow was cancelled.')
    expect(outputs['changed-files']).toBe(one.changed)
    if (one.answer) expect(outputs.answer).toMatch(one.answer)
    else expect(outputs.answer).toBeUndefined()
    expect(run.partial).toBe(true)
    expect(summary).toContain('⏹️')
    expect(cancel.seconds()).toBeLessThan(5)
  },
)

test('a cancel ends within five seconds even if the server answers nothing, and keeps what there is', async () => {
  const write = call('write', { filePath: 'a.txt', content: 'so far\n' })
  await using model = await startScriptedModel([
    { ...write, kind: 'message', text: 'I write it.' },
    { kind: 'silence' },
  ])
  const cancel = signalAt('→ write', { afterMs: 3000 })
  const server = { pid: 0 }
  const { outputs, read } = await runChecked({
    inputs: inputsFor(model, { mode: 'implement' }),
    onLine(line, main) {
      cancel.onLine(line, main)
      if (line.includes('listens on')) server.pid = serverOf(main.pid)
      if (line.includes('→ write')) setTimeout(() => process.kill(server.pid, 'SIGSTOP'), 1500)
    },
  })
  expect(outputs).toMatchObject({ outcome: 'cancelled', 'changed-files': '["a.txt"]' })
  expect(read('answer.md')).toBe('I write it.\n')
  expect(read('changes.patch')).toContain('+so far')
  expect(cancel.seconds()).toBeLessThan(5)
})

test('a SIGTERM ends like a cancel', async () => {
  await using model = await startScriptedModel([endless])
  const cancel = signalAt('│ One line.', { name: 'SIGTERM' })
  const { outputs } = await runChecked({ inputs: inputsFor(model), onLine: cancel.onLine })
  expect(outputs.outcome).toBe('cancelled')
  expect(cancel.seconds()).toBeLessThan(5)
})

test('post ends what a killed main left, and says that it was ended by force, with what was known', async () => {
  await using model = await startScriptedModel([bash(`${lingering} sleep 600`)])
  const kill = signalAt('→ bash', { name: 'SIGKILL' })
  const { outputs, post, exitCode, state, temp } = await runStep({
    workspace: makeCheckout(),
    inputs: inputsFor(model, { mode: 'implement' }),
    onLine: kill.onLine,
  })
  expect(exitCode).toBeNull()
  expect(outputs).toEqual({})
  expect(post.exitCode).toBe(0)
  expect(post.summary).toContain('The step was ended by force')
  expect(post.summary).toContain('`scripted/model`')
  expect(post.summary).toContain('could not check whether the agent changed files')
  expect(await findTracked({ trackingId: state.trackingId ?? 'none' })).toEqual([])
  expect(existsSync(state.temporary ?? temp)).toBe(false)
})
