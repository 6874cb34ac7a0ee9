import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { call, say, startScriptedModel } from '../support/model.ts'
import { type Received, type StandIn, startProvider } from '../support/provider.ts'
import { sandboxTest } from '../support/sandbox.ts'
import { inputsFor, makeCheckout, runChecked } from '../support/step.ts'

/** A call that the agent's shell makes; `KEY` stands for the placeholder, `BASE` for the path of the broker's address. */
type Attempt = {
  readonly to: 'chatting' | 'generating' | 'queried' | 'named' | 'deployed' | 'foreign'
  readonly path: string
  readonly method?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
  /** What the broker answers. */
  readonly status: number
}

const bearer = [['authorization', 'Bearer KEY']] as const
const chat = '/chat/completions'
const google = [['x-goog-api-key', 'KEY']] as const
const generate = '/models/m:generateContent'

/** These ask a model for an answer: the provider gets its key. */
const answered: readonly Attempt[] = [
  { to: 'chatting', path: chat, headers: bearer, status: 200 },
  { to: 'generating', path: generate, headers: google, status: 200 },
  { to: 'queried', path: `${chat}?key=KEY`, status: 200 },
  { to: 'named', path: chat, headers: [['X-Acme', 'KEY']], status: 200 },
  { to: 'deployed', path: '/deployments/d/responses', headers: [['api-key', 'KEY']], status: 200 },
  { to: 'foreign', path: '/own/path', headers: bearer, status: 200 },
]

const paths: readonly (readonly [string, number])[] = [
  ['/threads/t/messages', 403],
  ['/conversations/c/messages', 403],
  ['/files;/chat/completions', 400],
  ['/%66iles/chat/completions', 400],
  ['/files', 403],
  ['/batches', 403],
  ['/fine_tuning/jobs', 403],
  ['/organization/admin_api_keys/chat/completions', 403],
  ['/assistants/a/chat/completions', 403],
  ['/embeddings', 403],
  ['/images/generations', 403],
  ['/audio/speech', 403],
  ['/completions', 403],
  ['/responses/r/cancel', 403],
  ['/chat/completions/c', 403],
  ['/chat/completions/', 400],
  ['/chat//completions', 400],
  ['/./chat/completions', 400],
  ['/x/../chat/completions', 400],
  ['/x%2f..%2fchat/completions', 400],
  ['/chat%2Fcompletions', 400],
  ['/chat/completions;v=1', 400],
  ['/chat/completions?key=KEY', 403],
  ['/chat/completions?api-version=KEY', 403],
  ['http://127.0.0.1:1BASE/chat/completions', 400],
  ['//evil.example/chat/completions', 400],
]

/** These ask for something else, or put the placeholder where it was not: the provider gets no key of them. */
const thefts: readonly Attempt[] = [
  ...paths.map(([path, status]) => ({ to: 'chatting', path, headers: bearer, status }) as const),
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].map(
    (method) => ({ to: 'chatting', method, path: chat, headers: bearer, status: 405 }) as const,
  ),
  {
    to: 'chatting',
    path: chat,
    headers: [...bearer, ['connection', 'Upgrade'], ['upgrade', 'websocket']],
    status: 405,
  },
  { to: 'chatting', path: chat, headers: [...bearer, ...bearer], status: 400 },
  { to: 'chatting', path: chat, headers: [['authorization', 'KEY']], status: 200 },
  { to: 'chatting', path: chat, headers: [['authorization', 'Basic KEY']], status: 200 },
  { to: 'chatting', path: chat, headers: [['authorization', 'Bearer KEYKEY']], status: 200 },
  { to: 'chatting', path: chat, headers: [['x-api-key', 'KEY']], status: 200 },
  { to: 'chatting', path: chat, headers: [['openai-organization', 'Bearer KEY']], status: 200 },
  { to: 'chatting', path: chat, headers: [['x-echo', 'Bearer KEY']], status: 200 },
  { to: 'chatting', path: chat, headers: [['cookie', 'KEY']], status: 200 },
  { to: 'chatting', path: chat, headers: [], body: '{"messages":["Bearer KEY"]}', status: 200 },
  { to: 'generating', path: '/models/m:batchGenerateContent', headers: google, status: 403 },
  { to: 'generating', path: '/files/f:generateContent:delete', headers: google, status: 403 },
  { to: 'generating', path: '/models/m%2Fx:generateContent', headers: google, status: 400 },
  { to: 'generating', path: `${generate}?key=KEY`, status: 403 },
  { to: 'generating', path: `${generate}?alt=media`, headers: google, status: 403 },
  { to: 'generating', path: generate, headers: bearer, status: 200 },
  { to: 'queried', path: `${chat}?token=KEY`, status: 403 },
  { to: 'queried', path: `${chat}?key=xKEY`, status: 403 },
  { to: 'queried', path: `${chat}?key=KEY&key=KEY`, status: 403 },
  { to: 'queried', path: chat, headers: bearer, status: 200 },
  { to: 'named', path: chat, headers: [['x-acme', 'Bearer KEY']], status: 200 },
  { to: 'named', path: chat, headers: bearer, status: 200 },
  {
    to: 'deployed',
    path: '/deployments/d/files/responses',
    headers: [['api-key', 'KEY']],
    status: 403,
  },
  { to: 'foreign', path: '/own%2fpath', headers: bearer, status: 400 },
  { to: 'foreign', path: '/own/path', headers: [['x-echo', 'KEY']], status: 200 },
  { to: 'foreign', path: '/own/path?key=KEY', status: 200 },
]

const attempts = [...answered, ...thefts].map(({ headers = [], ...one }, at) => {
  const method = one.method ?? 'POST'
  const named = headers.map(([name, value]) => `${name}: ${value}`).join(', ')
  return { ...one, headers, at, id: `${at} ${one.to} ${method} ${one.path} ${named}` }
})

const keys = {
  CHATTING_KEY: 'theKeyForChatting',
  GENERATING_KEY: 'theKeyForGenerating',
  QUERIED_KEY: 'theKeyInTheQuery',
  NAMED_KEY: 'theKeyInTheHeader',
  DEPLOYED_KEY: 'theKeyOfDeployments',
  FOREIGN_KEY: 'theKeyOfAForeignSdk',
}

let upstream: StandIn
let printed = ''

beforeAll(async () => {
  if (!process.env.TEST_SANDBOX) return
  upstream = await startProvider((response, { headers }) =>
    response.end(JSON.stringify({ echo: headers })),
  )
  const provider = (npm: string, options: object) => ({
    npm,
    options: { baseURL: `${upstream.origin}/v1`, ...options },
    models: { m: {} },
  })
  const compatible = '@ai-sdk/openai-compatible'
  let address = ''
  await using model = await startScriptedModel((_, { step }) => {
    const list = Buffer.from(JSON.stringify(attempts)).toString('base64')
    const command = `node broker.mjs ${address} ${list}`
    return step === 0 ? call('bash', { command, description: 'Ask' }) : say('Asked.')
  })
  const config = {
    provider: {
      ...model.provider(),
      chatting: provider(compatible, { apiKey: '{env:CHATTING_KEY}' }),
      generating: provider('@ai-sdk/google', { apiKey: '{env:GENERATING_KEY}' }),
      queried: provider(compatible, { queryParams: { key: '{env:QUERIED_KEY}' } }),
      named: provider(compatible, { headers: { 'x-acme': 'Acme {env:NAMED_KEY}' } }),
      deployed: provider('@ai-sdk/azure', { apiKey: '{env:DEPLOYED_KEY}' }),
      foreign: provider('own-sdk', { apiKey: '{env:FOREIGN_KEY}' }),
    },
  }
  const script = readFileSync(join(import.meta.dirname, '../support/thefts/broker.js'), 'utf8')
  const { run } = await runChecked({
    workspace: makeCheckout({ 'broker.mjs': script }),
    env: keys,
    inputs: inputsFor(model, { mode: 'implement', 'opencode-config': JSON.stringify(config) }),
    onLine(line) {
      address = / listens on (http:\S+)/.exec(line)?.[1] ?? address
    },
  })
  expect(run.isolation?.level).toBe('sandboxed')
  const messages = model.requests.at(-1)?.request.messages ?? []
  printed = messages.map(({ content }) => String(content)).join('\n')
})

afterAll(async () => await upstream?.[Symbol.asyncDispose]())

/** What an attempt made the provider get. */
function receivedOf({ at }: { readonly at: number }): Received[] {
  return upstream.received.filter(({ headers }) => headers['user-agent'] === `attempt-${at}`)
}

sandboxTest('the shell of the agent made all calls', () => {
  expect(printed).toContain('asked the broker')
  for (const { id, status } of attempts) expect(printed).toContain(`${id}: ${status}\n`)
  for (const key of Object.values(keys)) expect(printed).not.toContain(key)
})

sandboxTest.each(attempts.slice(0, answered.length))('with its key passes: $id', (attempt) => {
  const received = receivedOf(attempt)
  expect(received).toHaveLength(1)
  expect(JSON.stringify(received)).toMatch(/theKey/)
})

sandboxTest.each(attempts.slice(answered.length))('no key goes with: $id', (attempt) => {
  const received = receivedOf(attempt)
  expect(received).toHaveLength(attempt.status === 200 ? 1 : 0)
  expect(JSON.stringify(received)).not.toMatch(/theKey/)
})
