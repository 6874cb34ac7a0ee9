import { lstatSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { UserError } from '../errors.ts'
import { isInside } from '../path.ts'
import type { Command } from '../programs/start.ts'
import type { Copies } from '../workspace/copies.ts'
import { findNamed } from '../workspace/named-entries.ts'
import { type Bubblewrap, namespaces } from './bubblewrap.ts'
import { findHidden } from './hidden.ts'
import { makeMasks, mask } from './mask.ts'
import { isSystem, showSystem } from './system.ts'
import { findToolFolders } from './tool-folders.ts'

/** The wall around a server: what it and its descendants find of the machine. */
export type Sandbox = {
  /** The command that runs `command` inside, in the folder `own`, which is its to write; its program is readable. */
  readonly wrap: (command: readonly [string, ...string[]], own: string) => Command
}

/** What a sandbox is made of; paths are absolute. */
export type SandboxOptions = {
  readonly bubblewrap: Bubblewrap
  readonly env: Readonly<Record<string, string | undefined>>
  /** The top level of the checkout, in whose place the agent finds a copy: a real path. */
  readonly root: string
  readonly copies: Pick<Copies, 'mounted' | 'shown'>
  /** Whether the agent may write to the checkout's ignored folders. */
  readonly writable: boolean
  /** A folder of the run's own, for what the sandbox needs. */
  readonly temporary: string
  /** What else the agent may read. */
  readonly readable: readonly string[]
}

/** Prepares the sandbox of a run; nothing is started. */
export async function createSandbox(
  options: SandboxOptions,
  signal: AbortSignal,
): Promise<Sandbox> {
  const { bubblewrap, env, root, copies, writable } = options
  const folder = await mkdtemp(join(options.temporary, 'sandbox-'))
  const tmp = join(folder, 'tmp')
  await mkdir(tmp, { recursive: true, mode: 0o700 })
  const masks = await makeMasks(folder)
  const inner = await findInnerGit(copies.shown, signal)
  refuseCrowd(copies.shown.length + inner.length)
  const { beside, below, readable } = await findVisible(options)
  const system = [
    ...(await showSystem(masks)),
    ...['--bind', tmp, '/tmp', '--bind', tmp, '/var/tmp'],
    ...empty(beside),
  ]
  const further = [
    ...copies.shown.flatMap((path) => [writable ? '--bind' : '--ro-bind', path, path]),
    ...empty(
      below.filter((path) => copies.shown.some((outer) => isInside({ inner: path, outer }))),
    ),
    ...(await mask(inner, masks)),
    ...readable.flatMap((path) => ['--ro-bind', path, path]),
    ...(await showSettings(folder)),
  ]
  const unmoved = rememberPlaces(inner)
  return {
    wrap(command, place) {
      unmoved()
      const { tree, writable: own, objects } = copies.mounted()
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

function empty(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => ['--tmpfs', path])
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
    const message = `The agent moved ${moved}, a repository in a folder that git ignores, so that no further sandbox was made.`
    throw new UserError('server-failed', message)
  }
}

/** Each is a mount, which take bubblewrap ever longer. */
const mostMounts = 400

function refuseCrowd(mounts: number): void {
  if (mounts <= mostMounts) return
  const message = `Folders that git ignores hold too many git repositories for a sandbox (${mounts} mounts; at most ${mostMounts} are allowed). Remove those that this run doesn't need in an earlier step, or set isolation to off.`
  throw new UserError('server-failed', message)
}

/** From 0.8.0 on it can keep what runs inside from making user namespaces of its own. */
function nested({ version }: Bubblewrap): readonly string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 0 || minor >= 8 ? ['--disable-userns'] : []
}

type Visible = {
  /** What is not for the agent, of the system and below the checkout. */
  readonly beside: readonly string[]
  readonly below: readonly string[]
  /** What it may read beside the system and the checkout. */
  readonly readable: readonly string[]
}

async function findVisible({ root, env, readable }: SandboxOptions): Promise<Visible> {
  const hidden = await findHidden(env)
  const isInTree = (path: string) => isInside({ inner: path, outer: root })
  const below = hidden.filter((path) => path !== root && isInTree(path))
  const beside = hidden.filter((path) => isSystem(path) && !isInTree(path))
  const isShown = (path: string) =>
    isSystem(path) && !beside.some((outer) => isInside({ inner: path, outer }))
  const real = await Promise.all(readable.map((path) => realpath(path).catch(() => path)))
  const holdsHidden = (outer: string) => hidden.some((path) => isInside({ inner: path, outer }))
  const named = readable.filter((path, at) => ![path, real[at] ?? path].some(holdsHidden))
  const wanted = [...(await findToolFolders(env, hidden)), ...named]
  const further = wanted.filter((path) => !isInTree(path) && !isShown(path))
  return { beside, below, readable: further }
}

/** Where git finds the settings of the system: none of the machine's, which may hold credentials. */
async function showSettings(folder: string): Promise<readonly string[]> {
  const file = join(folder, 'gitconfig')
  const inside = '/run/opencode-driver/gitconfig'
  const identity = '[user]\n\tname = opencode\n\temail = opencode@localhost\n'
  await writeFile(file, `[safe]\n\tdirectory = *\n${identity}`, { mode: 0o444 })
  return ['--ro-bind', file, inside, '--setenv', 'GIT_CONFIG_SYSTEM', inside]
}
