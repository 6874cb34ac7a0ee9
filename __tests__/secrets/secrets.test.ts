import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createSecrets } from '../../src/secrets/secrets.ts'

test('a secret comes out of no text, as it is or as JSON writes it, and was masked first', () => {
  const secret = fc
    .string({ minLength: 6, maxLength: 40, unit: 'grapheme-ascii' })
    .filter((value) => value.trim().length >= 6)
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.string(), (values, text) => {
      const masked: string[] = []
      const secrets = createSecrets((value) => masked.push(value))
      for (const value of values) secrets.add(value)
      const redacted = secrets.redact(`${text}${values.join(text)} ${JSON.stringify(values)}`)
      for (const value of values) {
        expect(masked).toContain(value)
        if (!/^[*]+$/.test(value)) expect(redacted.split('***').join('\n')).not.toContain(value)
      }
    }),
  )
})

test('short values are no secrets: redacting them would spoil every text', () => {
  const secrets = createSecrets(() => undefined)
  secrets.add('true')
  expect(secrets.redact('it is true')).toBe('it is true')
})

test('the values, and the lines of one, are known to the scan before publishing', () => {
  const secrets = createSecrets(() => undefined)
  secrets.add('first "line"\nsecond line\nend')
  expect(secrets.values()).toEqual([
    'first "line"\nsecond line\nend',
    'first "line"',
    'second line',
  ])
})

test('a JSON Web Token comes out of a line, though its value is not known', () => {
  const secrets = createSecrets(() => undefined)
  const one = `eyJ${'aB3d'.repeat(6)}.eyJ${'aB3d'.repeat(10)}.${'aB3d'.repeat(9)}`
  expect(secrets.redact(`Bearer ${one}, and`)).toBe('Bearer ***, and')
})
