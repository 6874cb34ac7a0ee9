import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Route } from '../../src/broker/broker.ts'
import type { OpencodeConfig } from '../../src/opencode/config.ts'
import { keepKeys } from '../../src/opencode/kept-keys.ts'
import { parseModel } from '../../src/opencode/model.ts'

const directory = mkdtempSync(join(tmpdir(), 'opencode-driver-keys-'))
const env = {
  KEY: 'theKeyOfTheStep',
  OPENAI_API_KEY: 'sk-openai',
  ANTHROPIC_API_KEY: 'sk-anthropic',
  // As it comes out of a file.
  GEMINI_API_KEY: 'sk-gemini\n',
  AZURE_RESOURCE_NAME: 'mine',
  AZURE_API_KEY: 'sk-azure',
  DATABRICKS_HOST: 'dbc.example',
  DATABRICKS_TOKEN: 'sk-databricks',
  ZENMUX_API_KEY: 'sk-zenmux',
  VERCEL: '1',
}

/** What comes of the keys of these providers, and the ways that were opened for them. */
function keep(
  provider: OpencodeConfig['provider'],
  difference: { readonly models?: readonly string[]; readonly passEnv?: readonly string[] } = {},
) {
  const { models = [], passEnv = [] } = difference
  const routes: Route[] = []
  const fallbackModels = models.flatMap((name) => parseModel(name) ?? [])
  const ids = [
    ...Object.keys(provider ?? {}),
    ...fallbackModels.map(({ providerID }) => providerID),
  ]
  const kept = keepKeys({
    inputs: { model: undefined, fallbackModels, config: { provider }, passEnv, directory },
    env,
    used: [...new Set(ids)],
    open(route) {
      routes.push(route)
      return `http://broker/${routes.length}`
    },
  })
  return { ...kept, routes }
}

test.each([
  ['openai/gpt-5', 'https://api.openai.com/v1', 'sk-openai'],
  ['anthropic/claude-sonnet-4-5', 'https://api.anthropic.com/v1', 'sk-anthropic'],
  ['google/gemini-2.5-pro', 'https://generativelanguage.googleapis.com/v1beta', 'sk-gemini'],
  ['azure/gpt-5', 'https://mine.openai.azure.com/openai/v1?api-version=v1', 'sk-azure'],
  ['databricks/x', 'https://dbc.example/ai-gateway/mlflow/v1', 'sk-databricks'],
  ['zenmux/openai/gpt-5', 'https://zenmux.ai/api/v1', 'sk-zenmux'],
  ['zenmux/anthropic/claude-opus-4.1', 'https://zenmux.ai/api/anthropic/v1', 'sk-zenmux'],
])('%s is called at %s with the key of the step', (model, base, key) => {
  const { providers, routes } = keep(undefined, { models: [model] })
  expect(routes).toMatchObject([{ base, anyPath: false }])
  const options = Object.values(providers)[0]?.options
  expect(options).toMatchObject({ baseURL: 'http://broker/1' })
  expect([...(routes[0]?.keys ?? [])]).toEqual([[options?.apiKey, key]])
})

test('models of one provider at two addresses get a way each', () => {
  const models = ['zenmux/openai/gpt-5', 'zenmux/anthropic/claude-opus-4.1']
  const { providers, routes } = keep(undefined, { models })
  expect(routes.map(({ base }) => base)).toEqual([
    'https://zenmux.ai/api/v1',
    'https://zenmux.ai/api/anthropic/v1',
  ])
  expect(providers.zenmux?.options?.baseURL).toBeUndefined()
  expect(providers.zenmux?.models).toEqual({
    'openai/gpt-5': { provider: { api: 'http://broker/1' } },
    'anthropic/claude-opus-4.1': { provider: { api: 'http://broker/2' } },
  })
})

test('wherever a provider’s entry has a key, a placeholder stands, and nothing else is changed', () => {
  writeFileSync(join(directory, 'key.txt'), 'theKeyOfTheFile\n')
  const provider = {
    own: {
      npm: '@ai-sdk/openai-compatible',
      options: {
        baseURL: 'http://user:thePassword@127.0.0.1:11434/v1',
        apiKey: '{file:key.txt}',
        authToken: 'Token {env:KEY}',
        queryParams: { key: '{env:KEY}', version: '2' },
        headers: {
          authorization: 'Basic written',
          'x-title': 'A title',
          'x-region': '{env:VERCEL_REGION}',
        },
        timeout: 5,
      },
      models: { m: { headers: { 'x-key': 'Bearer {env:KEY}' }, limit: { context: 1 } } },
    },
  }
  const { providers, routes, values } = keep(provider)
  const sealed = JSON.stringify(providers)
  for (const secret of ['theKeyOf', 'thePassword', 'Basic written', '{env:KEY}', '{file:'])
    expect(sealed).not.toContain(secret)
  const placeholder = expect.stringMatching(/^placeholder-\w{32}$/)
  expect(providers.own).toEqual({
    npm: '@ai-sdk/openai-compatible',
    options: {
      baseURL: 'http://broker/1',
      apiKey: placeholder,
      authToken: expect.stringMatching(/^Token placeholder-\w{32}$/),
      queryParams: { key: placeholder, version: '2' },
      headers: {
        authorization: placeholder,
        'x-title': 'A title',
        'x-region': '{env:VERCEL_REGION}',
      },
      timeout: 5,
    },
    models: {
      m: {
        headers: { 'x-key': expect.stringMatching(/^Bearer placeholder-\w{32}$/) },
        limit: { context: 1 },
      },
    },
  })
  expect(new Set(routes[0]?.keys.values())).toEqual(
    new Set(['theKeyOfTheFile', 'theKeyOfTheStep', 'Basic written']),
  )
  expect(values).toContain('thePassword')
})

test('a local provider without a key gets a way, and no placeholder', () => {
  const ollama = { options: { baseURL: 'http://127.0.0.1:11434/v1' }, models: { m: {} } }
  const { providers, routes, sources } = keep({ ollama })
  expect(providers.ollama?.options).toEqual({ baseURL: 'http://broker/1' })
  expect(routes[0]?.keys.size).toBe(0)
  expect([...sources]).toEqual([])
})

test('a provider that has no key and no entry is left out, so that it does not look connected', () => {
  expect(keep(undefined, { models: ['groq/x'] })).toMatchObject({ providers: {}, routes: [] })
})

test.each([
  ['amazon-bedrock', 'this provider signs its requests itself'],
  ['google-vertex', 'this provider signs its requests itself'],
  ['cloudflare-ai-gateway', 'this provider signs its requests itself'],
  ['watsonx', 'its address is not known'],
])(
  'a key that the configuration names for %s, which can’t be brokered, needs pass-env',
  (id, why) => {
    const provider = { [id]: { options: { apiKey: '{env:KEY}' } } }
    expect(() => keep(provider)).toThrow(
      `since ${why}. KEY is set: name it in pass-env, if the agent may have it.`,
    )
    expect(keep(provider, { passEnv: ['KEY'] })).toMatchObject({ providers: provider, routes: [] })
  },
)
