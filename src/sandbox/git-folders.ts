import { lstat, readFile, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isInside } from '../inside.ts'
import { findNamed } from '../workspace/named-entries.ts'

/** What git keeps of the repositories in a work tree. */
export type GitFolders = {
  /** The git directory of the tree itself, in one of `directories`; absent without git. */
  readonly own: string | undefined
  /** Git directories: absolute, real paths, none inside of another. They may lie outside of the tree. */
  readonly directories: readonly string[]
  /** Files of the name `.git` that point to one, as worktrees and submodules have them. */
  readonly pointers: readonly string[]
}

/** Finds the repository of `root` and those below it; what packages bring with them in `node_modules` is left out. */
export async function findGitFolders(root: string, signal: AbortSignal): Promise<GitFolders> {
  const isLeftOut = ({ name }: { name: string }) => name === 'node_modules'
  const isWanted = (name: string) => name === '.git'
  const entries = await findNamed({ root, isWanted, isLeftOut }, signal)
  const found = await Promise.all(entries.map(readEntry))
  const directories = [...new Set(found.flatMap(({ directory }) => directory ?? []))]
  return {
    directories: directories.filter(
      (path) =>
        !directories.some((other) => other !== path && isInside({ inner: path, outer: other })),
    ),
    own: await findOwn(root),
    pointers: found.flatMap(({ pointer }) => pointer ?? []),
  }
}

async function findOwn(root: string): Promise<string | undefined> {
  const path = join(root, '.git')
  const target = await readPointer(path)
  return await realpath(target ?? path).catch(() => undefined)
}

type Entry = { readonly directory: string | undefined; readonly pointer?: string }

async function readEntry(path: string): Promise<Entry> {
  const target = await readPointer(path)
  if (target === undefined) return { directory: await findCommon(path) }
  return { pointer: path, directory: await findCommon(target) }
}

/** gitrepository-layout: a file `gitdir: PATH`. */
async function readPointer(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const [, target = '.'] = /^gitdir: (.+?)\r?\n?$/.exec(await readFile(path, 'utf8')) ?? []
  return resolve(path, '..', target)
}

/** A git directory has a file `commondir` if it shares with another what is not its own. */
async function findCommon(path: string): Promise<string | undefined> {
  const directory = await realpath(path).catch(() => undefined)
  if (directory === undefined) return undefined
  const common = await readFile(join(directory, 'commondir'), 'utf8').catch(() => '.')
  const shared = await realpath(resolve(directory, common.replace(/\r?\n$/, ''))).catch(() => '')
  const isGit = await lstat(join(shared, 'HEAD')).catch(() => undefined)
  return isGit ? shared : undefined
}
