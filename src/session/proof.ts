import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../opencode/api.ts'
import type { Message } from '../opencode/facts.ts'
import { isOver } from './ending.ts'

/** On errors the server says idle about 15 ms before it stores the error. */
const storeMs = 300

/**
 * Proves the end of an idle session by its stored messages: its last one, or undefined if the session is not at its end.
 * An end that leaves no finished message must look the same twice, and be explained by an error (`hasFailed`) if it
 * leaves none at all: right after the prompt was accepted a session may look idle that has not begun.
 */
export async function proveEnd(
  client: Api,
  { sessionID, hasFailed }: { sessionID: string; hasFailed: () => boolean },
  signal: AbortSignal,
): Promise<{ readonly last: Message | undefined } | undefined> {
  const read = async () => newest(await client.newestMessages(sessionID, signal))
  const first = await read()
  if (first && isOver(first)) return { last: first }
  if (!first && !hasFailed()) return undefined
  await sleep(storeMs, undefined, { signal })
  const last = await read()
  const status = (await client.statuses(signal))[sessionID]?.type ?? 'idle'
  return status === 'idle' && last?.info.id === first?.info.id ? { last } : undefined
}

function newest(messages: readonly Message[]): Message | undefined {
  return messages.findLast(({ info }) => info.role === 'assistant' && info.summary !== true)
}
