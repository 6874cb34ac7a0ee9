import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { readDefaults } from '../../src/defaults.ts'
import { readInputs } from '../../src/inputs.ts'
import { serverSettings } from '../../src/opencode/settings.ts'

const workspace = realpathSync(tmpdir())

const route = 'http://127.0.0.1:1/token/x'

/** The configuration that a server is started with. */
function configFor(
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
  return serverSettings(parts).config
}

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
