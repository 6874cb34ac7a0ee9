import { UserError } from '../errors.ts'
import { hasAvx2, isMusl } from './machine.ts'

/** What opencode builds a binary for. `baseline` does without AVX2, `musl` is for Alpine and the like. */
export type Platform = {
  os: 'linux' | 'darwin' | 'windows'
  arch: 'x64' | 'arm64'
  baseline: boolean
  musl: boolean
}

const systems = new Map<string, Platform['os']>([
  ['linux', 'linux'],
  ['darwin', 'darwin'],
  ['win32', 'windows'],
])

/** The npm package that holds opencode's binary for a platform. */
export function packageName({ os, arch, baseline, musl }: Platform): string {
  return `opencode-${os}-${arch}${baseline ? '-baseline' : ''}${musl ? '-musl' : ''}`
}

/** The binary's name in that package, under `bin/`. */
export function executableName({ os }: Pick<Platform, 'os'>): string {
  return os === 'windows' ? 'opencode.exe' : 'opencode'
}

/** The platform of this machine, which `host` describes; an unsupported one is a `UserError`. */
export async function detectPlatform(
  host: Pick<NodeJS.Process, 'platform' | 'arch'>,
  signal: AbortSignal,
): Promise<Platform> {
  const os = systems.get(host.platform)
  const { arch } = host
  if (os === undefined || (arch !== 'x64' && arch !== 'arm64')) {
    throw new UserError(
      'install-failed',
      `opencode has no binary for ${host.platform} ${arch}. There are binaries for Linux, macOS and Windows on x64 and arm64: choose such a runner, or name a binary of your own in opencode-path.`,
    )
  }
  const baseline = arch === 'x64' && !(await hasAvx2(os, signal))
  return { os, arch, baseline, musl: os === 'linux' && isMusl() }
}
