import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readInputs } from '../../src/inputs/inputs.ts'
import { readDefaults } from '../../src/inputs/source.ts'
import { serverSettings } from '../../src/servers/settings.ts'

const workspace = mkdtempSync(join(realpathSync(tmpdir()), 'opencode-driver-settings-'))

const route = 'http://127.0.0.1:1/token/x'

/** What a server is started with. */
function settingsFor(
  difference: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
) {
  const named = Object.entries({ prompt: 'x', model: 'openai/gpt-5', ...difference }).map(
    ([name, value]) => [`INPUT_${name.toUpperCase()}`, value],
  )
  const all = { GITHUB_WORKSPACE: workspace, ...env, ...Object.fromEntries(named) }
  const read = readInputs({ env: all, defaults: readDefaults() })
  const { prompt, config } = read
  const inputs = {
    ...read,
    prompt: prompt.value ?? '',
    config: config.value ?? {},
    directory: workspace,
  }
  const parts = { inputs, env: all, ownProviders: {}, project: {}, open: () => route }
  return serverSettings(parts)
}

const configFor = (...given: Parameters<typeof settingsFor>) => settingsFor(...given).config

const patient = { options: { headerTimeout: 95_000, chunkTimeout: 95_000 } }

test('opencode waits for a provider a little longer than stall-timeout, unless it is told otherwise', () => {
  const own = { provider: { local: { options: { chunkTimeout: 1 } } } }
  const inputs = { 'stall-timeout': '90s', 'opencode-config': JSON.stringify(own) }
  expect(configFor(inputs, { OPENAI_API_KEY: 'sk-of-somebody' })).toMatchObject({
    enabled_providers: ['openai', 'local'],
    provider: { openai: patient, local: { options: { headerTimeout: 95_000, chunkTimeout: 1 } } },
  })
})

test('a provider without a key gets no entry, which would make it look connected', () => {
  expect(configFor({}, {})).toMatchObject({ enabled_providers: ['openai'], provider: {} })
  expect(JSON.stringify(configFor({}, {}))).not.toContain('headerTimeout')
})

test('what the agent is given counts as a secret by its value, whatever its name', () => {
  const env = {
    DATABASE_URL: 'postgres://app:hunter2-of-db@db.example/app',
    CODE: 'open-sesame-42',
    GREETING: 'hello',
    MCP_CODE: 'code-of-the-server-1',
    OPTION: 'option-of-opencode-2',
    NOT_NAMED: 'never-given-3',
    HTTP_PROXY: 'http://me:pass-of-the-proxy@proxy.example:3128',
    PATH: '/usr/bin:/opt/aB3dE6gH9jK2',
    LANG: 'en-at-home-4',
    AZURE_RESOURCE_NAME: 'my-resource-5',
    API_TOKEN_FILE: '/run/token',
  }
  const config = {
    username: '{env:OPTION}',
    provider: {
      local: {
        options: {
          baseURL: 'https://gateway.example/v1?sig=in-the-query-6',
          headers: { 'x-title': 'titled-7', 'x-mode': 'fast' },
        },
        models: { m: { headers: { 'x-own': 'of-the-model-8' } } },
      },
    },
    mcp: {
      one: {
        type: 'local',
        command: ['x'],
        environment: { A: '{env:MCP_CODE}', B: 'written-out-9', C: 'debug' },
      },
      two: {
        type: 'remote',
        url: 'https://mcp.example/?ticket=of-the-url-10',
        headers: { authorization: 'Bearer written-out-11' },
      },
    },
  }
  const inputs = {
    'opencode-config': JSON.stringify(config),
    'pass-env': 'DATABASE_URL, CODE, GREETING, AZURE_RESOURCE_NAME, API_TOKEN_FILE',
  }
  const { secrets } = settingsFor(inputs, env)
  const expected = [
    env.DATABASE_URL,
    'hunter2-of-db',
    env.CODE,
    env.MCP_CODE,
    env.OPTION,
    'pass-of-the-proxy',
    'in-the-query-6',
    'titled-7',
    'of-the-model-8',
    'written-out-9',
    'of-the-url-10',
    'Bearer written-out-11',
    'written-out-11',
  ]
  for (const secret of expected) expect(secrets).toContain(secret)
  const none = ['hello', 'fast', 'debug', env.NOT_NAMED, env.PATH, env.LANG, env.HTTP_PROXY]
  const settings = [env.AZURE_RESOURCE_NAME, env.API_TOKEN_FILE]
  for (const value of [...none, ...settings]) expect(secrets).not.toContain(value)
})
