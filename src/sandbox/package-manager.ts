import { findSystemProgram } from '../programs/programs.ts'
import type { Command } from '../programs/start.ts'
import type { Privileges } from './privileges.ts'

/** The machine's package manager, with the right to use it. */
export type PackageManager = {
  readonly name: string
  readonly privileges: Privileges
  readonly install: Command
  /** Fetches the lists of packages, where the first attempt found none. */
  readonly refresh: Command | undefined
}

const lock = ['-o', 'DPkg::Lock::Timeout=60']

const managers: readonly {
  readonly name: string
  readonly install: readonly string[]
  readonly refresh?: readonly string[]
}[] = [
  {
    name: 'apt-get',
    install: ['install', '--yes', '--no-install-recommends', ...lock],
    refresh: ['update', ...lock],
  },
  { name: 'dnf', install: ['install', '--assumeyes'] },
  { name: 'microdnf', install: ['install', '--assumeyes'] },
  { name: 'yum', install: ['install', '--assumeyes'] },
  { name: 'apk', install: ['add', '--no-cache'] },
  { name: 'zypper', install: ['--non-interactive', 'install'] },
  { name: 'pacman', install: ['--sync', '--noconfirm'], refresh: ['-Sy'] },
]

/** The package manager that is there; or why none can be used. */
export async function findPackageManager(
  privileges: Privileges,
  signal: AbortSignal,
): Promise<PackageManager | { readonly problem: string }> {
  for (const { name, install, refresh } of managers) {
    const program = findSystemProgram(name)
    if (program === undefined) continue
    if (!(await privileges.have(signal)))
      return { problem: `${name} needs root, and sudo would ask for a password` }
    const silent = (args: readonly string[]) => withoutQuestions({ program, args })
    const refreshing = refresh && silent(refresh)
    return { name, privileges, install: silent(install), refresh: refreshing }
  }
  return { problem: 'no package manager is known here' }
}

/** sudo hands no variables on, so that another program has to set this one. */
function withoutQuestions({ program, args }: Command): Command {
  const env = findSystemProgram('env')
  if (env === undefined) return { program, args }
  return { program: env, args: ['DEBIAN_FRONTEND=noninteractive', program.name, ...args] }
}

/** Installs a package; resolves with what went wrong, if anything did. */
export async function installPackage(
  name: string,
  { privileges, install, refresh }: PackageManager,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = { ...install, args: [...install.args, name] }
  const problem = await privileges.run(command, signal)
  if (problem === undefined || refresh === undefined) return problem
  await privileges.run(refresh, signal)
  return await privileges.run(command, signal)
}
