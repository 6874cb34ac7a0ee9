import { expect, test } from '@jest/globals'
import { createLeases } from '../../src/servers/leases.ts'
import type { Server } from '../../src/servers/server.ts'
import { type Reply, say, startScriptedModel } from '../support/model.ts'
import { startOpencode } from '../support/opencode.ts'
import { runOn } from '../support/workbench.ts'

const busy = (ms: string): Reply => ({
  kind: 'error',
  status: 503,
  message: 'Busy',
  headers: { 'retry-after-ms': ms },
})
const task = (description: string) => ({
  name: 'task',
  arguments: { description, prompt: 'Look.', subagent_type: 'general' },
})

test('a stuck server is left by its task alone: another task on it carries on to its end', async () => {
  const slow: Reply = { kind: 'message', text: 'word '.repeat(4000), chunkDelayMs: 50 }
  const stuck: Reply = { kind: 'message', text: '', toolCalls: [task('One'), task('Two')] }
  await using model = await startScriptedModel([slow], {
    laterSessions: [[stuck], [say('On another server.')]],
    subagents: [[busy('20000')], [busy('1000')]],
  })
  const ended: number[] = []
  const start = async (number: number): Promise<Server> => {
    const server = await startOpencode({ provider: model.provider() })
    return {
      ...server,
      async [Symbol.asyncDispose]() {
        ended.push(number)
        await server[Symbol.asyncDispose]()
      },
    }
  }
  await using servers = await createLeases({ start, lastProgress: () => 0, isOwn: true })
  const steady = runOn(servers, {})
  await model.waitForRequest(1, AbortSignal.timeout(100_000))
  const failing = await runOn(servers, { mode: 'implement', 'provider-retries': '1' })
  expect(failing).toMatchObject({ outcome: 'completed', answer: 'On another server.' })
  expect(failing.attempts).toHaveLength(2)
  expect(ended).toEqual([])
  const { outcome, attempts } = await steady
  expect({ outcome, attempts: attempts.length }).toEqual({ outcome: 'completed', attempts: 1 })
  expect(ended).toEqual([1])
})

/** A server of which only its end counts. */
function standIn(number: number, ended: number[]) {
  const failed = new AbortController()
  const server: Server = {
    ...{ address: { url: `http://${number}`, password: undefined }, version: '1.18.33' },
    ...{
      folder: undefined,
      failed: failed.signal,
      logTail: () => '',
      pause: async () => undefined,
    },
    async [Symbol.asyncDispose]() {
      ended.push(number)
    },
  }
  return { server, fail: () => failed.abort() }
}

test('leases share a server until it is retired or dies; two that ask at once get the same fresh one', async () => {
  const ended: number[] = []
  const started: ReturnType<typeof standIn>[] = []
  const start = async (number: number) => {
    const made = standIn(number, ended)
    started.push(made)
    return made.server
  }
  await using servers = await createLeases({ start, lastProgress: () => 0, isOwn: true })
  const [first, second] = [await servers.lease(), await servers.lease()]
  expect(second.server).toBe(first.server)
  expect(first.retire()).toBe(true)
  const [third, fourth] = await Promise.all([servers.lease(), servers.lease()])
  expect(third.server).toBe(fourth.server)
  expect(third.server).not.toBe(first.server)
  await first[Symbol.asyncDispose]()
  expect(ended).toEqual([])
  await second[Symbol.asyncDispose]()
  expect(ended).toEqual([1])
  started[1]?.fail()
  const fifth = await servers.lease()
  expect(fifth.server.address.url).toBe('http://3')
})

test('a server that is not the run’s is never ended', async () => {
  const ended: number[] = []
  const start = async (number: number) => standIn(number, ended).server
  await using servers = await createLeases({ start, lastProgress: () => 0, isOwn: false })
  const lease = await servers.lease()
  expect(lease.retire()).toBe(false)
  await lease[Symbol.asyncDispose]()
  expect((await servers.lease()).server).toBe(lease.server)
  expect(ended).toEqual([])
})
