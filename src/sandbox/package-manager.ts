import type { Privileges } from './privileges.ts'
import { isExecutable } from './there.ts'

/** The machine's package manager, with the right to use it. */
export type PackageManager = {
  readonly name: string
  readonly privileges: Privileges
  readonly install: readonly string[]
  /** Fetches the lists of packages, where the first attempt found none. */
  readonly refresh: readonly string[] | undefined
}

const managers = [
  {
    name: 'apt-get',
    install: [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      'install',
      '--yes',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=60',
    ],
    refresh: ['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=60'],
  },
  { name: 'dnf', install: ['dnf', 'install', '--assumeyes'], refresh: undefined },
  { name: 'microdnf', install: ['microdnf', 'install', '--assumeyes'], refresh: undefined },
  { name: 'yum', install: ['yum', 'install', '--assumeyes'], refresh: undefined },
  { name: 'apk', install: ['apk', 'add', '--no-cache'], refresh: undefined },
  { name: 'zypper', install: ['zypper', '--non-interactive', 'install'], refresh: undefined },
  { name: 'pacman', install: ['pacman', '--sync', '--noconfirm'], refresh: ['pacman', '-Sy'] },
] as const

/** The package manager that is there; or why none can be used. */
export async function findPackageManager(
  privileges: Privileges,
  signal: AbortSignal,
): Promise<PackageManager | { readonly problem: string }> {
  for (const manager of managers) {
    if (!(await isInstalled(manager.name))) continue
    if (await privileges.have(signal)) return { ...manager, privileges }
    return { problem: `${manager.name} needs root, and sudo would ask for a password` }
  }
  return { problem: 'no package manager is known here' }
}

async function isInstalled(name: string): Promise<boolean> {
  const folders = ['/usr/bin', '/bin', '/sbin', '/usr/sbin']
  const found = await Promise.all(folders.map((folder) => isExecutable(`${folder}/${name}`)))
  return found.includes(true)
}

/** Installs a package; resolves with what went wrong, if anything did. */
export async function installPackage(
  name: string,
  { privileges, install, refresh }: PackageManager,
  signal: AbortSignal,
): Promise<string | undefined> {
  const argv = [...install, name]
  const problem = await privileges.run(argv, signal)
  if (problem === undefined || refresh === undefined) return problem
  await privileges.run(refresh, signal)
  return await privileges.run(argv, signal)
}
