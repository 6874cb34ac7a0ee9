import { expect, test } from '@jest/globals'
import { catalogueEnvironment, readCatalogue } from '../../scripts/catalogue.ts'
import { bundledRelease } from '../../src/install/release.ts'
import { startOpencode } from '../support/opencode.ts'

const limitMs = 120_000

test(
  'the catalogue that the action carries is the one of opencode',
  async () => {
    const limit = AbortSignal.timeout(limitMs)
    await using server = await startOpencode({}, catalogueEnvironment)
    const { url, password } = server.address
    const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`
    const answer = await fetch(`${url}/provider`, { headers: { authorization }, signal: limit })
    expect(readCatalogue(await answer.json())).toEqual(bundledRelease.providers)
  },
  limitMs,
)
