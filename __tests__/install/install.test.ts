import { execFileSync } from 'node:child_process'
import { stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import {
  executable,
  name,
  packages,
  release,
  script,
  startMachine,
  tarball,
} from '../support/installation.ts'
import { packBinary, sri, startRegistry } from '../support/registry.ts'

const installed = ['digest', executable, `${process.arch}.complete`].sort()

describe('a download', () => {
  test('of the default version is verified against the bundled digest', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const binary = await machine.install(registry)
    expect(binary).toMatchObject({
      program: { path: join(machine.entry('1.18.33'), executable) },
      version: '1.18.33',
      source: 'download',
      verified: 'bundled digest',
    })
    expect(machine.log).toEqual([expect.stringContaining('the digest that the action carries')])
    expect(await machine.files()).toEqual(installed)
  })

  test('leaves a binary that can be started', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const {
      program: { path },
    } = await machine.install(registry)
    expect(execFileSync(path, { encoding: 'utf8' })).toBe('1.18.33\n')
    expect((await stat(path)).size).toBe(script.length)
  })

  test("of another 1.x is verified against the registry's integrity, and the log says so", async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages({ '1.19.0': tarball }) })
    const binary = await machine.install(registry, { version: '1.19.0' })
    expect(binary).toMatchObject({ version: '1.19.0', verified: 'registry integrity' })
    expect(machine.log).toEqual([expect.stringContaining("the registry's integrity")])
  })
})

describe('what does not match', () => {
  test('the bundled digest is deleted and ends as install-failed', async () => {
    await using machine = await startMachine()
    const other = await packBinary('#!/bin/sh\necho evil\n')
    await using registry = await startRegistry({ packages: packages({ '1.18.33': other }) })
    await expect(machine.install(registry)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(
        /does not match the digest that the action carries and was deleted/,
      ),
    })
    expect(await machine.files()).toEqual([])
  })

  test('the bundled digest of the binary is deleted though the tarball matches', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const digests = { ...release.packages[name], ...tarball, binary: sri('other'), size: 1 }
    const wrong = { ...release, packages: { [name]: digests } }
    await expect(machine.install(registry, { release: wrong })).rejects.toMatchObject({
      outcome: 'install-failed',
    })
    expect(await machine.files()).toEqual([])
  })

  test("the registry's integrity is deleted and ends as install-failed", async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({
      packages: packages({ '1.19.0': tarball }),
      integrity: sri('something else'),
    })
    await expect(machine.install(registry, { version: '1.19.0' })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/does not match the integrity it states and was deleted/),
    })
    expect(await machine.files()).toEqual([])
  })

  test.each(['', `sha1-${'A'.repeat(27)}=`])('sha512 is not taken: "%s"', async (integrity) => {
    await using machine = await startMachine()
    await using registry = await startRegistry({
      packages: packages({ '1.19.0': tarball }),
      integrity: integrity,
    })
    await expect(machine.install(registry, { version: '1.19.0' })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/states no sha512 integrity/),
    })
    expect(await machine.files()).toEqual([])
  })

  test('the shape of the package, having no binary, is deleted', async () => {
    await using machine = await startMachine()
    const empty = await packBinary(script, 'something-else')
    await using registry = await startRegistry({ packages: packages({ '1.19.0': empty }) })
    await expect(machine.install(registry, { version: '1.19.0' })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/is no such package .* and was deleted/),
    })
    expect(await machine.files()).toEqual([])
  })

  test('any opencode package, as a page of a captive portal, is deleted', async () => {
    await using machine = await startMachine()
    const page = { bytes: Buffer.from('<html>log in</html>'), integrity: sri('x'), binary: '' }
    await using registry = await startRegistry({ packages: packages({ '1.18.33': page }) })
    await expect(machine.install(registry)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/is no such package \(Z_DATA_ERROR\) and was deleted/),
    })
    expect(await machine.files()).toEqual([])
  })
})

describe('a cached binary', () => {
  test('is taken without asking the registry', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const first = await machine.install(registry)
    const asked = registry.requests.length
    expect(await machine.install(registry)).toEqual({ ...first, source: 'cache' })
    expect(registry.requests).toHaveLength(asked)
    expect(machine.log.at(-1)).toMatch(/from the tool cache, verified against the digest/)
  })

  test.each(['1.18.33', '1.19.0'])('of %s that is corrupt is loaded anew', async (version) => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages({ '1.19.0': tarball }) })
    const {
      program: { path },
    } = await machine.install(registry, { version })
    await writeFile(path, 'corrupt')
    const binary = await machine.install(registry, { version })
    expect(binary).toMatchObject({ program: { path }, source: 'download' })
    expect(machine.log).toContainEqual(expect.stringMatching(/does not match its digest: deleted/))
    expect((await stat(path)).size).toBe(script.length)
  })

  test('of the default version is held against the bundled digest, not the one beside it', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const {
      program: { path },
    } = await machine.install(registry)
    await writeFile(path, 'evil')
    await writeFile(join(dirname(path), 'digest'), sri('evil'))
    expect(await machine.install(registry)).toMatchObject({ source: 'download' })
  })

  test('that is corrupt and cannot be had again leaves nothing behind', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const {
      program: { path },
    } = await machine.install(registry)
    await writeFile(path, 'corrupt')
    await using gone = await startRegistry({ packages: {} })
    await expect(machine.install(gone)).rejects.toMatchObject({ outcome: 'install-failed' })
    expect(await machine.files()).toEqual([])
  })
})

describe('a version', () => {
  test('that does not exist is answered with those next to it and the newest', async () => {
    await using machine = await startMachine()
    const versions = ['1.2.0', '1.9.0', '1.10.0', '1.30.0', '2.0.0', '1.40.0-beta.1']
    await using registry = await startRegistry({
      packages: { [name]: Object.fromEntries(versions.map((version) => [version, tarball])) },
    })
    await expect(machine.install(registry, { version: '1.9.5' })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringContaining(`no ${name} 1.9.5, but 1.9.0, 1.10.0, 1.30.0. Check the`),
    })
  })

  test('of another major is refused before anything is asked', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages({ '2.0.0': tarball }) })
    await expect(machine.install(registry, { version: '2.0.0' })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringContaining('opencode 2.x has another API'),
    })
    expect(registry.requests).toEqual([])
  })
})
