import { expect, test } from '@jest/globals'
import { requireSupported, unsupportedVersion } from '../../src/opencode/version.ts'

test.each(['1.2.27', '1.2.28', '1.3.0', '1.18.33', '1.99.0'])('%s can be driven', (version) => {
  expect(unsupportedVersion(version)).toBeUndefined()
  expect(() => requireSupported(version)).not.toThrow()
})

test.each([
  ['0.15.3', /opencode 0\.x has another API/],
  ['2.0.0', /opencode 2\.x has another API/],
  ['10.1.0', /opencode 10\.x has another API/],
  ['1.0.0', /is too old/],
  ['1.2.26', /is too old/],
])('%s is refused, with what to use instead', (version, why) => {
  const problem = unsupportedVersion(version) ?? ''
  expect(problem).toMatch(why)
  expect(problem).toContain('use a version from 1.2.27 up to, but not including, 2.0.0')
  expect(() => requireSupported(version)).toThrow(problem)
})
