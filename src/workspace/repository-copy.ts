import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { copyTree } from './copy-tree.ts'
import type { Environment } from './git.ts'
import { keepConfiguration, listConfiguration } from './git-configuration.ts'
import { copyIndex, copyPlainFile } from './plain-file.ts'
import type { FolderEntry } from './raw-path.ts'
import type { Repository } from './repository.ts'

/** A copy of a checkout's git directory, which reads the checkout's objects where they are. */
export type RepositoryCopy = {
  /** Where the copy lies. */
  readonly folder: string
  /** The git directory of the work tree in it. */
  readonly directory: string
  /** Its index for this work tree. */
  readonly index: string
  /** The folders of objects that it reads, and where its git finds them. */
  readonly shared: readonly SharedObjects[]
}

/** A folder of objects, and where a copy's git finds it. */
export type SharedObjects = { readonly source: string; readonly target: string }

/** Where a copy goes, and what of the checkout's settings it keeps. */
export type CopyPlace = {
  readonly folder: string
  readonly env: Environment
  /** The settings that are kept, by their whole names in lower case. */
  readonly kept: RegExp
  /** Which names in a git directory are copied; all that are known, if absent. */
  readonly only?: RegExp
  /** Where git finds a folder of objects, the first of which is number 0. */
  readonly targetOf: (source: string, number: number) => string | Promise<string>
}

type Making = Omit<CopyPlace, 'folder'> & { readonly shared: SharedObjects[] }

/**
 * Copies a git directory without its objects, hooks and credentials, and without any setting that is not known to be
 * harmless. Links in it are left out, and repositories that it borrows objects from are not read. Throws
 * `UserError` (`config-invalid`) if the index is too large.
 */
export async function copyRepository(
  { directory, common }: Repository,
  { folder, ...place }: CopyPlace,
  signal: AbortSignal,
): Promise<RepositoryCopy> {
  const making: Making = { ...place, shared: [] }
  await copyDirectory({ from: common, to: folder }, making, signal)
  // Only the git directories of further work trees have one, and theirs leads to the copy.
  await rm(join(folder, 'commondir'), { force: true })
  const own = join(folder, relative(common, directory))
  return { folder, directory: own, index: join(own, 'index'), shared: making.shared }
}

type Pair = { readonly from: string; readonly to: string }

/** gitrepository-layout. What any other name holds is not known. */
const plain =
  /^(HEAD|refs|packed-refs|reftable|logs|info|shallow|sharedindex\..+|ORIG_HEAD|AUTO_MERGE|description|gitdir|(MERGE|CHERRY_PICK|REVERT|REBASE|BISECT)_.+|rebase-(merge|apply)|sequencer)$/

async function copyDirectory(
  { from, to }: Pair,
  making: Making,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  await mkdir(join(to, 'hooks'), { recursive: true })
  for (const name of await readdir(from)) {
    if (making.only && !making.only.test(name)) continue
    const pair = { from: join(from, name), to: join(to, name) }
    if (special[name]) await special[name](pair, making, signal)
    else if (plain.test(name)) await copyPlain(pair, signal)
  }
}

type Copying = (pair: Pair, making: Making, signal: AbortSignal) => Promise<unknown>

const special: Readonly<Record<string, Copying>> = {
  commondir: ({ to }) => writeFile(to, '../..\n'),
  objects: shareObjects,
  modules: (...copied) => copyInner(...copied),
  worktrees: (...copied) => copyInner(...copied),
  index: ({ from, to }) => copyIndex(from, to),
  config: copyConfiguration,
  'config.worktree': copyConfiguration,
}

async function copyPlain({ from, to }: Pair, signal: AbortSignal): Promise<void> {
  const isLeftOut = ({ kind }: FolderEntry) => kind === 'link' || kind === 'other'
  if ((await lstat(from)).isDirectory()) await copyTree({ from, to, isLeftOut }, signal)
  else await copyPlainFile(from, to)
}

/** The copy has a store for new objects, which borrows those of the checkout. */
async function shareObjects({ from, to }: Pair, { shared, targetOf }: Making): Promise<void> {
  if (!(await lstat(from)).isDirectory()) return
  const target = await targetOf(from, shared.length)
  shared.push({ source: from, target })
  await mkdir(join(to, 'info'), { recursive: true })
  await mkdir(join(to, 'pack'))
  await writeFile(join(to, 'info', 'alternates'), `${target}\n`)
}

/** A name of a submodule with more slashes has no place in a path. */
const deepestName = 32

/** Git directories of submodules, whose names may hold slashes, and of other work trees. */
async function copyInner(
  { from, to }: Pair,
  making: Making,
  signal: AbortSignal,
  depth = 0,
): Promise<void> {
  signal.throwIfAborted()
  if (depth > deepestName || !(await lstat(from)).isDirectory()) return
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const pair = { from: join(from, entry.name), to: join(to, entry.name) }
    const isGit = await lstat(join(pair.from, 'HEAD')).catch(() => undefined)
    if (isGit) await copyDirectory(pair, making, signal)
    else await copyInner(pair, making, signal, depth + 1)
  }
}

async function copyConfiguration(
  { from, to }: Pair,
  { env, kept }: Making,
  signal: AbortSignal,
): Promise<void> {
  const listed = await listConfiguration({ file: from, folder: join(to, '..'), env }, signal)
  await writeFile(
    to,
    keepConfiguration(listed, (key) => kept.test(key), withoutPassword),
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
