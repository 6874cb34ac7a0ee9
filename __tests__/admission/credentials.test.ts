import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { missingCredentials } from '../../src/admission/credentials.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { readDefaults } from '../../src/inputs/source.ts'
import { eventOf } from '../support/event.ts'

type Env = Readonly<Record<string, string>>

const openai = { model: 'openai/gpt-5' }
const fork = { pull_request: { head: { ref: 'x', repo: { full_name: 'stranger/sample' } } } }
const own = { pull_request: { head: { ref: 'x', repo: { full_name: 'octo/sample' } } } }
const dependabot = { GITHUB_ACTOR: 'dependabot[bot]' }

function missing(name: string, payload: object, given: { inputs?: Env; env?: Env } = {}) {
  const { inputs = openai, env = {} } = given
  const named = Object.entries({ prompt: 'x', ...inputs }).map(([key, value]) => [
    `INPUT_${key.toUpperCase()}`,
    value,
  ])
  const all = { GITHUB_WORKSPACE: realpathSync(tmpdir()), ...env, ...Object.fromEntries(named) }
  const read = readInputs({ env: all, defaults: readDefaults() })
  const config = read.config.value ?? {}
  return missingCredentials({ ...read, config }, { event: eventOf(name, payload, env), env: all })
}

test('a pull request from a fork has no key, and the reason says so', () => {
  expect(missing('pull_request', fork)).toBe(
    'GitHub gives no secrets to pull requests from forks, so there is no key for the provider openai (OPENAI_API_KEY is empty). Nothing was run. Run it on an event of this repository, such as workflow_dispatch, or exclude these pull requests with an if: condition on the job.',
  )
})

test.each<[string, object]>([
  ['pull_request', fork],
  ['pull_request', { pull_request: { head: { ref: 'x', repo: null } } }],
  ['pull_request_review', fork],
  ['pull_request_review_comment', fork],
])('%s of a fork (%j) is one without secrets', (name, payload) => {
  expect(missing(name, payload)).toContain('pull requests from forks')
})

test.each([
  ...['pull_request', 'pull_request_review', 'pull_request_review_comment', 'pull_request_target'],
  ...['push', 'create', 'deployment', 'deployment_status'],
])('%s of Dependabot is one without secrets, whoever runs it again', (name) => {
  const rerun = { GITHUB_RUN_ATTEMPT: '2', GITHUB_TRIGGERING_ACTOR: 'mona' }
  const reason = missing(name, own, { env: { ...dependabot, ...rerun } })
  expect(reason).toMatch(
    /no secrets to events from Dependabot.*Dependabot secrets under the same name/,
  )
  expect(reason).toMatch(/ Also set allowed-bots: dependabot\[bot\]\.$/)
})

test.each<Env>([{ 'allowed-bots': 'Dependabot[bot]' }, { 'required-permission': 'none' }])(
  'Dependabot without a key is not told of allowed-bots with %j',
  (inputs) => {
    const reason = missing('push', own, { env: dependabot, inputs: { ...openai, ...inputs } })
    expect(reason).toMatch(/with an if: condition on the job\.$/)
  },
)

test.each<[string, object]>([
  ['pull_request', own],
  ['pull_request_target', fork],
  ['issue_comment', fork],
  ['push', {}],
])('%s of %j has secrets: a key that is missing there is a mistake', (name, payload) => {
  expect(missing(name, payload)).toBeUndefined()
})

test('an issue by Dependabot is an event with secrets', () => {
  expect(missing('issues', {}, { env: dependabot })).toBeUndefined()
})

test.each<[string, Env, Env]>([
  ['a key that is there all the same', openai, { OPENAI_API_KEY: 'sk-1' }],
  ['the rehearsal', { model: 'rehearsal/plan' }, {}],
  [
    'a local provider',
    {
      model: 'local/m',
      'opencode-config': '{"provider":{"local":{"options":{"baseURL":"http://127.0.0.1"}}}}',
    },
    {},
  ],
  ['a server that is running already', { ...openai, 'server-url': 'http://127.0.0.1:1' }, {}],
  ['a check that names no model', { mode: 'check', prompt: '' }, {}],
])('%s is no obstacle on a fork', (_, inputs, env) => {
  expect(missing('pull_request', fork, { inputs, env })).toBeUndefined()
})

test.each<[string, Env]>([
  ['a fallback', { model: 'rehearsal/plan', 'fallback-models': 'anthropic/claude' }],
  ['the configuration', { 'opencode-config': '{"model":"anthropic/claude"}' }],
  ['require-providers', { model: 'rehearsal/plan', 'require-providers': 'anthropic' }],
])('a key that %s needs counts, too', (_, inputs) => {
  expect(missing('pull_request', fork, { inputs })).toContain('the provider anthropic (ANTHROPIC')
})
