import { expect, test } from '@jest/globals'
import type { SessionEvent } from '../../src/opencode/facts.ts'
import { createTree } from '../../src/session/tree.ts'

const tool = (tool: string, status: 'pending' | 'running' | 'completed'): SessionEvent => ({
  type: 'message.part.updated',
  properties: {
    part: {
      id: `prt_${tool}`,
      sessionID: 'ses_1',
      messageID: 'msg_1',
      type: 'tool',
      tool,
      state: { status, input: {} },
    },
  },
})
const retry = (attempt: number): SessionEvent => ({
  type: 'session.status',
  properties: { sessionID: 'ses_1', status: { type: 'retry', attempt, message: 'busy', next: 0 } },
})
const created = (id: string, parentID: string): SessionEvent => ({
  type: 'session.created',
  properties: { info: { id, parentID } },
})
const text = (role: 'user' | 'assistant', value: string): SessionEvent[] => {
  const of = { sessionID: 'ses_1', messageID: `msg_${role}` }
  const info = { id: of.messageID, sessionID: of.sessionID, role, time: { created: 0 } }
  return [
    { type: 'message.updated', properties: { info } },
    {
      type: 'message.part.updated',
      properties: { part: { id: `prt_${role}`, type: 'text', text: value, ...of } },
    },
  ]
}

test('retries and errors are no progress; a running tool is, as long as it runs; a subagent’s task is not', () => {
  const tree = createTree('ses_1')
  tree.touch(100)
  tree.apply(retry(1), 200)
  tree.apply({ type: 'session.error', properties: { sessionID: 'ses_1' } }, 300)
  expect(tree.lastProgress(400)).toBe(100)
  tree.apply(tool('bash', 'running'), 500)
  expect(tree.lastProgress(9000)).toBe(9000)
  tree.apply(tool('bash', 'completed'), 600)
  expect(tree.lastProgress(9000)).toBe(600)
  tree.apply(tool('task', 'running'), 700)
  expect(tree.lastProgress(9000)).toBe(700)
})

test('a call that the model still writes is progress, until its provider is asked again', () => {
  const tree = createTree('ses_1')
  tree.apply(tool('write', 'pending'), 100)
  expect(tree.lastProgress(9000)).toBe(9000)
  tree.apply(retry(1), 200)
  expect(tree.lastProgress(9000)).toBe(100)
})

test('the sessions of subagents, and of their subagents, belong to the tree; others do not', () => {
  const tree = createTree('ses_1')
  expect(tree.apply(created('ses_2', 'ses_1'), 1)).toBe(true)
  expect(tree.apply(created('ses_3', 'ses_2'), 1)).toBe(true)
  expect(tree.apply(created('ses_x', 'ses_other'), 1)).toBe(false)
  expect(tree.sessionIDs()).toEqual(['ses_1', 'ses_2', 'ses_3'])
})

test('a retry is counted once, however often its status is told', () => {
  const tree = createTree('ses_1')
  for (const attempt of [1, 1, 2, 2, 3]) tree.apply(retry(attempt), 1)
  expect(tree.retries()).toBe(3)
})

test('the partial text is the model’s, never the prompt', () => {
  const tree = createTree('ses_1')
  for (const event of text('user', 'The prompt.')) tree.apply(event, 1)
  expect(tree.partialText()).toBe('')
  for (const event of text('assistant', 'An answer')) tree.apply(event, 1)
  const of = { sessionID: 'ses_1', messageID: 'msg_assistant', partID: 'prt_assistant' }
  tree.apply({ type: 'message.part.delta', properties: { ...of, delta: ' that grows' } }, 1)
  expect(tree.partialText()).toBe('An answer that grows')
})

test('a summary that opencode asks for when a session got too long is no answer', () => {
  const info = { id: 'msg_1', sessionID: 'ses_1', role: 'assistant', finish: 'stop' } as const
  const tree = createTree('ses_1')
  const told = (more: object): SessionEvent => ({
    type: 'message.updated',
    properties: { info: { ...info, time: { created: 0 }, ...more } },
  })
  tree.apply(told({ summary: true }), 1)
  expect(tree.hasAnswered()).toBe(false)
  tree.apply(told({ id: 'msg_2' }), 2)
  expect(tree.hasAnswered()).toBe(true)
})
