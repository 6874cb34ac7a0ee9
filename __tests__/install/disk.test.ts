import { rm, writeFile } from 'node:fs/promises'
import { afterAll, describe, expect, test } from '@jest/globals'
import { mountSmall } from '../support/harmed.ts'
import { packages, startMachine } from '../support/installation.ts'
import { startRegistry } from '../support/registry.ts'

const probe = await startMachine()
const small = mountSmall(probe.temporary, '64k')
const whereMountable = small.mounted ? test : test.skip
small[Symbol.dispose]()
afterAll(() => probe[Symbol.asyncDispose]())

describe('the disk', () => {
  whereMountable.each(['temporary', 'cache'] as const)(
    'that is full at the %s directory ends as install-failed and leaves nothing',
    async (place) => {
      await using machine = await startMachine()
      await using registry = await startRegistry({ packages: packages() })
      using _ = mountSmall(machine[place], '64k')
      await expect(machine.install(registry)).rejects.toMatchObject({
        outcome: 'install-failed',
        message: expect.stringMatching(/could not be saved \(ENOSPC\).*free some space/),
      })
      expect(await machine.files()).toEqual([])
    },
  )

  whereMountable('that is full ends the download that nobody can take', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), slow: true })
    using _ = mountSmall(machine.temporary, '64k')
    await expect(machine.install(registry)).rejects.toMatchObject({ outcome: 'install-failed' })
    await registry.abandoned
  })

  test('that has a file where the cache should be ends as install-failed', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    await rm(machine.cache, { recursive: true })
    await writeFile(machine.cache, '')
    await expect(machine.install(registry)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/could not be saved \(.*ENOTDIR.*RUNNER_TOOL_CACHE/),
    })
  })

  test('that lacks the temporary directory ends as install-failed', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    await rm(machine.temporary, { recursive: true })
    await expect(machine.install(registry)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/No directory .* can be made in \S+ \(ENOENT\).*RUNNER_TEMP/),
    })
  })

  test('without a tool cache ends as install-failed', async () => {
    await using machine = await startMachine()
    const env = { RUNNER_TOOL_CACHE: '' }
    await expect(machine.install({ url: 'http://127.0.0.1:1/' }, { env })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringContaining('RUNNER_TOOL_CACHE is not set'),
    })
  })
})
