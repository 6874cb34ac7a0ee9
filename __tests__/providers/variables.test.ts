import { expect, test } from '@jest/globals'
import type { OpencodeConfig } from '../../src/opencode/config.ts'
import { missingKey } from '../../src/providers/variables.ts'

type Options = NonNullable<NonNullable<OpencodeConfig['provider']>[string]['options']>

const missing = (
  id: string,
  options: Options | undefined,
  env: Readonly<Record<string, string>> = {},
) => missingKey(id, { config: options ? { provider: { [id]: { options } } } : {}, env })

test.each<[string, Options | undefined, Readonly<Record<string, string>>, readonly string[]]>([
  ['openai', undefined, {}, ['OPENAI_API_KEY']],
  ['openai', undefined, { OPENAI_API_KEY: '' }, ['OPENAI_API_KEY']],
  ['openai', undefined, { OPENAI_API_KEY: 'sk-1' }, []],
  ['openai', {}, {}, ['OPENAI_API_KEY']],
  ['openai', { apiKey: 'literal' }, {}, []],
  ['openai', { apiKey: '{env:MINE}' }, { OPENAI_API_KEY: 'sk-1' }, ['MINE']],
  ['openai', { apiKey: '{env:MINE}' }, { MINE: 'sk-1' }, []],
  ['openai', { baseURL: 'http://127.0.0.1:1/v1' }, {}, []],
  ['openai', { baseURL: 'https://gateway', apiKey: '{env:MINE}' }, { MINE: '' }, ['MINE']],
  ['local', { baseURL: 'http://127.0.0.1:1/v1' }, {}, []],
  ['local', { headers: { 'x-key': '{env:MINE}', 'x-title': 'ci' } }, {}, ['MINE']],
  ['local', { headers: { 'x-key': '{env:MINE}' } }, { MINE: 'k' }, []],
  ['local', undefined, {}, []],
  ['rehearsal', undefined, {}, []],
  ['azure', undefined, { AZURE_RESOURCE_NAME: 'mine' }, ['AZURE_API_KEY']],
])('%s with %j and %j has no key in %j', (id, options, env, expected) => {
  expect(missing(id, options, env)).toEqual(expected)
})
