import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createEventDecoder, readEvent } from '../../src/opencode/v1/events.ts'

function decode(chunks: readonly Uint8Array[]): string[] {
  const texts: string[] = []
  const feed = createEventDecoder((data) => texts.push(data))
  for (const chunk of chunks) feed(chunk)
  return texts
}

function cut(bytes: Uint8Array, borders: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(borders.map((border) => border % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  )
  return [...sorted, bytes.length].map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end))
}

const values = fc.array(
  fc.object({
    key: fc.string({ unit: 'binary' }),
    values: [fc.string({ unit: 'binary' }), fc.integer()],
  }),
  { maxLength: 8 },
)

test('events come out whole, wherever the stream is cut, within characters and line breaks too', () => {
  const lineBreak = fc.constantFrom('\n', '\r\n')
  fc.assert(
    fc.property(values, fc.array(fc.nat(), { maxLength: 40 }), lineBreak, (items, borders, end) => {
      const json = items.map((item) => JSON.stringify(item))
      const text = json.map((item) => `data: ${item}${end}${end}`).join('')
      expect(decode(cut(Buffer.from(text), borders))).toEqual(json)
    }),
  )
})

test('a line of the stream that never ends is no event, and is not held for good', () => {
  const feed = createEventDecoder(() => undefined)
  const megabyte = Buffer.alloc(1 << 20, 'x')
  for (let count = 0; count < 64; count++) feed(megabyte)
  expect(() => feed(megabyte)).toThrow('has no end')
})

test('comments and other fields are passed over', () => {
  const text = ': hello\n\nid: 1\nevent: x\ndata: {"a":1}\n\ndata: {"b":2}\n\n'
  expect(decode([Buffer.from(text)])).toEqual(['{"a":1}', '{"b":2}'])
})

test('an event of a kind that the action does not read is none, and so is a malformed one', () => {
  const read = (value: unknown) => readEvent(JSON.stringify(value))
  expect(read({ type: 'session.idle', properties: { sessionID: 'ses_1' } })).toBeDefined()
  expect(read({ type: 'plugin.added', properties: {} })).toBeUndefined()
  expect(read({ type: 'session.idle', properties: {} })).toBeUndefined()
  expect(read('text')).toBeUndefined()
  expect(readEvent('{broken')).toBeUndefined()
})
