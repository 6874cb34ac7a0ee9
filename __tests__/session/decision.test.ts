import { afterEach, expect, jest, test } from '@jest/globals'
import type { Api } from '../../src/opencode/api.ts'
import type { Message } from '../../src/opencode/facts.ts'
import { createDecision } from '../../src/session/decision.ts'
import { createRefuser } from '../../src/session/refusal.ts'
import { createTree } from '../../src/session/tree.ts'
import type { Fact } from '../../src/session/watch.ts'

afterEach(() => {
  jest.useRealTimers()
})

const client = {} as Api

/** A decision on a session, with a clock that is set by hand. */
function decisionOf(limits: object = {}) {
  jest.useFakeTimers({ now: 0 })
  const tree = createTree('ses_1')
  const deciding = {
    client,
    tree,
    refuser: createRefuser(client, tree, () => undefined),
    limits: {
      stallTimeoutMs: 6000,
      deadline: 1e9,
      providerRetries: 0,
      charge: () => undefined,
      ...limits,
    },
    lastProgress: () => 0,
    onEvent: () => undefined,
  }
  return createDecision(deciding, () => undefined)
}

const message = (text: string): Message => ({
  info: { id: 'msg_1', sessionID: 'ses_1', role: 'assistant', time: { created: 0 } },
  parts: [{ id: 'prt_1', sessionID: 'ses_1', messageID: 'msg_1', type: 'text', text }],
})

/** The first ending within 20 seconds of a stream that is cut each second. */
function endOfCuts(textAt: (second: number) => string) {
  const decide = decisionOf()
  decide({ kind: 'sent' })
  for (let second = 1; second <= 20; second++) {
    jest.setSystemTime(second * 1000)
    const facts: Fact[] = [
      { kind: 'messages', messages: [message(textAt(second))] },
      { kind: 'tick' },
    ]
    const ending = facts.map(decide).find(Boolean)
    if (ending) return { second, kind: ending.kind }
  }
  return undefined
}

test('a model that is silent stalls, however often the same messages are read again after a gap', () => {
  expect(endOfCuts(() => 'Half')).toEqual({ second: 8, kind: 'stalled' })
})

test('what messages have that are read after a gap is progress', () => {
  expect(endOfCuts((second) => 'word '.repeat(second))).toBeUndefined()
})

test('a machine that stood still is no silent model, and no server that is frozen', () => {
  const decide = decisionOf()
  decide({ kind: 'sent' })
  const endingAt = (second: number) => {
    jest.setSystemTime(second * 1000)
    return decide({ kind: 'tick' })?.kind
  }
  expect(endingAt(2)).toBeUndefined()
  expect(endingAt(600)).toBeUndefined()
  expect([602, 604, 606].map(endingAt)).toEqual([undefined, undefined, undefined])
  expect(endingAt(608)).toBe('never-started')
})

test.each([
  { wait: 5500, why: undefined },
  { wait: 6500, why: 'wait', than: 'stall-timeout' },
  { wait: 4500, deadline: 4000, why: 'wait', than: 'the deadline' },
])(
  'a retry after $wait ms is waited for unless it passes $than',
  ({ wait, why, deadline = 1e9 }) => {
    const decide = decisionOf({ providerRetries: 1, deadline })
    decide({ kind: 'sent' })
    const status = { type: 'retry', attempt: 1, message: 'Busy', next: wait } as const
    const properties = { sessionID: 'ses_1', status }
    const event = { type: 'session.status', properties } as const
    const ending = decide({ kind: 'event', event, json: '' })
    expect(ending && 'why' in ending ? ending.why : undefined).toBe(why)
  },
)
