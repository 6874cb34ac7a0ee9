import { lstat, readFile, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { findNamed } from '../workspace/named-entries.ts'

/** What git keeps of a work tree and of those inside of it. */
export type GitFolders = {
  /** The repository of the tree itself; absent without git. */
  readonly own: OwnGit | undefined
  /**
   * All of the name `.git` further down: of submodules, which point into the tree's own, and of other repositories, which
   * anybody may have left there. What packages bring with them in `node_modules` is left out.
   */
  readonly inner: readonly string[]
}

/** Real paths. */
export type OwnGit = {
  /** The entry of the tree: a folder, or a file that points to one. */
  readonly entry: string
  /** The git directory of this work tree. */
  readonly directory: string
  /** The same, or what it shares with other work trees, and is in. */
  readonly common: string
}

/** Finds the repository of `root`, whose `.git` is trusted, and what there is of that name below it, which is not. */
export async function findGitFolders(root: string, signal: AbortSignal): Promise<GitFolders> {
  const isLeftOut = ({ name }: { name: string }) => name === 'node_modules'
  const isWanted = (name: string) => name === '.git'
  const found = await findNamed({ root, isWanted, isLeftOut }, signal)
  const entry = join(root, '.git')
  return { own: await readOwn(entry), inner: found.filter((path) => path !== entry) }
}

/** gitrepository-layout: a file `gitdir: PATH`, and a `commondir` where it shares what is not its own. */
async function readOwn(entry: string): Promise<OwnGit | undefined> {
  const directory = await realpath((await readPointer(entry)) ?? entry).catch(() => undefined)
  if (directory === undefined) return undefined
  const shared = await readFile(join(directory, 'commondir'), 'utf8').catch(() => '.')
  const common = await realpath(resolve(directory, shared.replace(/\r?\n$/, ''))).catch(() => '')
  const isGit = await lstat(join(common, 'HEAD')).catch(() => undefined)
  return isGit ? { entry, directory, common } : undefined
}

async function readPointer(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const [, target = '.'] = /^gitdir: (.+?)\r?\n?$/.exec(await readFile(path, 'utf8')) ?? []
  return resolve(dirname(path), target)
}
