import { cp, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { isInside } from '../inside.ts'
import { createGit } from '../workspace/git.ts'
import { keepConfiguration } from '../workspace/git-configuration.ts'
import { copyIndex } from '../workspace/shadow.ts'
import type { GitFolders } from './git-folders.ts'

/** A git directory of the checkout, and the copy that the agent has in its place. */
export type PrivateGit = {
  /** Where the agent finds it: the checkout's own path. */
  readonly path: string
  /** Where it lies. */
  readonly copy: string
}

/** A folder of objects that copies read, and where they find it. */
export type SharedObjects = { readonly source: string; readonly target: string }

/** The copies, and what they share with the checkout. */
export type GitCopies = {
  readonly directories: readonly PrivateGit[]
  readonly shared: readonly SharedObjects[]
}

/** Where in the sandbox the checkout's objects are found. */
const objectsFolder = '/run/opencode-driver/objects'

type Making = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly shared: SharedObjects[]
}

/** Where the copies go, and the tree that they are of; `masked` are paths in it that look empty to the agent. */
export type CopyPlace = {
  readonly folder: string
  readonly env: Making['env']
  readonly root: string
  readonly masked: readonly string[]
}

/**
 * Copies git directories without their objects, which stay where they are and are read, and without hooks and
 * credentials. What was copied into `folder` before is replaced.
 */
export async function copyGitDirectories(
  { directories, own }: GitFolders,
  { folder, env, root, masked }: CopyPlace,
  signal: AbortSignal,
): Promise<GitCopies> {
  const shared: SharedObjects[] = []
  const copies: PrivateGit[] = []
  for (const [at, path] of directories.entries()) {
    const copy = join(folder, String(at))
    // The folder itself stays: a sandbox that runs has it for its own.
    await empty(copy)
    await copyDirectory({ from: path, to: copy }, { env, shared }, signal)
    copies.push({ path, copy })
    if (own && isInside({ inner: own, outer: path })) {
      const directory = join(copy, relative(path, own))
      await overlookMasked({ root, directory, env, masked }, signal)
    }
  }
  return { directories: copies, shared }
}

type Overlooking = Omit<CopyPlace, 'folder'> & { readonly directory: string }

/** To the agent's git the masked files are as they were: it does not look. */
async function overlookMasked(
  { root, directory, env, masked }: Overlooking,
  signal: AbortSignal,
): Promise<void> {
  const inside = masked.filter((path) => isInside({ inner: path, outer: root }))
  if (inside.length === 0) return
  const variables = { GIT_DIR: directory, GIT_WORK_TREE: root }
  const git = createGit({ directory: root, env, variables })
  const literal = inside.map((path) => `:(literal)${relative(root, path)}`)
  const input = await git(['ls-files', '-z', '--', ...literal], signal)
  await git(['update-index', '-z', '--assume-unchanged', '--stdin'], signal, { input })
}

async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = await readdir(folder)
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

type Pair = { readonly from: string; readonly to: string }

async function copyDirectory(
  { from, to }: Pair,
  making: Making,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  await mkdir(join(to, 'hooks'), { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const pair = { from: join(from, entry.name), to: join(to, entry.name) }
    const copy = special[entry.name]
    if (copy) await copy(pair, making, signal)
    else if (!isLeftOut(entry.name)) await copyPlain(pair)
  }
}

type Copying = (pair: Pair, making: Making, signal: AbortSignal) => Promise<void>

const special: Readonly<Record<string, Copying>> = {
  hooks: async () => undefined,
  objects: shareObjects,
  modules: copyModules,
  index: copyTimedIndex,
  config: copyConfiguration,
  'config.worktree': copyConfiguration,
}

async function copyTimedIndex({ from, to }: Pair): Promise<void> {
  await copyIndex(from, to)
}

/** Locks of a git that is gone, sockets of a monitor of its own, and the store of git-lfs, which is large. */
function isLeftOut(name: string): boolean {
  return /^lfs$|\.lock$|^fsmonitor--daemon/.test(name)
}

async function copyPlain({ from, to }: Pair): Promise<void> {
  await cp(from, to, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: async (path) => {
      const found = await lstat(path)
      return found.isFile() || found.isDirectory() || found.isSymbolicLink()
    },
  })
}

/** The checkout's objects are alternates of a store of the copy's own (gitrepository-layout). */
async function shareObjects({ from, to }: Pair, { shared }: Making): Promise<void> {
  const target = `${objectsFolder}/${shared.length}`
  shared.push({ source: from, target })
  const further = await readAlternates(from)
  for (const source of further) shared.push({ source, target: source })
  await mkdir(join(to, 'info'), { recursive: true })
  await mkdir(join(to, 'pack'))
  const lines = [target, ...further].map((path) => `${path}\n`)
  await writeFile(join(to, 'info', 'alternates'), lines.join(''))
}

async function readAlternates(objects: string): Promise<readonly string[]> {
  const text = await readFile(join(objects, 'info', 'alternates'), 'utf8').catch(() => '')
  const paths = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const absolute = paths.map((path) => (isAbsolute(path) ? path : resolve(objects, path)))
  const nested = await Promise.all(absolute.map(readAlternates))
  return [...absolute, ...nested.flat()]
}

/** Git directories of submodules; their names may hold slashes. */
async function copyModules({ from, to }: Pair, making: Making, signal: AbortSignal): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const pair = { from: join(from, entry.name), to: join(to, entry.name) }
    const isGit = await lstat(join(pair.from, 'HEAD')).catch(() => undefined)
    await (isGit ? copyDirectory : copyModules)(pair, making, signal)
  }
}

/** What git needs to work on the tree, and no more: credentials may stand in any other setting. */
const kept =
  /^(core\.(repositoryformatversion|filemode|bare|logallrefupdates|autocrlf|eol|safecrlf|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|longpaths|sparsecheckout|sparsecheckoutcone|quotepath)|extensions\..+|user\.(name|email)|branch\..+\.(remote|merge|rebase)|remote\..+\.(url|fetch|tagopt|promisor|partialclonefilter)|submodule\..+\.(url|active)|submodule\.active|filter\..+|merge\..+\.driver|diff\..+\.(xfuncname|binary|algorithm)|index\.version|init\.defaultbranch|lfs\.repositoryformatversion)$/

async function copyConfiguration(
  { from, to }: Pair,
  { env }: Making,
  signal: AbortSignal,
): Promise<void> {
  const git = createGit({ directory: dirname(from), env })
  const listed = await git(['config', '--file', from, '--no-includes', '--list', '-z'], signal)
  await writeFile(
    to,
    keepConfiguration(listed.toString(), (key) => kept.test(key), withoutPassword),
  )
}

/** An address may hold a name and a password. */
function withoutPassword(value: string): string {
  const url = URL.parse(value)
  if (url === null || url.username + url.password === '') return value
  url.username = ''
  url.password = ''
  return url.href
}
