import { expect, test } from '@jest/globals'
import type { OpencodeConfig } from '../../src/opencode/config.ts'
import { parseModel } from '../../src/opencode/model.ts'
import type { Route } from '../../src/providers/broker/route.ts'
import { keepKeys } from '../../src/providers/kept-keys.ts'

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
    inputs: { model: undefined, fallbackModels, config: { provider }, passEnv },
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
  expect(routes).toMatchObject([{ base, secrets: expect.arrayContaining([key]) }])
  const options = Object.values(providers)[0]?.options
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
  const { routes } = keep({ own: { options, ...entry } }, { models })
  const [{ calls = [], slots = [] } = {}] = routes
  for (const path of [compatible, anthropic, '/responses', '/chat', '/language-model', '/files'])
    expect([path, calls.some((call) => call.path.test(path))]).toEqual([path, paths.includes(path)])
  expect(slots.map(({ name }) => name)).toEqual(headers)
})

test('of a package that opencode does not bring along, calls are not known, and keys go where they mostly do', () => {
  const options = { baseURL: 'https://own.example/v1', apiKey: '{env:KEY}' }
  const { providers, routes } = keep({ own: { npm: 'own-sdk', options, models: { m: {} } } })
  expect(routes).toMatchObject([{ calls: undefined }])
  const placeholder = providers.own?.options?.apiKey
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
  const { routes } = keep(undefined, { models: [model] })
  const calls = routes[0]?.calls ?? []
  for (const path of [compatible, anthropic, '/responses', '/chat', '/files'])
    expect([path, calls.some((call) => call.path.test(path))]).toEqual([path, paths.includes(path)])
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
  const { providers, routes, values } = keep(provider)
  const sealed = JSON.stringify(providers)
  for (const secret of ['theKey', 'thePassword', 'Basic written', '{env:KEY}', random])
    expect(sealed).not.toContain(secret)
  const placeholder = expect.stringMatching(/^placeholder-\w{32}$/)
  expect(providers.own).toEqual({
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
  const options = providers.own?.options
  const filled = slots.map(({ part, name, text, value }) => [part, name, text, value])
  expect(filled).toEqual([
    ['header', 'x-key', expect.stringMatching(/^placeholder-/), 'Bearer theKeyOfTheStep'],
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
  ])
  const all = [
    `Acme ${random}`,
    'theKeyWrittenOut',
    'theKeyOfTheStep',
    'Basic written',
    'written',
    'thePassword',
  ]
  expect(new Set(secrets)).toEqual(new Set(all))
  expect(new Set(values)).toEqual(new Set(all))
})

test('a local provider without a key gets a way, and no placeholder', () => {
  const ollama = { options: { baseURL: 'http://127.0.0.1:11434/v1' }, models: { m: {} } }
  const { providers, routes, sources } = keep({ ollama })
  expect(providers.ollama?.options).toEqual({ baseURL: 'http://broker/1' })
  expect(routes).toMatchObject([{ slots: [] }])
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
