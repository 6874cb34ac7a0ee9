import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SessionEvent } from '../../src/opencode/facts.ts'
import { createNarrator } from '../../src/session/narrate.ts'
import { createTree } from '../../src/session/tree.ts'
import { safeLine } from '../../src/text/log-line.ts'

test('no foreign text can start a workflow command', () => {
  const evil = fc.constantFrom(
    '::',
    '##[',
    '\r',
    '\n',
    '\u2028',
    ' ',
    'error::',
    'add-mask',
    '\u001b[',
    '\u0000',
    ']',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(evil, fc.string())), (parts) => {
      const line = safeLine(parts.join(''))
      expect(line).not.toMatch(/^\s*::|##\[|\p{Cc}/u)
    }),
  )
})

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u009b1;31mred', 'red'],
  ['\u001b]0;a title\u0007text', 'text'],
  ['\u001b]8;;https://x.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['\u001b(Btext\u001b=', 'text'],
  ['\u001b]0;never ended', '0;never ended'],
])('of %j the log shows the words: %j', (text, shown) => {
  expect(safeLine(text)).toBe(shown)
})

/** Events of one text part that grows by `deltas`. */
function narrate(deltas: readonly string[]): string[] {
  const lines: string[] = []
  const narrator = createNarrator({
    log: (line) => lines.push(line),
    redact: (text) => text,
    directory: '/work',
  })
  const tree = createTree('ses_1')
  const of = { sessionID: 'ses_1', messageID: 'msg_1' }
  const part = (text: string): SessionEvent => ({
    type: 'message.part.updated',
    properties: { part: { id: 'prt_1', type: 'text', text, ...of } },
  })
  narrator.event(part(''), tree)
  for (const delta of deltas)
    narrator.event(
      { type: 'message.part.delta', properties: { partID: 'prt_1', delta, ...of } },
      tree,
    )
  narrator.event(part(deltas.join('')), tree)
  narrator.end()
  return lines
}

test('text is told line by line as it grows, once, however it is cut', () => {
  const word = fc.stringMatching(/^[a-z ]{0,20}$/)
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.nat(40)), (words, cuts) => {
      const text = words.join('\n')
      const borders = [...new Set(cuts)].filter((cut) => cut < text.length).sort((a, b) => a - b)
      const deltas = [...borders, text.length].map((end, index) =>
        text.slice(borders[index - 1] ?? 0, end),
      )
      const expected = text.split('\n').map((line) => `│ ${line}`)
      if (expected.at(-1) === '│ ') expected.pop()
      expect(narrate(deltas)).toEqual(expected)
    }),
  )
})

test('a line without end is told once, cut, and does not grow in memory', () => {
  const started = performance.now()
  const lines = narrate(Array.from({ length: 100_000 }, () => 'x'.repeat(50)))
  expect(lines).toHaveLength(1)
  expect(lines[0]?.length).toBeLessThan(600)
  expect(performance.now() - started).toBeLessThan(20_000)
})
