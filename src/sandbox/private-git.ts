import { cp, lstat, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { isInside } from '../inside.ts'
import { removeFolder } from '../trust/folders.ts'
import { createGit } from '../workspace/git.ts'
import { keepConfiguration } from '../workspace/git-configuration.ts'
import { copyIndex } from '../workspace/shadow.ts'
import type { OwnGit } from './git-folders.ts'

/** The agent's copy of the repository. */
export type GitCopy = {
  /** Where it lies; the agent finds it at the checkout's own place. */
  readonly directory: string
  /** Its index for this work tree. */
  readonly index: string
  /** Folders of objects that it reads, and where the agent finds them. */
  readonly shared: readonly { readonly source: string; readonly target: string }[]
}

/** Where in the sandbox the checkout's objects are found. */
const objectsFolder = '/run/opencode-driver/objects'

type Making = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly shared: { source: string; target: string }[]
}

/** Where the copy goes, and the tree that it is of; `masked` are paths in it that look empty to the agent. */
export type CopyPlace = {
  readonly folder: string
  readonly env: Making['env']
  readonly root: string
  readonly masked: readonly string[]
}

/**
 * Copies a repository without its objects, which stay where they are and are read, and without hooks and credentials.
 * What was copied into `folder` before is replaced.
 */
export async function copyGit(
  { directory, common }: OwnGit,
  { folder, env, root, masked }: CopyPlace,
  signal: AbortSignal,
): Promise<GitCopy> {
  const shared: Making['shared'] = []
  await empty(folder)
  await copyDirectory({ from: common, to: folder }, { env, shared }, signal)
  const own = join(folder, relative(common, directory))
  await overlookMasked({ root, directory: own, env, masked }, signal)
  return { directory: folder, index: join(own, 'index'), shared }
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
  for (const name of await readdir(folder)) removeFolder(join(folder, name))
}

type Pair = { readonly from: string; readonly to: string }

/** gitrepository-layout. Of a name that is not among these nobody knows what it holds. */
const plain =
  /^(HEAD|refs|packed-refs|reftable|logs|info|shallow|sharedindex\..+|ORIG_HEAD|AUTO_MERGE|description|commondir|gitdir|(MERGE|CHERRY_PICK|REVERT|REBASE|BISECT)_.+|rebase-(merge|apply)|sequencer)$/

async function copyDirectory(
  { from, to }: Pair,
  making: Making,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  await mkdir(join(to, 'hooks'), { recursive: true })
  for (const name of await readdir(from)) {
    const pair = { from: join(from, name), to: join(to, name) }
    if (special[name]) await special[name](pair, making, signal)
    else if (plain.test(name)) await copyPlain(pair)
  }
}

type Copying = (pair: Pair, making: Making, signal: AbortSignal) => Promise<void>

const special: Readonly<Record<string, Copying>> = {
  objects: shareObjects,
  modules: copyInner,
  worktrees: copyInner,
  index: copyTimedIndex,
  config: copyConfiguration,
  'config.worktree': copyConfiguration,
}

async function copyTimedIndex({ from, to }: Pair): Promise<void> {
  await copyIndex(from, to)
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

/** The checkout's objects are alternates of a store of the copy's own. */
async function shareObjects({ from, to }: Pair, { shared }: Making): Promise<void> {
  const target = `${objectsFolder}/${shared.length}`
  shared.push({ source: from, target })
  const further = await readAlternates(from, new Set())
  for (const source of further) shared.push({ source, target: source })
  await mkdir(join(to, 'info'), { recursive: true })
  await mkdir(join(to, 'pack'))
  const lines = [target, ...further].map((path) => `${path}\n`)
  await writeFile(join(to, 'info', 'alternates'), lines.join(''))
}

async function readAlternates(objects: string, known: Set<string>): Promise<readonly string[]> {
  const text = await readFile(join(objects, 'info', 'alternates'), 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const found: string[] = []
  for (const line of lines) {
    const named = isAbsolute(line) ? line : resolve(objects, line)
    const path = await realpath(named).catch(() => undefined)
    if (path === undefined || known.has(path)) continue
    known.add(path)
    found.push(path, ...(await readAlternates(path, known)))
  }
  return found
}

/** Git directories of submodules, whose names may hold slashes, and of other work trees. */
async function copyInner({ from, to }: Pair, making: Making, signal: AbortSignal): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const pair = { from: join(from, entry.name), to: join(to, entry.name) }
    const isGit = await lstat(join(pair.from, 'HEAD')).catch(() => undefined)
    await (isGit ? copyDirectory : copyInner)(pair, making, signal)
  }
}

/** What git needs to work on the tree, and no more: credentials may stand in any other setting. */
const kept =
  /^(core\.(repositoryformatversion|filemode|bare|logallrefupdates|autocrlf|eol|safecrlf|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|longpaths|sparsecheckout|sparsecheckoutcone|quotepath|worktree)|extensions\..+|user\.(name|email)|branch\..+\.(remote|merge|rebase)|remote\..+\.(url|fetch|tagopt|promisor|partialclonefilter)|submodule\..+\.(url|active)|submodule\.active|filter\..+|merge\..+\.driver|diff\..+\.(xfuncname|binary|algorithm)|index\.version|init\.defaultbranch|lfs\.repositoryformatversion)$/

async function copyConfiguration(
  { from, to }: Pair,
  { env }: Making,
  signal: AbortSignal,
): Promise<void> {
  const git = createGit({ directory: dirname(from), env })
  const listed = await git(['config', '--file', from, '--no-includes', '--list', '-z'], signal)
  const text = keepConfiguration(listed.toString(), (key) => kept.test(key), withoutPassword)
  await writeFile(to, text)
}

/** An address may hold a name and a password. */
function withoutPassword(value: string): string {
  const url = URL.parse(value)
  if (url === null || url.username + url.password === '') return value
  url.username = ''
  url.password = ''
  return url.href
}
