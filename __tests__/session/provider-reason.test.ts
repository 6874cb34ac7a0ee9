import { expect, test } from '@jest/globals'
import { isFinal, reasonIn } from '../../src/session/provider-reason.ts'

test.each([
  ['You exceeded your current quota, please check your plan and billing details.', 'quota'],
  ['Your credit balance is too low to access the Anthropic API.', 'quota'],
  ['Insufficient Balance', 'quota'],
  ['Insufficient credits. Add more using https://openrouter.ai/credits', 'quota'],
  ['Free usage exceeded, add credits', 'quota'],
  ['You have reached your weekly limit', 'quota'],
  ['You exceeded your current quota. Please retry in 32.5s.', 'rate'],
  [
    'Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000. Please try again in 6s.',
    'rate',
  ],
  ['Too Many Requests', 'rate'],
  ['Provider is overloaded', 'rate'],
  ['This organization has been disabled.', 'account'],
  ['The OpenAI account associated with this API key has been deactivated.', 'account'],
  ['Invalid API key provided', 'key'],
  ['API key expired. Please renew the API key.', 'key'],
  ['Internal server error', 'other'],
  ['Cannot connect to API: connect ECONNREFUSED', 'other'],
  ['Provider response headers timed out after 300000ms', 'other'],
] as const)('“%s” is read as %s', (message, reason) => {
  expect(reasonIn(message)).toBe(reason)
  expect(isFinal(reasonIn(message))).toBe(!['rate', 'other'].includes(reason))
})
