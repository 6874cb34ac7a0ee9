import { expect, test } from '@jest/globals'
import { isGenerated, readFileDiff } from '../src/context/file-diff.ts'
import {
  cleanForeignCode,
  cleanForeignText,
  delimitUntrusted,
} from '../src/context/foreign-text.ts'
import { selectFiles } from '../src/context/selection.ts'
import { problemOf } from '../src/github/refusal.ts'
import type { Part, SessionEvent } from '../src/opencode/facts.ts'
import { createEventDecoder, readEvent } from '../src/opencode/v1/events.ts'
import { code, plain, renderReason } from '../src/publish/labels.ts'
import { cutBytes } from '../src/publish/outputs.ts'
import { textOf } from '../src/secrets/files.ts'
import { createScan } from '../src/secrets/scan.ts'
import { createSecrets } from '../src/secrets/secrets.ts'
import { visibleText } from '../src/secrets/visible.ts'
import { createLineReader, openServerLog } from '../src/servers/server-log.ts'
import { judgeFailure } from '../src/session/judge-failure.ts'
import { createNarrator } from '../src/session/narrate.ts'
import { reasonIn } from '../src/session/provider-reason.ts'
import { describeTool } from '../src/session/transcript.ts'
import { createTree } from '../src/session/tree.ts'
import { safeLine } from '../src/text/log-line.ts'
import { oneLine, quote } from '../src/text/text.ts'
import { growthOf, hostileTexts } from './support/growth.ts'

const secrets = createSecrets(() => undefined)
secrets.add('the-secret-of-the-provider')
secrets.add('a b"c\\d%e&f<g>')
const scan = createScan(secrets.values())

const parts = (text: string) => text.match(/[\s\S]{1,1000}/g) ?? []

const works: Readonly<Record<string, (text: string) => unknown>> = {
  'the redactor, on a text': (text) => scan.redact([text]),
  'the redactor, on many texts': (text) => scan.redact(parts(text)),
  'the redactor, on a file': (text) => scan.sweep(textOf(Buffer.from(text)), () => undefined),
  'the redaction of lines': secrets.redact,
  'the view of what is visible': visibleText,
  'foreign text for a prompt': cleanForeignText,
  'foreign code for a prompt': cleanForeignCode,
  'the boundary around foreign text': (text) =>
    delimitUntrusted({ label: text, text, boundary: 'aaaaaaaaaaaaaaab' }),
  'a line of the log': (text) => safeLine(text),
  'the words of an agent in the log': narrate,
  'text that grows by events': grow,
  'one line of a text': oneLine,
  'a quotation': (text) => quote(text),
  'a name as code': code,
  'a reason without markup': plain,
  'the reason of a run': (reason) =>
    renderReason({ outcome: 'provider-error', reason, problems: parts(reason) }),
  'the cut of an answer': (text) => cutBytes(text, 100_000, 'more'),
  'a tool call': (command) =>
    describeTool({ ...part, type: 'tool', tool: 'bash', state: running({ command }) }, '/work'),
  'the reason of a provider': reasonIn,
  'a failure of a provider': (message) =>
    judgeFailure({ name: 'APIError', data: { message } }, { model: 'a/b', log: message }),
  'a refusal of GitHub': (text) =>
    problemOf(Object.assign(new Error(text), { name: 'HttpError' }), { doing: 'comment' }),
  'the lines of a server': (text) => {
    const take = createLineReader(() => undefined)
    for (const piece of parts(text)) take(piece)
  },
  'the end of a server’s log': (text) => {
    const log = openServerLog({ logFile: '/dev/null', secrets })
    log.write(text, '\n')
    return log.tail()
  },
  'the events of a server': (text) => {
    const decode = createEventDecoder(() => undefined)
    for (const piece of parts(`data: ${text}\n\n`)) decode(Buffer.from(piece))
  },
  'an event of a server': (text) =>
    readEvent(
      JSON.stringify({
        type: 'session.error',
        properties: { error: { name: text, data: { message: text } } },
      }),
    ),
  'a file of GitHub’s list': (text) => {
    const file = { filename: text, status: 'modified', additions: 1, deletions: 1, patch: text }
    return selectFiles([readFileDiff(file)], { all: 1e9, file: 1e9 })
  },
  'whether a file is generated': isGenerated,
}

const part = { id: 'prt_1', sessionID: 'ses_1', messageID: 'msg_1' }
const running = (input: Record<string, unknown>) => ({ status: 'running' as const, input })

/** An answer that comes in pieces, each of which is an event. */
function eventsOf(text: string): readonly SessionEvent[] {
  const deltas = parts(text).map((delta): SessionEvent => {
    return { type: 'message.part.delta', properties: { ...part, partID: part.id, delta } }
  })
  const begin: Part = { ...part, type: 'text', text: '' }
  return [{ type: 'message.part.updated', properties: { part: begin } }, ...deltas]
}

function narrate(text: string): void {
  const narrator = createNarrator({
    log: () => undefined,
    redact: secrets.redact,
    directory: '/work',
  })
  const tree = createTree('ses_1')
  for (const event of eventsOf(text)) narrator.event(event, tree)
  narrator.end()
}

function grow(text: string): string {
  const tree = createTree('ses_1')
  for (const event of eventsOf(text)) tree.apply(event, 0)
  return tree.partialText()
}

test.each(Object.entries(works))('%s takes about twice the time for twice the text', (_, work) => {
  const slow = hostileTexts.flatMap(([name, make]) => {
    const growth = growthOf(work, make)
    return growth === undefined ? [] : [`${name}: ${growth}`]
  })
  expect(slow).toEqual([])
})
