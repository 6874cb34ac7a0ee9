import { expect, test } from '@jest/globals'
import { judgeFailure } from '../../src/session/judge-failure.ts'

test('the stack of a failure is not told, whatever the message has many lines of', () => {
  const message = 'It broke.\n\n  Look at this.\n    at f (a.js:1:1)\n    at g (b.js:2:2)'
  const failure = { name: 'UnknownError', data: { message } }
  const { reason } = judgeFailure(failure, { model: 'a/b', log: '' })
  expect(reason).toContain('“It broke. Look at this.”')
})
