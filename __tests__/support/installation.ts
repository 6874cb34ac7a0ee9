import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Binary, installOpencode } from '../../src/install/install.ts'
import { detectPlatform, executableName, packageName } from '../../src/install/platform.ts'
import type { Release } from '../../src/install/release.ts'
import { packBinary, type Registry, type Tarball } from './registry.ts'

const never = new AbortController().signal
const platform = await detectPlatform(process, never)

/** The platform package of the machine that the test runs on, and what it is worth as a script. */
export const name = packageName(platform)
export const executable = executableName(platform)
/** Long enough that half of it is no small packet. */
export const script = `#!/bin/sh\necho 1.18.33\n# ${Array.from({ length: 20_000 }, Math.random)}\n`
export const tarball = await packBinary(script)

/** A release that carries the digests of `tarball` for version 1.18.33. */
export const release = {
  version: '1.18.33',
  packages: { [name]: { ...tarball, size: tarball.bytes.length } },
  providers: {},
} satisfies Release

/** What the registry holds unless a test says otherwise. */
export function packages(difference: Record<string, Tarball> = {}) {
  return { [name]: { '1.18.33': tarball, ...difference } }
}

/** A machine with nothing on it: a home, a temporary directory and a tool cache. */
export async function startMachine() {
  const root = await mkdtemp(join(tmpdir(), 'machine-'))
  const [home, temporary, cache] = ['home', 'temp', 'tools'].map((part) => join(root, part)) as [
    string,
    string,
    string,
  ]
  for (const directory of [home, temporary, cache]) await mkdir(directory)
  // The tool cache library reads this one itself.
  process.env.RUNNER_TOOL_CACHE = cache
  const log: string[] = []
  return {
    root,
    home,
    temporary,
    cache,
    log,
    entry: (version: string) => join(cache, name, version, process.arch),
    /** Installs 1.18.33 from `registry`, with npm waiting next to nothing between attempts. */
    install(
      registry: Pick<Registry, 'url'>,
      difference: { version?: string; release?: Release; env?: Record<string, string> } = {},
      signal = never,
    ): Promise<Binary> {
      const { version = '1.18.33', env = {} } = difference
      return installOpencode(
        {
          version,
          temporary,
          log: (line) => log.push(line),
          release: difference.release ?? release,
          env: {
            HOME: home,
            RUNNER_TOOL_CACHE: cache,
            npm_config_registry: registry.url,
            npm_config_fetch_retry_mintimeout: '1',
            npm_config_fetch_retry_factor: '1',
            ...env,
          },
        },
        signal,
      )
    },
    /** All files of the tool cache and the temporary directory. */
    async files(): Promise<string[]> {
      const lists = [cache, temporary].filter(existsSync).map(async (directory) => {
        const found = await readdir(directory, { recursive: true, withFileTypes: true })
        return found.filter((file) => file.isFile()).map((file) => file.name)
      })
      return (await Promise.all(lists)).flat().sort()
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true })
    },
  }
}
