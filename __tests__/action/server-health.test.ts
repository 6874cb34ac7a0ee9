import { expect, test } from '@jest/globals'
import { withLittleMemory, withSmallDisk } from '../support/harmed.ts'
import { call, say, startScriptedModel } from '../support/model.ts'
import { serverOf } from '../support/signals.ts'
import { inputsFor, runChecked } from '../support/step.ts'

/** Only root may mount a disk of a size, or make a control group: elsewhere there is no such harm to be done. */
const possible = (harmed: Disposable & { path: string | undefined }) => {
  using tried = harmed
  return tried.path === undefined ? test.skip : test
}

test('a server that is killed in mid-run is told as such, with the end of its log', async () => {
  await using model = await startScriptedModel([{ kind: 'silence' }])
  const server = Promise.withResolvers<number>()
  const running = runChecked({
    inputs: inputsFor(model),
    onLine(line, main) {
      if (line.includes('listens on')) server.resolve(serverOf(main.pid))
    },
  })
  await model.waitForRequest(1, AbortSignal.timeout(170_000))
  process.kill(await server.promise, 'SIGKILL')
  const { outputs } = await running
  expect(outputs.outcome).toBe('server-failed')
  expect(outputs.reason).toMatch(/ended unexpectedly \(signal SIGKILL\)\. Its last lines: “level=/)
})

test.each([
  { stall: '8s', words: 'is running, but stopped answering.' },
  { stall: '10m', words: /is running, but stopped answering for 2\d s/ },
])(
  'a server that is frozen is told from a silent model, with a stall-timeout of $stall',
  async (one) => {
    await using model = await startScriptedModel([{ kind: 'silence' }])
    const server = Promise.withResolvers<number>()
    const running = runChecked({
      inputs: inputsFor(model, { 'stall-timeout': one.stall }),
      onLine(line, main) {
        if (line.includes('listens on')) server.resolve(serverOf(main.pid))
      },
    })
    await model.waitForRequest(1, AbortSignal.timeout(45_000))
    process.kill(await server.promise, 'SIGSTOP')
    const { outputs } = await running
    expect(outputs.outcome).toBe('server-failed')
    expect(outputs.reason).toMatch(one.words)
  },
)

possible(withSmallDisk('700k'))('a full disk is told from a failure of the provider', async () => {
  using harmed = withSmallDisk('700k')
  await using model = await startScriptedModel([call('glob', { pattern: '*' }), say('Never.')])
  const inputs = inputsFor(model, { isolation: 'off', 'opencode-path': harmed.path ?? '' })
  const { outputs } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('server-failed')
  expect(outputs.reason).toMatch(/could not save its data.*The disk is full/)
})

possible(withLittleMemory(1e9))('a server that used up the memory is told as such', async () => {
  using harmed = withLittleMemory(260e6)
  await using model = await startScriptedModel([say('Never.')])
  const inputs = inputsFor(model, { isolation: 'off', 'opencode-path': harmed.path ?? '' })
  const { outputs } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('server-failed')
  expect(outputs.reason).toMatch(
    /was killed by the kernel: the machine ran out of memory.*Use a runner with more/,
  )
})
