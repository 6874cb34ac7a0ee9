import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import {
  detectPlatform,
  executableName,
  type Platform,
  packageName,
} from '../../src/install/platform.ts'

const never = new AbortController().signal
const linux: Platform = { os: 'linux', arch: 'x64', baseline: false, musl: false }

describe('the platform package', () => {
  test.each<[Partial<Platform>, string]>([
    [{}, 'opencode-linux-x64'],
    [{ baseline: true }, 'opencode-linux-x64-baseline'],
    [{ musl: true }, 'opencode-linux-x64-musl'],
    [{ baseline: true, musl: true }, 'opencode-linux-x64-baseline-musl'],
    [{ arch: 'arm64' }, 'opencode-linux-arm64'],
    [{ arch: 'arm64', musl: true }, 'opencode-linux-arm64-musl'],
    [{ os: 'darwin' }, 'opencode-darwin-x64'],
    [{ os: 'darwin', baseline: true }, 'opencode-darwin-x64-baseline'],
    [{ os: 'darwin', arch: 'arm64' }, 'opencode-darwin-arm64'],
    [{ os: 'windows' }, 'opencode-windows-x64'],
    [{ os: 'windows', baseline: true }, 'opencode-windows-x64-baseline'],
    [{ os: 'windows', arch: 'arm64' }, 'opencode-windows-arm64'],
  ])('of %j is %s', (difference, name) => {
    expect(packageName({ ...linux, ...difference })).toBe(name)
  })

  test('holds an .exe for Windows only', () => {
    expect(executableName({ os: 'windows' })).toBe('opencode.exe')
    expect(executableName({ os: 'darwin' })).toBe('opencode')
  })
})

describe('the platform of a machine', () => {
  test('is that of the node that runs here', async () => {
    const found = await detectPlatform(process, never)
    expect(found.arch).toBe(process.arch)
    expect(found.os).toBe(process.platform === 'win32' ? 'windows' : process.platform)
  })

  const onLinux = process.platform === 'linux' ? test : test.skip
  onLinux('has musl where `ldd` is that of musl', async () => {
    const ldd = spawnSync('ldd', ['--version'], { encoding: 'utf8' })
    const { musl } = await detectPlatform(process, never)
    expect(musl).toBe(/musl/.test(ldd.stdout + ldd.stderr))
  })

  test('takes the baseline binary where the CPU cannot be asked', async () => {
    const other = process.platform === 'win32' ? 'linux' : 'win32'
    await expect(detectPlatform({ platform: other, arch: 'x64' }, never)).resolves.toMatchObject({
      baseline: true,
    })
  })

  test('never takes a baseline binary on arm64, where there is none', async () => {
    await expect(detectPlatform({ platform: 'win32', arch: 'arm64' }, never)).resolves.toEqual({
      os: 'windows',
      arch: 'arm64',
      baseline: false,
      musl: false,
    })
  })

  test.each([
    { platform: 'freebsd', arch: 'x64' },
    { platform: 'linux', arch: 'riscv64' },
  ] as const)('that opencode has no binary for ends as install-failed: %j', async (host) => {
    await expect(detectPlatform(host, never)).rejects.toMatchObject({
      outcome: 'install-failed',
      message: expect.stringMatching(
        new RegExp(`${host.platform} ${host.arch}.*Linux, macOS and Windows on x64 and arm64`),
      ),
    })
  })
})
