import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addressBelow, modelCall, readTarget } from '../../../src/providers/broker/target.ts'

const none = new URLSearchParams()

test('a plain path below the base is sent there with its query', () => {
  const target = readTarget('/token/openai/models/gemini-2.5:streamGenerateContent?alt=sse')
  expect(target).toEqual({
    token: 'token',
    provider: 'openai',
    path: '/models/gemini-2.5:streamGenerateContent',
    query: 'alt=sse',
  })
  const path = target?.path ?? ''
  expect(
    addressBelow('https://host/v1beta/', { path, query: new URLSearchParams('alt=sse') }),
  ).toBe('https://host/v1beta/models/gemini-2.5:streamGenerateContent?alt=sse')
})

test('the query of a base is added, unless the request has its own', () => {
  const base = 'https://host/openai/v1?api-version=v1'
  expect(addressBelow(base, { path: '/responses', query: none })).toBe(
    'https://host/openai/v1/responses?api-version=v1',
  )
  const query = new URLSearchParams('api-version=2')
  expect(addressBelow(base, { path: '/responses', query })).toBe(
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
  '/token/openai/responses?x#y',
  '/token/openai/responses;a=b',
  '/token/openai/files;/chat/completions',
  '/token/openai/%66iles/chat/completions',
  '/token/openai/models%2Fm:generateContent',
  '/token/openai/models/m%3AgenerateContent',
  '/token/openai/responses/',
  '/token/openai/responses//',
  '/token/openai/..',
  '/token/openai/.?x',
  '/token/openai/responses/..?x',
  '/token/openai/a+b/responses',
  '/token/openai/a,b/responses',
  '/token/openai/a=b/responses',
  '/token/openai/a&b/responses',
  '/token/openai/a*/responses',
  '/token/openai/(a)/responses',
  '/token/openai/responses?a b',
  '/token/openai/responses?\u00e9',
  'token/openai/responses',
  '?/token/openai/responses',
  '/token/openai/respons\u00e9s',
  '/token/openai',
  '/token/openai/',
  '/token',
  '*',
  'evil.example:443',
])('%s is no plain path below the broker’s own', (raw) => {
  expect(readTarget(raw)).toBeUndefined()
})

test('every accepted request stays at the provider’s origin and below its path', () => {
  const piece = fc.constantFrom(
    ...['a', '.', '..', '/', '//', '\\', '%2e', '%2F', '%00', '@', ':', '?', '#', '&', ';', ' '],
    ...['evil.example', '[', ']', '\t', '\u00e9', 'responses', '*', '%', '~'],
  )
  const raw = fc.array(piece, { maxLength: 12 }).map((pieces) => `/t/p/${pieces.join('')}`)
  let taken = 0
  fc.assert(
    fc.property(raw, (text) => {
      const target = readTarget(text)
      const query = new URLSearchParams(target?.query)
      const address = target && addressBelow('https://api.example/v1/base', { ...target, query })
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

const generate = modelCall('{model}:generateContent', { alt: 'sse' })
const deployed = modelCall('/deployments/{id}/responses', { 'api-version': '{id}' })

test.each([
  [generate, '/models/gemini-2.5-pro:generateContent'],
  [generate, '/tunedModels/mine_1:generateContent'],
  [generate, '/@cf/maker/m.1:generateContent'],
  [deployed, '/deployments/gpt-5.1/responses'],
])('%j is asked by %s', ({ path }, text) => expect(path.test(text)).toBe(true))

test.each([
  [generate, '/gemini:generateContent'],
  [generate, '/models/gemini:streamGenerateContent'],
  [generate, '/models/gemini:batchGenerateContent'],
  [generate, '/models/gemini:generateContent:generateContent'],
  [generate, '/models/gemini:predict'],
  [generate, '/models/gemini:generateContentX'],
  [generate, '/models/gemini:generateContent/operations'],
  [generate, '/models/:generateContent'],
  [generate, '/models/.gemini:generateContent'],
  [generate, '/models/-gemini:generateContent'],
  [generate, '/models/../files:generateContent'],
  [deployed, '/deployments/a/b/responses'],
  [deployed, '/deployments//responses'],
  [deployed, '/deployments/..responses'],
  [deployed, '/x/deployments/a/responses'],
  [deployed, '/deployments/a/responses/x'],
  [modelCall('/chat'), '/chat/completions'],
  [modelCall('/chat'), '/Chat'],
  [modelCall('/v1.5/chat'), '/v1x5/chat'],
])('%j is not asked by %s', ({ path }, text) => expect(path.test(text)).toBe(false))

test('the values of a query are exact, too', () => {
  expect(generate.query.get('alt')?.test('sse')).toBe(true)
  expect(generate.query.get('alt')?.test('sse2')).toBe(false)
  expect(deployed.query.get('api-version')?.test('2025-01-01-preview')).toBe(true)
  expect(deployed.query.get('api-version')?.test('v1&key=x')).toBe(false)
})

test('the time to read a path grows only with its length', () => {
  const cpuOf = (length: number) => {
    const texts = ['/a', '/a.', '/..a', ':', '@', '/%'].map((part) => part.repeat(length))
    const start = process.cpuUsage()
    for (const text of texts) {
      readTarget(`/token/p${text}`)
      generate.path.test(text)
    }
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  cpuOf(100_000)
  expect(cpuOf(1_000_000)).toBeLessThan(cpuOf(500_000) * 3 + 100_000)
})
