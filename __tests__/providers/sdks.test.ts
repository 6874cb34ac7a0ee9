import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Api } from '../../src/opencode/api.ts'
import type { ProviderConfig } from '../../src/opencode/config.ts'
import { connect } from '../../src/opencode/connect.ts'
import { parseModel } from '../../src/opencode/model.ts'
import { startBroker } from '../../src/providers/broker/broker.ts'
import { brokerKeys } from '../../src/providers/brokered-keys.ts'
import { planProvider } from '../../src/providers/plan.ts'
import { sdks } from '../../src/providers/sdks.ts'
import { startOpencode } from '../support/opencode.ts'
import { type StandIn, startProvider } from '../support/provider.ts'

type Case = {
  /** `provider/model`. */
  readonly model: string
  readonly entry?: ProviderConfig
  /** What the provider is asked for, below its base URL. */
  readonly path: string
  readonly header?: string
}

const chat = '/chat/completions'
const bundled: readonly (readonly [string, string, string?])[] = [
  ['@ai-sdk/alibaba', chat],
  ['@ai-sdk/anthropic', '/messages', 'x-api-key'],
  ['@ai-sdk/azure', '/responses', 'api-key'],
  ['@ai-sdk/cerebras', chat],
  ['@ai-sdk/cohere', '/chat'],
  ['@ai-sdk/deepinfra', '/openai/chat/completions'],
  ['@ai-sdk/gateway', '/language-model'],
  ['@ai-sdk/google', '/maker/m:streamGenerateContent?alt=sse', 'x-goog-api-key'],
  ['@ai-sdk/groq', chat],
  ['@ai-sdk/mistral', chat],
  ['@ai-sdk/openai', '/responses'],
  ['@ai-sdk/openai-compatible', chat],
  ['@ai-sdk/perplexity', chat],
  ['@ai-sdk/togetherai', chat],
  ['@ai-sdk/vercel', chat],
  ['@ai-sdk/xai', chat],
  ['@openrouter/ai-sdk-provider', chat],
  ['venice-ai-sdk-provider', chat],
]

const azure = (options: object): ProviderConfig => ({
  npm: '@ai-sdk/azure',
  options: { useDeploymentBasedUrls: true, ...options },
  models: { gpt: {} },
})

const cases: readonly Case[] = [
  ...bundled.map(([npm, path, header], at) => ({
    model: `sdk${at}/maker/m`,
    entry: { npm, models: { 'maker/m': {} } },
    path,
    ...(header && { header }),
  })),
  { model: 'openai/gpt-5', path: '/responses' },
  { model: 'anthropic/claude-sonnet-4-5', path: '/messages', header: 'x-api-key' },
  {
    model: 'google/gemini-2.5-pro',
    path: '/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
    header: 'x-goog-api-key',
  },
  { model: 'cohere/north-mini-code-1-0', path: chat },
  // One address with four SDKs.
  { model: 'opencode/gpt-5', path: '/responses' },
  { model: 'opencode/claude-sonnet-4-5', path: '/messages', header: 'x-api-key' },
  {
    model: 'opencode/gemini-3-flash',
    path: '/models/gemini-3-flash:streamGenerateContent?alt=sse',
    header: 'x-goog-api-key',
  },
  { model: 'opencode/glm-5', path: chat },
  // For these, opencode chooses another call where it sees a key in its environment.
  { model: 'xai/grok-4.7', path: '/responses' },
  {
    model: 'azure/gpt-5',
    entry: { options: { useCompletionUrls: true } },
    path: chat,
    header: 'api-key',
  },
  {
    model: 'deployed/gpt',
    entry: azure({}),
    path: '/deployments/gpt/responses?api-version=v1',
    header: 'api-key',
  },
  {
    model: 'dated/gpt',
    entry: azure({ apiVersion: '2025-01-01-preview' }),
    path: '/deployments/gpt/responses?api-version=2025-01-01-preview',
    header: 'api-key',
  },
]

const env = {
  OPENAI_API_KEY: 'theKeyOfOpenai',
  ANTHROPIC_API_KEY: 'theKeyOfAnthropic',
  GEMINI_API_KEY: 'theKeyOfGoogle',
  COHERE_API_KEY: 'theKeyOfCohere',
  OPENCODE_API_KEY: 'theKeyOfOpencode',
  XAI_API_KEY: 'theKeyOfXai',
  AZURE_API_KEY: 'theKeyOfAzure',
}
const seen = { XAI_API_KEY: 'x', AZURE_API_KEY: 'x', AZURE_RESOURCE_NAME: 'x' }

const idOf = (model: string) => model.split('/')[0] ?? ''
const limitMs = 170_000
const stack = new AsyncDisposableStack()
const arrived = new EventTarget()
let upstream: StandIn
let client: Api

beforeAll(async () => {
  const { signal } = new AbortController()
  upstream = stack.use(
    await startProvider((response) => {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":{"message":"No"}}')
      arrived.dispatchEvent(new Event('request'))
    }),
  )
  const broker = stack.use(await startBroker({ env: {}, onCall: () => undefined }, signal))
  const provider = Object.fromEntries(
    cases.map(({ model, entry }) => {
      const id = idOf(model)
      const own = id in { xai: 1, azure: 1 } || !entry ? {} : { apiKey: `theKeyOf-${id}` }
      const options = { baseURL: `${upstream.origin}/${id}`, ...own, ...entry?.options }
      return [id, { ...entry, options }]
    }),
  )
  const models = cases.flatMap(({ model }) => parseModel(model) ?? [])
  const source = { config: { provider }, models, env }
  const plans = Object.keys(provider).map((id) => planProvider(id, source))
  const { entries } = brokerKeys(plans, { env, open: broker.open })
  const server = stack.use(await startOpencode({ provider: entries }, seen))
  client = stack.use(connect(server.address, mkdtempSync(join(tmpdir(), 'opencode-sdks-'))))
}, limitMs)

afterAll(async () => await stack.disposeAsync(), limitMs)

test.each(cases)('through the broker, opencode asks $model by $path, with its key', async (one) => {
  const { model, path, header = 'authorization' } = one
  const signal = AbortSignal.timeout(60_000)
  const asked = parseModel(model)
  if (!asked) throw new Error(`${model} names no model`)
  const before = upstream.received.length
  const { id } = await client.createSession({ title: 'x', permission: [] }, signal)
  await client.prompt(id, { text: 'x', model: asked, agent: 'build', variant: undefined }, signal)
  if (upstream.received.length === before) await once(arrived, 'request', { signal })
  const { method, url, headers = {} } = upstream.received[before] ?? {}
  expect({ method, url }).toEqual({ method: 'POST', url: `/${idOf(model)}${path}` })
  const sent = header === 'authorization' ? /^Bearer theKeyOf/ : /^theKeyOf/
  expect(headers[header]).toMatch(sent)
  expect(JSON.stringify(headers)).not.toContain('placeholder-')
})

test('each SDK that opencode bundles is tested', () => {
  expect(bundled.map(([npm]) => npm).sort()).toEqual(Object.keys(sdks).sort())
})
