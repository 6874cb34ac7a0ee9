import { lstat, mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.ts'
import { isInside } from '../path.ts'
import type { Command } from '../programs/start.ts'
import { copyTree } from '../workspace/file-tree.ts'
import { removeFolder } from '../workspace/folders.ts'
import type { Repository } from '../workspace/repository.ts'
import { copyForAgent, findInnerGit, showGit } from './agent-git.ts'
import { type Bubblewrap, namespaces } from './bubblewrap.ts'
import { type Covers, cover, makeCovers } from './cover.ts'
import { findHidden } from './hidden.ts'
import { isSystem, showSystem } from './system.ts'
import { findToolFolders } from './tool-folders.ts'

/** The wall around a server: what it and its descendants find of the machine. */
export type Sandbox = {
  /** The command that runs `command` inside, in the folder `own`, which is its to write; its program is readable. */
  readonly wrap: (command: readonly [string, ...string[]], own: string) => Command
  /** The index of the agent's own copy of the repository; absent without git. */
  readonly index: string | undefined
  /** True if there are copies of the checkout's folders that code of the checkout can write in a plan. */
  readonly hasCopies: boolean
  /** Gives the agent's copies the state that the checkout's own have; nothing may run inside. */
  readonly reset: (signal: AbortSignal) => Promise<void>
}

/** What a sandbox is made of; paths are absolute. */
export type SandboxOptions = {
  readonly bubblewrap: Bubblewrap
  readonly env: Readonly<Record<string, string | undefined>>
  /** The tree that the agent works on: a real path. */
  readonly root: string
  /** The repository of that tree; absent without git. */
  readonly repository: Repository | undefined
  readonly writable: boolean
  /** A folder of the run's own, for what the sandbox needs. */
  readonly temporary: string
  /** What else the agent may read. */
  readonly readable: readonly string[]
  /** Folders of the tree in whose place the agent gets copies, which it can write. */
  readonly copied: readonly string[]
  /** What is moved out of the tree while the agent runs: its git takes it for unchanged. */
  readonly hidden: readonly string[]
}

/** Prepares the sandbox of a run; nothing is started. */
export async function createSandbox(
  options: SandboxOptions,
  signal: AbortSignal,
): Promise<Sandbox> {
  const { bubblewrap, root, env, hidden, copied } = options
  const folder = await mkdtemp(join(options.temporary, 'sandbox-'))
  const tmp = join(folder, 'tmp')
  await mkdir(tmp, { recursive: true, mode: 0o700 })
  const covers = await makeCovers(folder)

  const { repository } = options
  const inner = await findInnerGit(root, signal)
  const copies = copied.map((path, at) => ({ path, copy: join(folder, `copy-${at}`) }))
  const refresh = async (within: AbortSignal) => {
    for (const { path, copy } of copies) replaceTree(path, copy)
    return repository && (await copyForAgent(repository, { folder, env, hidden }, within))
  }
  const git = await refresh(signal)
  const tree = await showTree(options)
  const own = repository ? [repository.common, repository.directory] : []
  const pinned = options.writable ? pin([...tree.below, ...inner, ...own], root) : []
  refuseCrowd(inner.length + pinned.length)
  const view = [
    ...(await showSystem(covers)),
    ...['--bind', tmp, '/tmp', '--bind', tmp, '/var/tmp'],
    ...tree.mounts,
    ...pinned.flatMap((path) => ['--bind', path, path]),
    ...tree.covers,
    ...copies.flatMap(({ path, copy }) => ['--bind', copy, path]),
    ...(repository && git ? showGit(repository, git) : []),
    ...(repository && !git ? await cover([repository.common, repository.entry], covers) : []),
    ...(await closeInner(inner, covers)),
    ...(await showSettings(folder)),
  ]
  return {
    index: git?.index,
    hasCopies: copied.length > 0,
    wrap(command, place) {
      const options = [
        ...namespaces,
        ...nested(bubblewrap),
        ...view,
        ...['--ro-bind', command[0], command[0], '--bind', place, place, '--chdir', place],
        ...['--setenv', 'PATH', env.PATH ?? ''],
      ]
      // Too many or too long for a command line: they come by a file descriptor.
      const extra = Buffer.from(options.map((option) => `${option}\0`).join(''))
      return { program: bubblewrap.program, args: ['--args', '3', '--', ...command], extra }
    },
    async reset(within) {
      await refresh(within)
    },
  }
}

function replaceTree(from: string, to: string): void {
  removeFolder(to)
  copyTree(from, to)
}

/**
 * A mount holds its own place, but a folder above it could be renamed, and another put there: so these are mounts, too.
 * Of all folders between `root` and a path, the upper ones first.
 */
function pin(paths: readonly string[], root: string): readonly string[] {
  const inside = paths.filter((path) => isInside({ inner: path, outer: root }))
  const above = new Set(inside.flatMap((path) => foldersBetween(root, path)))
  return [...above].toSorted((a, b) => a.length - b.length)
}

/** Each is a mount, which take bubblewrap ever longer. */
const mostMounts = 400

function refuseCrowd(mounts: number): void {
  if (mounts <= mostMounts) return
  const message = `The checkout holds too many git repositories or submodules for a sandbox (${mounts} mounts; at most ${mostMounts} are allowed). Remove those that this run doesn't need in an earlier step, or set isolation to off.`
  throw new UserError('server-failed', message)
}

function foldersBetween(root: string, path: string): readonly string[] {
  const parent = dirname(path)
  return parent === root || parent === path ? [] : [...foldersBetween(root, parent), parent]
}

/** Repositories inside of the tree: anybody may have left one there. What points to one stays as it is. */
async function closeInner(inner: readonly string[], covers: Covers): Promise<readonly string[]> {
  const found = await Promise.all(inner.map((path) => lstat(path).catch(() => undefined)))
  const pointers = inner.filter((_, at) => found[at]?.isFile())
  const folders = inner.filter((_, at) => found[at]?.isDirectory())
  return [
    ...pointers.flatMap((path) => ['--ro-bind', path, path]),
    ...(await cover(folders, covers)),
  ]
}

/** From 0.8.0 on it can keep what runs inside from making user namespaces of its own. */
function nested({ version }: Bubblewrap): readonly string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 0 || minor >= 8 ? ['--disable-userns'] : []
}

type Tree = {
  readonly mounts: readonly string[]
  /** What lies in the tree and is not for the agent. */
  readonly below: readonly string[]
  readonly covers: readonly string[]
}

/** The tree, without what lies in it and is not for the agent; and the tools. */
async function showTree(options: SandboxOptions): Promise<Tree> {
  const { root, writable, env, readable } = options
  const hidden = await findHidden(env)
  const isInTree = (path: string) => path !== root && isInside({ inner: path, outer: root })
  const covered = hidden.filter((path) => isSystem(path) || isInTree(path))
  const [below, beside] = [covered.filter(isInTree), covered.filter((path) => !isInTree(path))]
  const inSight = (path: string) =>
    isInside({ inner: path, outer: root })
      ? !below.some((outer) => isInside({ inner: path, outer }))
      : isSystem(path) && !beside.some((outer) => isInside({ inner: path, outer }))
  const real = await Promise.all(readable.map((path) => realpath(path).catch(() => path)))
  const holdsHidden = (outer: string) => hidden.some((path) => isInside({ inner: path, outer }))
  const named = readable.filter((path, at) => ![path, real[at] ?? path].some(holdsHidden))
  const further = [...(await findToolFolders(env, hidden)), ...named]
  const empty = (paths: readonly string[]) => paths.flatMap((path) => ['--tmpfs', path])
  const show = (path: string) => ['--ro-bind', path, path]
  const [inTree, elsewhere] = [further.filter(isInTree), further.filter((path) => !isInTree(path))]
  return {
    mounts: [
      ...empty(beside),
      ...[writable ? '--bind' : '--ro-bind', root, root],
      ...elsewhere.filter((path) => !inSight(path)).flatMap(show),
    ],
    below,
    covers: [...empty(below), ...inTree.filter((path) => !inSight(path)).flatMap(show)],
  }
}

/** Where git finds the settings of the system: none of the machine's, which may hold credentials. */
async function showSettings(folder: string): Promise<readonly string[]> {
  const file = join(folder, 'gitconfig')
  const inside = '/run/opencode-driver/gitconfig'
  const identity = '[user]\n\tname = opencode\n\temail = opencode@localhost\n'
  await writeFile(file, `[safe]\n\tdirectory = *\n${identity}`, { mode: 0o444 })
  return ['--ro-bind', file, inside, '--setenv', 'GIT_CONFIG_SYSTEM', inside]
}
