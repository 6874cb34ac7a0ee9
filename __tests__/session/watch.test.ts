import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type { Api } from '../../src/opencode/api.ts'
import { ServerAnswer } from '../../src/opencode/api.ts'
import type { Message, StreamEvent } from '../../src/opencode/facts.ts'
import { createTree, type Tree } from '../../src/session/tree.ts'
import { type Fact, watchEvents } from '../../src/session/watch.ts'

const none = async () => []
const message = (sessionID: string): Message => ({
  info: { id: `msg_${sessionID}`, sessionID, role: 'assistant', time: { created: 0 } },
  parts: [],
})

/** A stream whose first connection is cut at once; the second stands until the end. */
async function* cutOnce(signal: AbortSignal): AsyncGenerator<StreamEvent> {
  yield { type: 'opened' }
  yield { type: 'opened' }
  await sleep(1_000_000, undefined, { signal })
}

/** Watches a server whose first event stream is cut, until `enough`; tells whose messages were read. */
async function readAfterCut(
  server: Partial<Api>,
  enough: (fact: Fact) => boolean,
): Promise<readonly string[]> {
  const tree: Tree = createTree('ses_1')
  const over = new AbortController()
  const seen: string[] = []
  const client = {
    events: cutOnce,
    children: none,
    statuses: async () => ({}),
    permissions: none,
    questions: none,
    ...server,
  } as unknown as Api
  const take = (fact: Fact) => {
    if (fact.kind === 'view')
      for (const { id, parentID } of fact.view.children) tree.add(id, parentID)
    if (fact.kind === 'messages') seen.push(...fact.messages.map(({ info }) => info.sessionID))
    if (enough(fact)) over.abort()
  }
  const watching = { client, sessionIDs: tree.sessionIDs, take }
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(170_000)])
  await watchEvents(watching, () => undefined, signal).catch(() => undefined)
  return seen
}

const children: Readonly<Record<string, string>> = { ses_1: 'ses_2', ses_2: 'ses_3' }
const isAbout = (id: string) => (fact: Fact) =>
  fact.kind === 'messages' && fact.messages.some(({ info }) => info.sessionID === id)

test('after a gap the messages of subagents are read, too, that were made in it', async () => {
  const server: Partial<Api> = {
    messages: async (id) => [message(id)],
    children: async (id) => (children[id] ? [{ id: children[id], parentID: id }] : []),
  }
  expect(await readAfterCut(server, isAbout('ses_3'))).toEqual(['ses_1', 'ses_2', 'ses_3'])
})

test('messages that could not be read after a gap are asked for again', async () => {
  let asked = 0
  const messages = async (id: string) => {
    if (++asked === 1) throw new ServerAnswer('GET /session/ses_1/message', 500, undefined)
    return [message(id)]
  }
  expect(await readAfterCut({ messages }, isAbout('ses_1'))).toEqual(['ses_1'])
})
