import { expect, test } from '@jest/globals'
import { code, plain } from '../../src/publish/labels.ts'
import { safeLine } from '../../src/text/log-line.ts'
import { quote, showInvisible, showName } from '../../src/text/text.ts'

test.each([
  ['a\u202eb', 'a\\u202eb'],
  ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
  ['a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['a\u{e0041}', 'a\\u{e0041}'],
  ['a\u001b[31m', 'a\\u001b[31m'],
  ['a\nb\r\tc', 'a\\u000ab\\u000d\\u0009c'],
  ['a\u2028b\u00a0c', 'a\\u2028b\\u00a0c'],
  ['a b-ü 👩‍👩‍👧 می‌خواهم', 'a b-ü 👩‍👩‍👧 می‌خواهم'],
])('%j as a name of a file is shown as %s', (name, shown) => {
  expect(showName(name)).toBe(shown)
  expect(code(name)).toBe(`\`${shown}\``)
})

test('what no reader sees is shown wherever foreign text is quoted', () => {
  const text = 'a\u202eb\u200bc'
  const shown = 'a\\u202eb\\u200bc'
  expect(showInvisible(text)).toBe(shown)
  expect(quote(text)).toBe(`“${shown}”`)
  expect(plain(text)).toBe(shown.replaceAll('\\', '&#92;'))
  expect(safeLine(text)).toBe(shown)
})

test('text over several lines is quoted on one', () => {
  expect(quote('a\n b')).toBe('“a b”')
})
