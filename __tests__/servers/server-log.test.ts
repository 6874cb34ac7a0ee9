import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLineReader } from '../../src/servers/server-log.ts'

function read(pieces: readonly string[]): readonly (readonly [string, string])[] {
  const lines: [string, string][] = []
  const take = createLineReader((line, end) => lines.push([line, end]))
  for (const piece of pieces) take(piece)
  return lines
}

test('lines are the same wherever the text is cut, and empty ones are left out', () => {
  const word = fc.constantFrom('a', 'level=INFO b', '\r\n', '\n', 'é')
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.nat(40)), (words, cuts) => {
      const text = `${words.join('')}\n`
      const borders = [...new Set(cuts)].filter((cut) => cut < text.length).sort((a, b) => a - b)
      const pieces = [...borders, text.length].map((end, at) =>
        text.slice(borders[at - 1] ?? 0, end),
      )
      const expected = text.split('\n').map((line) => line.replace(/\r$/, ''))
      expect(
        read(pieces)
          .map(([line]) => line)
          .filter(Boolean),
      ).toEqual(expected.filter(Boolean))
    }),
  )
})

test('a line without an end is passed on in parts, which together are the line', () => {
  const pieces = Array.from({ length: 50 }, (_, at) => `${at}`.repeat(5000))
  const lines = read([...pieces, 'end\nnext\n'])
  expect(lines.length).toBeGreaterThan(5)
  for (const [line] of lines) expect(line.length).toBeLessThan(80_000)
  const whole = lines.map(([line, end]) => line + end).join('')
  expect(whole).toBe(`${pieces.join('')}end\nnext\n`)
})
