import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addressBelow, isModelCall, readTarget } from '../../src/broker/target.ts'

test('a plain path below the base goes there, with its query', () => {
  const target = readTarget('/token/openai/models/gemini-2.5:streamGenerateContent?alt=sse')
  expect(target).toMatchObject({ token: 'token', provider: 'openai', query: 'alt=sse' })
  expect(target && addressBelow('https://host/v1beta/', target)).toBe(
    'https://host/v1beta/models/gemini-2.5:streamGenerateContent?alt=sse',
  )
})

test('the query of a base is added, unless the request has its own', () => {
  const base = 'https://host/openai/v1?api-version=v1'
  expect(addressBelow(base, { path: '/responses', query: '' })).toBe(
    'https://host/openai/v1/responses?api-version=v1',
  )
  expect(addressBelow(base, { path: '/responses', query: 'api-version=2' })).toBe(
    'https://host/openai/v1/responses?api-version=2',
  )
})

test.each([
  'http://evil.example/token/openai/responses',
  '//evil.example/openai/responses',
  '/token/openai//evil.example/responses',
  '/token/openai/../../other/responses',
  '/token/openai/./responses',
  '/token/openai/%2e%2e/responses',
  '/token/openai/%2E./responses',
  '/token/openai/a%2fb/responses',
  '/token/openai/a%5Cb/responses',
  '/token/openai/a\\b/responses',
  '/token/openai/a%252e/responses',
  '/token/openai/responses#x',
  '/token/openai/respons\u00e9s',
  '/token/openai',
  '/token/openai/',
  '/token',
  '*',
  'evil.example:443',
])('%s is no plain path below the broker’s own', (raw) => {
  expect(readTarget(raw)).toBeUndefined()
})

test('whatever is asked for stays at the provider’s origin and below its path', () => {
  const piece = fc.constantFrom(
    ...['a', '.', '..', '/', '//', '\\', '%2e', '%2F', '%00', '@', ':', '?', '#', '&', ';', ' '],
    ...['evil.example', '[', ']', '\t', '\u00e9', 'responses', '*', '%', '~'],
  )
  const raw = fc.array(piece, { maxLength: 12 }).map((pieces) => `/t/p/${pieces.join('')}`)
  let taken = 0
  fc.assert(
    fc.property(raw, (text) => {
      const target = readTarget(text)
      const address = target && addressBelow('https://api.example/v1/base', target)
      if (!address) return
      taken += 1
      const url = new URL(address)
      expect(url.origin).toBe('https://api.example')
      expect(url.pathname.startsWith('/v1/base/')).toBe(true)
      expect(url.pathname).toBe(`/v1/base${target.path}`)
    }),
    { numRuns: 5000 },
  )
  expect(taken).toBeGreaterThan(100)
})

test.each([
  '/chat/completions',
  '/openai/chat/completions',
  '/deployments/gpt/chat/completions',
  '/responses',
  '/messages',
  '/chat',
  '/language-model',
  '/models/gemini:generateContent',
  '/models/gemini:streamGenerateContent',
])('%s is a call of a model', (path) => expect(isModelCall(path)).toBe(true))

test.each([
  '/files',
  '/batches',
  '/messages/batches',
  '/fine_tuning/jobs',
  '/keys',
  '/models',
  '/responses/resp_1/cancel',
  '/organization/admin_api_keys',
  '/models/gemini:batchGenerateContent',
])('%s is none', (path) => expect(isModelCall(path)).toBe(false))
