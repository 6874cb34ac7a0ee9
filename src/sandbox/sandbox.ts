import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isInside } from '../inside.ts'
import { copyTree } from '../workspace/file-tree.ts'
import { type Bubblewrap, namespaces } from './bubblewrap.ts'
import { cover, makeCovers } from './cover.ts'
import { findGitFolders, type GitFolders } from './git-folders.ts'
import { findHidden } from './hidden.ts'
import { copyGitDirectories, type GitCopies } from './private-git.ts'
import { isSystem, showSystem } from './system.ts'
import { findToolFolders } from './tool-folders.ts'

/** The wall around a server: what it and its descendants find of the machine. */
export type Sandbox = {
  /** The command that runs `command` inside, in the folder `own`, which is its to write; its program is readable. */
  readonly wrap: (command: readonly [string, ...string[]], own: string) => readonly string[]
  /** The index of the agent's own copy of the repository; absent without git. */
  readonly index: string | undefined
  /** The tree that it shows. */
  readonly root: string
  /** What it shows as empty. */
  readonly masked: readonly string[]
  /** Gives the agent's copy of the repository the state that the checkout's has. */
  readonly reset: (signal: AbortSignal) => Promise<void>
}

/** What a sandbox is made of; paths are absolute. */
export type SandboxOptions = {
  readonly bubblewrap: Bubblewrap
  readonly env: Readonly<Record<string, string | undefined>>
  /** The tree that the agent works on: a real path. */
  readonly root: string
  readonly writable: boolean
  /** A folder of the run's own, for what the sandbox needs. */
  readonly temporary: string
  /** What else the agent may read. */
  readonly readable: readonly string[]
  /** Folders of the tree in whose place the agent gets copies, which it can write. */
  readonly copied: readonly string[]
  /** Files and folders of the tree that are to be as if they were empty. */
  readonly masked: readonly string[]
}

/** Prepares the sandbox of a run; nothing is started. */
export async function createSandbox(
  options: SandboxOptions,
  signal: AbortSignal,
): Promise<Sandbox> {
  const { root, env, masked } = options
  const folder = join(options.temporary, 'sandbox')
  const tmp = join(folder, 'tmp')
  await mkdir(tmp, { recursive: true, mode: 0o700 })
  const covers = await makeCovers(folder)

  const git = await findGitFolders(root, signal)
  const copyGit = (inner: AbortSignal) => {
    const place = { folder: join(folder, 'git'), env, root, masked }
    return copyGitDirectories(git, place, inner)
  }
  const copies = await copyGit(signal)
  const view = [
    ...(await showSystem(covers)),
    ...['--bind', tmp, '/tmp', '--bind', tmp, '/var/tmp'],
    ...(await showTree(options)),
    ...showCopies(options.copied, folder),
    ...showGit(copies),
    ...git.pointers.flatMap((path) => ['--ro-bind', path, path]),
    ...(await cover(masked, covers)),
    ...(await showSettings(folder)),
  ]
  return {
    index: indexOf(git, copies),
    root,
    masked,
    wrap: (command, own) => [
      options.bubblewrap.path,
      ...namespaces,
      ...nested(options.bubblewrap),
      ...view,
      ...['--ro-bind', command[0], command[0], '--bind', own, own, '--chdir', own],
      ...['--', ...command],
    ],
    async reset(inner) {
      await copyGit(inner)
    },
  }
}

/** From 0.8.0 on it can keep what runs inside from making user namespaces of its own. */
function nested({ version }: Bubblewrap): readonly string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 0 || minor >= 8 ? ['--disable-userns'] : []
}

/** The tree, without what lies in it and is not for the agent; and the tools. */
async function showTree(options: SandboxOptions): Promise<readonly string[]> {
  const { root, writable, env, readable } = options
  const hidden = await findHidden(env)
  const isInTree = (path: string) => path !== root && isInside({ inner: path, outer: root })
  const covered = hidden.filter((path) => isSystem(path) || isInTree(path))
  const [below, beside] = [covered.filter(isInTree), covered.filter((path) => !isInTree(path))]
  const inSight = (path: string) =>
    isInside({ inner: path, outer: root })
      ? !below.some((outer) => isInside({ inner: path, outer }))
      : isSystem(path) && !beside.some((outer) => isInside({ inner: path, outer }))
  const named = readable.filter((outer) => !hidden.some((path) => isInside({ inner: path, outer })))
  const further = [...(await findToolFolders(env, hidden)), ...named]
  const empty = (paths: readonly string[]) => paths.flatMap((path) => ['--tmpfs', path])
  return [
    ...empty(beside),
    ...[writable ? '--bind' : '--ro-bind', root, root],
    ...empty(below),
    ...further.filter((path) => !inSight(path)).flatMap((path) => ['--ro-bind', path, path]),
  ]
}

function showCopies(paths: readonly string[], folder: string): readonly string[] {
  return paths.flatMap((path, at) => {
    const copy = join(folder, `copy-${at}`)
    copyTree(path, copy)
    return ['--bind', copy, path]
  })
}

function showGit({ directories, shared }: GitCopies): readonly string[] {
  return [
    ...shared.flatMap(({ source, target }) => ['--ro-bind', source, target]),
    ...directories.flatMap(({ path, copy }) => ['--bind', copy, path]),
  ]
}

function indexOf({ own }: GitFolders, { directories }: GitCopies): string | undefined {
  const holder = directories.find(({ path }) => own && isInside({ inner: own, outer: path }))
  return own && holder && join(holder.copy, relative(holder.path, own), 'index')
}

/** Where git finds the settings of the system: none of the machine's, which may hold credentials. */
async function showSettings(folder: string): Promise<readonly string[]> {
  const file = join(folder, 'gitconfig')
  const inside = '/run/opencode-driver/gitconfig'
  const identity = '[user]\n\tname = opencode\n\temail = opencode@localhost\n'
  await writeFile(file, `[safe]\n\tdirectory = *\n${identity}`, { mode: 0o444 })
  return ['--ro-bind', file, inside, '--setenv', 'GIT_CONFIG_SYSTEM', inside]
}
