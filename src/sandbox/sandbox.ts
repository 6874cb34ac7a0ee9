import { lstatSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { UserError } from '../errors.ts'
import { isInside, realPathOf } from '../path.ts'
import type { Env } from '../programs/environment.ts'
import type { Command } from '../programs/start.ts'
import type { Copies } from '../workspace/copies.ts'
import { findNamed } from '../workspace/named-entries.ts'
import { type Bubblewrap, namespaces } from './bubblewrap.ts'
import { findHidden } from './hidden.ts'
import { createMask, isSystem, showSystem } from './system.ts'
import { findToolFolders } from './tool-folders.ts'

/** The wall around a server: what it and its descendants see of the machine. */
export type Sandbox = {
  /** The command that runs `command` inside, in the folder `own`, which it can write; its program is readable. */
  readonly wrap: (command: readonly [string, ...string[]], own: string) => Command
}

/** What a sandbox is made of; paths are absolute. */
export type SandboxOptions = {
  readonly bubblewrap: Bubblewrap
  readonly env: Env
  /** The top level of the checkout, in whose place the agent finds a copy: a real path. */
  readonly root: string
  readonly copies: Pick<Copies, 'mounted' | 'shown'>
  /** Whether the agent may write to the checkout's ignored folders. */
  readonly writable: boolean
  /** The run's folder, for what the sandbox needs. */
  readonly temporary: string
  /** What else the agent may read. */
  readonly readable: readonly string[]
}

/** Prepares the sandbox of a run; nothing is started. */
export async function createSandbox(
  options: SandboxOptions,
  signal: AbortSignal,
): Promise<Sandbox> {
  const { bubblewrap, env, root, writable } = options
  const { shown, mounted } = options.copies
  const folder = mkdtempSync(join(options.temporary, 'sandbox-'))
  const tmp = join(folder, 'tmp')
  mkdirSync(tmp, { mode: 0o700 })
  const mask = createMask(folder)
  const inner = await findInnerGit(shown, signal)
  refuseCrowd(shown.length + inner.length)
  const { hidden, readable } = findVisible(options)
  const system = [
    ...showSystem(mask),
    ...['--bind', tmp, '/tmp', '--bind', tmp, '/var/tmp'],
    ...hidden.system.flatMap((path) => ['--tmpfs', path]),
  ]
  const further = [
    ...shown.flatMap((path) => [writable ? '--bind' : '--ro-bind', path, path]),
    ...hidden.shown.flatMap((path) => ['--tmpfs', path]),
    ...mask(inner),
    ...readable.flatMap((path) => ['--ro-bind', path, path]),
    ...showSettings(folder),
  ]
  const refuseMoved = rememberPlaces(inner)
  return {
    wrap(command, place) {
      refuseMoved()
      const { tree, writable: own, objects } = mounted()
      const options = [
        ...[...namespaces, ...nested(bubblewrap), ...system, '--bind', tree, root, ...further],
        ...objects.flatMap(({ source, target }) => ['--ro-bind', source, target]),
        ...own.flatMap((path) => ['--bind', path, path]),
        ...['--ro-bind', command[0], command[0], '--bind', place, place, '--chdir', place],
        ...['--setenv', 'PATH', env.PATH ?? ''],
      ]
      // Too many or too long for a command line: they come by a file descriptor.
      const extra = Buffer.from(options.map((option) => `${option}\0`).join(''))
      return { program: bubblewrap.program, args: ['--args', '3', '--', ...command], extra }
    },
  }
}

/**
 * Repositories in the ignored folders, whose settings may hold credentials: anyone may have left one there. What packages
 * bring with them in `node_modules` is left out.
 */
async function findInnerGit(
  folders: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const isPackages = (name: string) => name === 'node_modules'
  const isWanted = (name: string) => name === '.git'
  const isLeftOut = ({ name }: { name: string }) => isPackages(name)
  const searched = folders.filter((path) => !path.split(sep).some(isPackages))
  const found = await Promise.all(
    searched.map((root) => findNamed({ root, isWanted, isLeftOut }, signal)),
  )
  return found.flat()
}

/** An agent that moved a masked repository could read it in a later sandbox: throws `UserError` (`server-failed`) then. */
function rememberPlaces(paths: readonly string[]): () => void {
  const numberOf = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.ino
  const before = new Map(paths.map((path) => [path, numberOf(path)]))
  return () => {
    const moved = paths.find((path) => numberOf(path) !== before.get(path))
    if (moved === undefined) return
    const message = `The agent moved ${moved}, a repository in a folder that git ignores. No further sandbox was made.`
    throw new UserError('server-failed', message)
  }
}

/** Each mount takes bubblewrap longer than the one before. */
const mostMounts = 400

function refuseCrowd(mounts: number): void {
  if (mounts <= mostMounts) return
  const message = `Folders that git ignores hold too many git repositories for a sandbox (${mounts} mounts; at most ${mostMounts} are allowed). Remove those that this run doesn't need in an earlier step, or set isolation to off.`
  throw new UserError('server-failed', message)
}

/** bubblewrap 0.8.0 and newer can forbid user namespaces inside. */
function nested({ version }: Bubblewrap): readonly string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 0 || minor >= 8 ? ['--disable-userns'] : []
}

/** What is hidden of the system and of the checkout's ignored folders, and what else the agent may read. */
function findVisible({ root, env, readable, copies }: SandboxOptions) {
  const hidden = findHidden(env)
  const isIn = (outers: readonly string[]) => (inner: string) =>
    outers.some((outer) => isInside({ inner, outer }))
  const isInTree = isIn([root])
  const ofSystem = hidden.filter((path) => isSystem(path) && !isInTree(path))
  const isShown = (path: string) => isSystem(path) && !isIn(ofSystem)(path)
  const named = readable.filter((path) => {
    const leadsTo = [path, realPathOf(path) ?? path]
    return !hidden.some((inner) => leadsTo.some((outer) => isInside({ inner, outer })))
  })
  const wanted = [...findToolFolders(env, hidden), ...named]
  return {
    hidden: { system: ofSystem, shown: hidden.filter(isIn(copies.shown)) },
    readable: wanted.filter((path) => !isInTree(path) && !isShown(path)),
  }
}

/** git's settings of the system: none of the machine's, which may hold credentials. */
function showSettings(folder: string): readonly string[] {
  const file = join(folder, 'gitconfig')
  const inside = '/run/opencode-driver/gitconfig'
  const identity = '[user]\n\tname = opencode\n\temail = opencode@localhost\n'
  writeFileSync(file, `[safe]\n\tdirectory = *\n${identity}`, { mode: 0o444 })
  return ['--ro-bind', file, inside, '--setenv', 'GIT_CONFIG_SYSTEM', inside]
}
