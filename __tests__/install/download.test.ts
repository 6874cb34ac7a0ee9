import { execFileSync } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import npm from '@npmcli/config/lib/definitions/index.js'
import { packages, startMachine } from '../support/installation.ts'
import { startRegistry } from '../support/registry.ts'

const nowhere = 'http://127.0.0.1:1/'

describe('the connection', () => {
  test('that breaks in half a download is tried again', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), cut: 2 })
    expect(await machine.install(registry)).toMatchObject({ source: 'download' })
    expect(machine.log.slice(0, 2)).toEqual([
      expect.stringMatching(/broke off \(ECONNRESET\): attempt 2 of 3/),
      expect.stringMatching(/broke off \(ECONNRESET\): attempt 3 of 3/),
    ])
  })

  test('that always breaks ends as install-failed and leaves nothing', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), cut: 99 })
    await expect(machine.install(registry)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/broke off in every attempt \(ECONNRESET\)/),
    })
    expect(await machine.files()).toEqual([])
  })

  test('that nobody answers is tried as often as npm says', async () => {
    await using machine = await startMachine()
    const env = { npm_config_fetch_retries: '1' }
    await expect(machine.install({ url: nowhere }, { env })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/registry 127\.0\.0\.1:1 broke off .*ECONNREFUSED/),
    })
    expect(machine.log).toEqual([expect.stringContaining('attempt 2 of 2')])
  })

  test('to a registry that is out of order is tried again', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), status: 503 })
    await expect(machine.install(registry)).rejects.toMatchObject({
      message: expect.stringMatching(/broke off in every attempt \(503\)/),
    })
    expect(registry.requests).toHaveLength(3)
  })

  test('that is slow is reported after three seconds', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), slow: true })
    const line = Promise.withResolvers<string>()
    machine.log.push = (text) => {
      line.resolve(text)
      return 0
    }
    const installing = machine.install(registry)
    expect(await line.promise).toMatch(
      /^Downloading opencode-\S+ 1\.18\.33 from 127\.0\.0\.1:\d+: 0\.\d of 0\.\d MB after 3 s$/,
    )
    registry.release()
    expect(await installing).toMatchObject({ source: 'download' })
  })

  test('is given up at once when the run is cancelled', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), slow: true })
    const run = new AbortController()
    const installing = machine.install(registry, {}, run.signal)
    await registry.halfway
    const reason = new Error('cancelled')
    const start = performance.now()
    run.abort(reason)
    await expect(installing).rejects.toBe(reason)
    await registry.abandoned
    expect(performance.now() - start).toBeLessThan(5000)
    expect(await machine.files()).toEqual([])
  })
})

describe("the runner's npm configuration", () => {
  const token = 'npm_secret'
  const home = process.cwd()
  afterEach(() => process.chdir(home))

  test('brings its token along', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), token })
    const file = join(machine.root, 'npmrc')
    const { host } = new URL(registry.url)
    // As actions/setup-node writes it.
    await writeFile(file, `//${host}/:_authToken=\${NODE_AUTH_TOKEN}\n`)
    const env = { NPM_CONFIG_USERCONFIG: file, NODE_AUTH_TOKEN: token }
    expect(await machine.install(registry, { env })).toMatchObject({ source: 'download' })
  })

  test('is named, but not its token, when the registry refuses it', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages(), token: 'another' })
    const { host } = new URL(registry.url)
    await writeFile(join(machine.home, '.npmrc'), `//${host}/:_authToken=${token}\n`)
    const failure = await machine.install(registry).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      outcome: 'install-failed',
      message: expect.stringContaining(`The registry ${host} refused`),
    })
    expect(`${failure} ${machine.log}`).not.toContain(token)
    expect(registry.requests).toHaveLength(1)
  })

  test('counts, and not the .npmrc of the checked-out project', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    await writeFile(join(machine.home, '.npmrc'), `registry=${registry.url}\n`)
    await writeFile(join(machine.temporary, '.npmrc'), `registry=${nowhere}\n`)
    await writeFile(join(machine.temporary, 'package.json'), '{}')
    process.chdir(machine.temporary)
    const env = { npm_config_registry: '' }
    expect(await machine.install(registry, { env })).toMatchObject({ source: 'download' })
  })

  test('is also that beside the node on the PATH', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const prefix = join(machine.root, 'node')
    for (const part of ['bin', 'etc']) await mkdir(join(prefix, part), { recursive: true })
    await writeFile(join(prefix, 'bin/node'), '', { mode: 0o755 })
    await writeFile(join(prefix, 'etc/npmrc'), `registry=${registry.url}\n`)
    await symlink(join(prefix, 'bin'), join(machine.root, 'bin'))
    const env = { npm_config_registry: '', PATH: `relative:${join(machine.root, 'bin')}` }
    expect(await machine.install(registry, { env })).toMatchObject({ source: 'download' })
  })

  test('names the proxy', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const env = { npm_config_proxy: registry.url, npm_config_noproxy: '' }
    const behind = { url: 'http://registry.invalid/' }
    expect(await machine.install(behind, { env })).toMatchObject({ source: 'download' })
    expect(registry.requests).not.toEqual([])
  })

  test('names the CA, without which the registry is not trusted', async () => {
    await using machine = await startMachine()
    const [key, cafile] = [join(machine.root, 'key.pem'), join(machine.root, 'ca.pem')]
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    const wanted = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cafile]
    execFileSync('openssl', [...wanted, ...subject], { stdio: 'ignore' })
    const tls = { key: await readFile(key, 'utf8'), cert: await readFile(cafile, 'utf8') }
    await using registry = await startRegistry({ packages: packages(), tls })
    await expect(machine.install(registry)).rejects.toMatchObject({
      message: expect.stringMatching(
        /DEPTH_ZERO_SELF_SIGNED_CERT.*check its registry, proxy and CA/,
      ),
    })
    const env = { npm_config_cafile: cafile }
    expect(await machine.install(registry, { env })).toMatchObject({ source: 'download' })
  })

  test('decides where the tarballs of the public registry come from', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({
      packages: packages(),
      base: '/api/npm',
      tarballsAt: String(npm.definitions.registry?.default),
    })
    expect(await machine.install(registry)).toMatchObject({ source: 'download' })
  })

  test('that cannot be read ends as install-failed', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: packages() })
    const env = { npm_config_registry: 'nonsense' }
    await expect(machine.install(registry, { env })).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/\(registry: Invalid URL\)\. Fix it with "npm config"/),
    })
  })

  test('with a registry that does not have opencode is named', async () => {
    await using machine = await startMachine()
    await using registry = await startRegistry({ packages: {} })
    await expect(machine.install(registry)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(/The registry 127\.0\.0\.1:\d+ has no opencode-\S+ 1\.18\.33/),
    })
  })
})
