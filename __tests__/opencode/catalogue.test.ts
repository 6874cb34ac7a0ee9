import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readCatalogue } from '../../scripts/catalogue.ts'
import { isModelCall } from '../../src/broker/target.ts'
import { bundledRelease } from '../../src/install/release.ts'
import { bundledPackages } from '../../src/opencode/addresses.ts'
import { createClient } from '../../src/opencode/client.ts'
import { startOpencode } from '../support/opencode.ts'
import { startProvider } from '../support/provider.ts'

const limitMs = 120_000

test(
  'the catalogue that the action carries is the one of opencode',
  async () => {
    const limit = AbortSignal.timeout(limitMs)
    await using server = await startOpencode({})
    const { url, password } = server.address
    const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`
    const answer = await fetch(`${url}/provider`, { headers: { authorization }, signal: limit })
    expect(readCatalogue(await answer.json())).toEqual(bundledRelease.providers)
  },
  limitMs,
)

test(
  'every SDK that opencode brings along makes calls that the broker takes, with the placeholder in a header',
  async () => {
    const limit = AbortSignal.timeout(limitMs)
    const arrived = new EventTarget()
    await using provider = await startProvider((response) => {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":{"message":"No"}}')
      arrived.dispatchEvent(new Event('request'))
    })
    const options = (name: string) => ({
      baseURL: `${provider.origin}/${name}`,
      apiKey: `placeholder-${name}`,
    })
    const named = bundledPackages.map((npm, at) => ({ name: `sdk${at}`, npm, model: 'maker/m' }))
    const catalogued = ['openai/gpt-5', 'xai/grok-4.7', 'azure/gpt-5'].map((model) => {
      const [name = '', id = ''] = model.split('/')
      return { name, model: id }
    })
    const providers = [
      ...named.map(({ name, npm, model }) => [
        name,
        { npm, options: options(name), models: { [model]: {} } },
      ]),
      ...catalogued.map(({ name }) => [name, { options: options(name) }]),
    ]
    await using server = await startOpencode({ provider: Object.fromEntries(providers) })
    const directory = mkdtempSync(join(tmpdir(), 'opencode-driver-sdks-'))
    await using client = createClient(server.address, directory)
    for (const { name, model } of [...named, ...catalogued]) {
      const before = provider.received.length
      const { id } = await client.createSession({ title: 'x', permission: [] }, limit)
      const choice = { providerID: name, modelID: model }
      await client.prompt(
        id,
        { text: 'x', model: choice, agent: 'build', variant: undefined },
        limit,
      )
      if (provider.received.length === before) await once(arrived, 'request', { signal: limit })
      const { method, url = '', headers } = provider.received.at(-1) ?? {}
      const path = url.split('?')[0]?.slice(name.length + 1) ?? ''
      const told = { name, method, taken: isModelCall(path), ours: url.startsWith(`/${name}/`) }
      expect(told).toEqual({ name, method: 'POST', taken: true, ours: true })
      expect(JSON.stringify(headers)).toContain(`placeholder-${name}`)
    }
  },
  limitMs,
)
