import { findSystemProgram } from '../programs/programs.ts'
import type { RunAsRoot } from './root.ts'

const lock = ['-o', 'DPkg::Lock::Timeout=60']

/** Package managers by name; `refresh` fetches the lists of packages, where the first attempt found none. */
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

/** How a package is installed: as root, if that is possible. */
export type Installing = {
  readonly runAsRoot: RunAsRoot | undefined
  readonly log: (line: string) => void
}

/** Installs a package with the system's package manager; resolves with what went wrong, if anything did. */
export async function installPackage(
  wanted: string,
  { runAsRoot, log }: Installing,
  signal: AbortSignal,
): Promise<string | undefined> {
  const manager = findManager()
  // sudo passes no variables on, so another program has to set this one.
  const program = findSystemProgram('env')
  if (manager === undefined || program === undefined) return 'no known package manager was found'
  const { name, install, refresh } = manager
  if (runAsRoot === undefined) return `${name} needs root, and sudo would ask for a password`
  log(`Installing ${wanted} with ${name}`)
  const run = (args: readonly string[]) =>
    runAsRoot(
      { program, args: ['DEBIAN_FRONTEND=noninteractive', manager.program.name, ...args] },
      signal,
    )
  let problem = await run([...install, wanted])
  if (problem !== undefined && refresh !== undefined) {
    await run(refresh)
    problem = await run([...install, wanted])
  }
  return problem && `${name} could not install it: ${problem}`
}

function findManager() {
  for (const manager of managers) {
    const program = findSystemProgram(manager.name)
    if (program !== undefined) return { ...manager, program }
  }
  return undefined
}
