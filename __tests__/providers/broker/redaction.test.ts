import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createRedaction, redactText } from '../../../src/providers/broker/redaction.ts'
import { writtenForms } from '../../../src/secrets/forms.ts'

/** Few letters, so that values begin within one another and at the end of a piece. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 })
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 60 })

test('wherever a stream is cut, the result is the text without the values, and nothing is held back at the end', () => {
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 4 }),
      texts,
      fc.array(fc.nat(), { maxLength: 8 }),
      (values, text, borders) => {
        const bytes = Buffer.from(text)
        const cuts = [...borders.map((at) => at % (bytes.length + 1)), 0, bytes.length].sort(
          (a, b) => a - b,
        )
        const redaction = createRedaction(values)
        const out = cuts
          .slice(1)
          .map((end, at) => redaction.take(bytes.subarray(cuts[at], end)))
          .concat(redaction.end())
        const longestFirst = [...values].sort((a, b) => b.length - a.length)
        const pattern = new RegExp(longestFirst.join('|'), 'g')
        expect(Buffer.concat(out).toString()).toBe(text.replace(pattern, '***'))
      },
    ),
    { numRuns: 2000 },
  )
})

test('text that can’t be the beginning of a value is passed on at once', () => {
  const redaction = createRedaction(['sk-secret'])
  expect(redaction.take(Buffer.from('data: hello')).toString()).toBe('data: hello')
  expect(redaction.take(Buffer.from('key sk-sec')).toString()).toBe('key ')
  expect(redaction.take(Buffer.from('ond')).toString()).toBe('sk-second')
})

test('a key is found in its URL and JSON encoding', () => {
  const forms = writtenForms(['a key/with "quotes"'])
  const seen = JSON.stringify({ url: `/v1?key=${encodeURIComponent('a key/with "quotes"')}` })
  expect(redactText(seen, forms)).toBe('{"url":"/v1?key=***"}')
  expect(redactText(JSON.stringify('a key/with "quotes"'), forms)).toBe('"***"')
})

/** Microseconds of the processor. */
function cpuOf(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

const key = 'sk-0123456789abcdefghij'
const forms = writtenForms([key, `another ${key}/key`, 'x'.repeat(2000), 'xxxxxxxy'])
const worst = [
  key,
  `${key} `,
  'sk-',
  'x',
  'xxxxxxx',
  'another ',
  key.slice(1),
  `${key.slice(0, -1)}`,
]

test.each([
  { pieces: 'in one piece', size: Number.POSITIVE_INFINITY, length: 500_000 },
  { pieces: 'in small pieces', size: 100, length: 150_000 },
])('twice the text takes about twice the time, $pieces', ({ size, length }) => {
  const redactAll = (part: string, total: number) => {
    const bytes = Buffer.from(part.repeat(total / part.length))
    const redaction = createRedaction(forms)
    for (let at = 0; at < bytes.length; at += size) redaction.take(bytes.subarray(at, at + size))
    redaction.end()
  }
  redactAll(key, 20_000)
  for (const part of worst) {
    const [once, twice] = [length, 2 * length].map((total) => cpuOf(() => redactAll(part, total)))
    expect([part, (twice ?? 0) < (once ?? 0) * 3 + 100_000]).toEqual([part, true])
  }
})

test('a chunk full of keys takes as long as many small ones', () => {
  const bytes = Buffer.from(`${key} `.repeat(100_000))
  const redactIn = (size: number) => {
    const redaction = createRedaction(forms)
    for (let at = 0; at < bytes.length; at += size) redaction.take(bytes.subarray(at, at + size))
  }
  redactIn(10_000)
  expect(cpuOf(() => redactIn(bytes.length))).toBeLessThan(
    cpuOf(() => redactIn(10_000)) * 5 + 200_000,
  )
})
