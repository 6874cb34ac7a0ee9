import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  configuredProviders,
  mergeConfig,
  parseConfig,
  referencedVariables,
} from '../../src/opencode/config.ts'

test('what is wrong with a configuration is told without repeating its text', () => {
  const { problem } = parseConfig(
    '{\n"provider": {"x": {"options": {"apiKey": 5, "y": "sk-secret"}}}}',
  )
  expect(problem).toContain('provider.x.options.apiKey')
  expect(problem).not.toContain('sk-secret')
})

test('providers are found wherever a configuration names them', () => {
  const config = {
    model: 'a/x',
    small_model: 'b/y',
    provider: { c: {} },
    agent: { z: { model: 'd/e/f' } },
  }
  expect(configuredProviders(config).sort()).toEqual(['a', 'b', 'c', 'd'])
})

test('variables are found at any depth, each once', () => {
  const config = {
    provider: { a: { options: { apiKey: '{env:ONE}', baseURL: 'http://{env:TWO}/{env:ONE}' } } },
  }
  expect(referencedVariables(config)).toEqual(['ONE', 'TWO'])
})

test('merging keeps everything of the upper configuration, and what it does not name of the lower', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue())
  fc.assert(
    fc.property(json, json, (base, over) => {
      const merged = mergeConfig(base, over)
      expect(Object.keys(merged).sort()).toEqual(
        [...new Set([...Object.keys(base), ...Object.keys(over)])].sort(),
      )
      expect(mergeConfig(merged, over)).toEqual(merged)
    }),
  )
  expect(mergeConfig({ a: { b: 1, c: [1] } }, { a: { c: [2] } })).toEqual({ a: { b: 1, c: [2] } })
})
