import { expect, test } from '@jest/globals'
import type { OpencodeConfig } from '../../src/opencode/config.ts'
import { parseModel } from '../../src/opencode/model.ts'
import type { Route } from '../../src/providers/broker/route.ts'
import { brokerKeys, refuseUnnamedKeys } from '../../src/providers/brokered-keys.ts'
import { planProvider } from '../../src/providers/plan.ts'

/** A key by its looks, in a header that is not called so. */
const random = 'aB3dE6gH9jK2mN5'

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
  SOME_REGION: 'eu',
}

/** The plans of these providers, what comes of their keys, and the routes that were opened for them. */
function broker(
  provider: OpencodeConfig['provider'],
  difference: { readonly models?: readonly string[]; readonly passEnv?: readonly string[] } = {},
) {
  const { models = [], passEnv = [] } = difference
  const routes: Route[] = []
  const named = models.flatMap((name) => parseModel(name) ?? [])
  const ids = [...Object.keys(provider ?? {}), ...named.map(({ providerID }) => providerID)]
  const source = { config: { provider }, models: named, env }
  const plans = [...new Set(ids)].map((id) => planProvider(id, source))
  refuseUnnamedKeys(plans, { env, passEnv })
  const open = (route: Route) => `http://broker/${routes.push(route)}`
  return { plans, ...brokerKeys(plans, { env, open }), routes }
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
  const { entries, routes } = broker(undefined, { models: [model] })
  expect(routes).toMatchObject([{ base, secrets: expect.arrayContaining([key]) }])
  const options = Object.values(entries)[0]?.options
  expect(options).toMatchObject({ baseURL: 'http://broker/1' })
  const [slot] = routes[0]?.slots ?? []
  expect(slot?.text).toMatch(new RegExp(`^(Bearer )?${options?.apiKey}$`))
  expect(slot?.value).toBe(slot?.text.replace(`${options?.apiKey}`, key))
})

const compatible = '/chat/completions'
const anthropic = '/messages'

test.each<{ what: string; entry: object; models: string[]; paths: string[]; headers: string[] }>([
  {
    what: 'an entry’s package counts for the models that it declares',
    entry: { npm: '@ai-sdk/anthropic', models: { m: {} } },
    models: [],
    paths: [anthropic],
    headers: ['x-api-key'],
  },
  {
    what: 'a model’s own package comes first',
    entry: { npm: '@ai-sdk/cohere', models: { m: { provider: { npm: '@ai-sdk/anthropic' } } } },
    models: [],
    paths: [anthropic],
    headers: ['x-api-key'],
  },
  {
    what: 'models with two packages have the calls of both',
    entry: { models: { m: {}, n: { provider: { npm: '@ai-sdk/anthropic' } } } },
    models: [],
    paths: [compatible, anthropic],
    headers: ['authorization', 'x-api-key'],
  },
  {
    what: 'a provider without a package is called as OpenAI is',
    entry: {},
    models: ['own/x'],
    paths: [compatible],
    headers: ['authorization'],
  },
])('$what', ({ entry, models, paths, headers }) => {
  const options = { baseURL: 'https://own.example/v1', apiKey: '{env:KEY}' }
  const { routes } = broker({ own: { options, ...entry } }, { models })
  const [{ calls = [], slots = [] } = {}] = routes
  for (const path of [compatible, anthropic, '/responses', '/chat', '/language-model', '/files'])
    expect([path, calls.some((call) => call.path.test(path))]).toEqual([path, paths.includes(path)])
  expect(slots.map(({ name }) => name)).toEqual(headers)
})

test('the calls of a package that opencode does not bundle are unknown, and its keys go to the usual headers', () => {
  const options = { baseURL: 'https://own.example/v1', apiKey: '{env:KEY}' }
  const { entries, routes } = broker({ own: { npm: 'own-sdk', options, models: { m: {} } } })
  expect(routes).toMatchObject([{ calls: undefined }])
  const placeholder = entries.own?.options?.apiKey
  expect(routes[0]?.slots.map(({ name, text }) => `${name}: ${text}`)).toEqual([
    `authorization: ${placeholder}`,
    `authorization: Bearer ${placeholder}`,
    `authorization: Token ${placeholder}`,
    `authorization: Key ${placeholder}`,
    `x-api-key: ${placeholder}`,
    `api-key: ${placeholder}`,
    `x-goog-api-key: ${placeholder}`,
  ])
})

test.each([
  ['zenmux/openai/gpt-5', [compatible, '/responses']],
  ['zenmux/anthropic/claude-opus-4.1', [anthropic]],
  ['azure/claude-sonnet-4-5', [anthropic]],
  ['azure/gpt-5', [compatible, '/responses']],
])('at the address of %s, the SDKs of the catalogue may make their calls', (model, paths) => {
  const { routes } = broker(undefined, { models: [model] })
  const calls = routes[0]?.calls ?? []
  for (const path of [compatible, anthropic, '/responses', '/chat', '/files'])
    expect([path, calls.some((call) => call.path.test(path))]).toEqual([path, paths.includes(path)])
})

test('models of one provider at two addresses get a route each', () => {
  const models = ['zenmux/openai/gpt-5', 'zenmux/anthropic/claude-opus-4.1']
  const { entries, routes } = broker(undefined, { models })
  expect(routes.map(({ base }) => base)).toEqual([
    'https://zenmux.ai/api/v1',
    'https://zenmux.ai/api/anthropic/v1',
  ])
  expect(entries.zenmux?.options?.baseURL).toBeUndefined()
  expect(entries.zenmux?.models).toEqual({
    'openai/gpt-5': { provider: { api: 'http://broker/1' } },
    'anthropic/claude-opus-4.1': { provider: { api: 'http://broker/2' } },
  })
})

test('each key in a provider’s entry is replaced by a placeholder, and nothing else changes', () => {
  const provider = {
    own: {
      npm: '@ai-sdk/openai-compatible',
      options: {
        baseURL: 'http://user:thePassword@127.0.0.1:11434/v1',
        apiKey: 'theKeyWrittenOut',
        authToken: 'Token {env:KEY}',
        queryParams: { key: '{env:KEY}', version: '2' },
        headers: {
          authorization: 'Basic written',
          'x-title': 'A title',
          'x-acme': `Acme ${random}`,
          'anthropic-beta': 'context-1m-2025-08-07',
          'x-region': 'in {env:SOME_REGION}',
          'x-none': '{env:VERCEL_REGION}',
        },
        timeout: 5,
      },
      models: { m: { headers: { 'X-Key': 'Bearer {env:KEY}' }, limit: { context: 1 } } },
    },
  }
  const { entries, routes, secrets: all } = broker(provider)
  const sealed = JSON.stringify(entries)
  for (const secret of ['theKey', 'thePassword', 'Basic written', '{env:KEY}', random])
    expect(sealed).not.toContain(secret)
  const placeholder = expect.stringMatching(/^placeholder-\w{32}$/)
  expect(entries.own).toEqual({
    npm: '@ai-sdk/openai-compatible',
    options: {
      baseURL: 'http://broker/1',
      apiKey: placeholder,
      authToken: placeholder,
      queryParams: { key: placeholder, version: '2' },
      headers: {
        authorization: placeholder,
        'x-title': 'A title',
        'x-acme': placeholder,
        'anthropic-beta': 'context-1m-2025-08-07',
        'x-region': 'in {env:SOME_REGION}',
        'x-none': '{env:VERCEL_REGION}',
      },
      timeout: 5,
    },
    models: { m: { headers: { 'X-Key': placeholder }, limit: { context: 1 } } },
  })
  const [{ slots = [], secrets = [] } = {}] = routes
  const options = entries.own?.options
  const filled = slots.map(({ part, name, text, value }) => [part, name, text, value])
  expect(filled).toEqual([
    ['header', 'authorization', `Bearer ${options?.apiKey}`, 'Bearer theKeyWrittenOut'],
    ['header', 'authorization', `Bearer ${options?.authToken}`, 'Bearer Token theKeyOfTheStep'],
    ['header', 'authorization', options?.headers?.authorization, 'Basic written'],
    ['header', 'x-title', 'A title', 'A title'],
    ['header', 'x-acme', options?.headers?.['x-acme'], `Acme ${random}`],
    ['header', 'anthropic-beta', 'context-1m-2025-08-07', 'context-1m-2025-08-07'],
    ['header', 'x-region', 'in eu', 'in eu'],
    ['header', 'x-none', '', ''],
    ['query', 'key', expect.stringMatching(/^placeholder-/), 'theKeyOfTheStep'],
    ['query', 'version', '2', '2'],
    ['header', 'x-key', expect.stringMatching(/^placeholder-/), 'Bearer theKeyOfTheStep'],
  ])
  const expected = [
    `Acme ${random}`,
    'theKeyWrittenOut',
    'theKeyOfTheStep',
    'Basic written',
    'written',
    'thePassword',
  ]
  expect(new Set(secrets)).toEqual(new Set(expected))
  expect(new Set(all)).toEqual(new Set(expected))
})

test('a password with a percent sign that encodes nothing is taken literally', () => {
  const options = { baseURL: 'http://me:100%sure@127.0.0.1:11434/v1' }
  expect(broker({ own: { options, models: { m: {} } } }).secrets).toEqual(['100%sure'])
})

test('a local provider without a key gets a route and no placeholder', () => {
  const ollama = { options: { baseURL: 'http://127.0.0.1:11434/v1' }, models: { m: {} } }
  const { entries, routes, sources } = broker({ ollama })
  expect(entries.ollama?.options).toEqual({ baseURL: 'http://broker/1' })
  expect(routes).toMatchObject([{ slots: [] }])
  expect([...sources]).toEqual([])
})

test('a provider that has no key and no entry is left out, so that it does not look connected', () => {
  expect(broker(undefined, { models: ['groq/x'] })).toMatchObject({ entries: {}, routes: [] })
})

test('a plan says whether a provider is brokered, and why not', () => {
  const provider = {
    watsonx: { options: { apiKey: 'x' } },
    local: { npm: 'own-sdk', api: 'http://h' },
  }
  const models = ['openai/gpt-5', 'groq/x', 'amazon-bedrock/x']
  expect(broker(provider, { models }).plans).toMatchObject([
    { id: 'watsonx', brokered: false, reason: 'unknown address' },
    {
      id: 'local',
      brokered: true,
      package: 'own-sdk',
      addresses: { all: [{ base: 'http://h/' }] },
    },
    {
      id: 'openai',
      brokered: true,
      package: '@ai-sdk/openai',
      variables: ['OPENAI_API_KEY'],
      entry: { options: { apiKey: '{env:OPENAI_API_KEY}' } },
    },
    { id: 'groq', brokered: false, reason: 'neither key nor entry' },
    { id: 'amazon-bedrock', brokered: false, reason: 'signs its requests' },
  ])
})

test.each([
  ['amazon-bedrock', 'this provider signs its own requests'],
  ['google-vertex', 'this provider signs its own requests'],
  ['cloudflare-ai-gateway', 'this provider signs its own requests'],
  ['watsonx', 'its address is not known'],
])(
  'a key that the configuration names for %s, which can’t be brokered, needs pass-env',
  (id, why) => {
    const provider = { [id]: { options: { apiKey: '{env:KEY}' } } }
    expect(() => broker(provider)).toThrow(
      `because ${why}. KEY is set. List it in pass-env, if the agent may have it.`,
    )
    expect(broker(provider, { passEnv: ['KEY'] })).toMatchObject({ entries: provider, routes: [] })
  },
)
