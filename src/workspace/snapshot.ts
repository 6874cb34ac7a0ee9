import { lstat, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { createGit, type Environment, GitError, line, noAnswer } from './git.ts'
import { displayPath, locate, parsePaths, type RawPath } from './raw-path.ts'
import { copyIndex, createShadow, type Shadow, shadowGit } from './shadow.ts'
import { findDifferences, listEntries, recordTree, SUBMODULE_MODE } from './tree.ts'

/** A work tree as it was: what the agent's changes are measured against. Valid while the folder it was made in is there. */
export type Snapshot = {
  /** The repository's top level: an absolute, real path. */
  readonly root: string
  /** The commit that was checked out; absent on a branch without one. */
  readonly head: string | undefined
  /** The full name of the branch; absent when a commit itself was checked out. */
  readonly branch: string | undefined
  /** The object id of the whole work tree, untracked files included, ignored ones not. */
  readonly tree: string
  readonly shadow: Shadow
  /** The index that `tree` was written from. */
  readonly index: string
  /** Milliseconds since the epoch. */
  readonly takenAt: number
  /** What git ignored; a folder ends with a slash and stands for all in it. */
  readonly ignored: ReadonlySet<RawPath>
  /** What the action itself moves away and back, as absolute paths: its times, and its absence from an index, say nothing. */
  readonly moved: readonly string[]
  /** Files that could not be read. */
  readonly unreadable: ReadonlySet<RawPath>
  /** The submodules; `undefined` one that is not checked out. */
  readonly submodules: ReadonlyMap<RawPath, Snapshot | undefined>
}

/** The top level of the work tree that `directory` is in; `undefined` when it is in none. */
export async function findRoot(
  { directory, env }: { directory: string; env: Environment },
  signal: AbortSignal,
): Promise<string | undefined> {
  // The message below is told apart by its English.
  const git = createGit({ directory, env, variables: { LC_ALL: 'C' } })
  try {
    return await realpath(line(await git(['rev-parse', '--show-toplevel'], signal)))
  } catch (error) {
    const isOutside = /not a git repository|must be run in a work tree/
    if (error instanceof GitError && isOutside.test(error.stderr)) return undefined
    throw error
  }
}

/** Records the work tree at `root` without writing to it or its `.git`; what it keeps goes into `temporary`, which is no part of it. */
export async function takeSnapshot(
  options: { root: string; temporary: string; env: Environment; moved?: readonly string[] },
  signal: AbortSignal,
): Promise<Snapshot> {
  const { root, env } = options
  const takenAt = Date.now()
  const shadow = await createShadow(options, signal)
  const ownGit = createGit({ directory: root, env })
  const branch = await ownGit(['symbolic-ref', '-q', 'HEAD'], signal).catch(noAnswer)
  const index = join(shadow.directory, 'index')
  const git = shadowGit(shadow, { env, index })
  const hasIndex = await copyIndex(shadow.checkoutIndex, index)
  if (!hasIndex && shadow.head !== undefined) await git(['read-tree', shadow.head], signal)

  const differences = await findDifferences(git, new Set(), signal)
  const { tree, refused } = await recordTree({ git, root, differences }, signal)
  const ignoredOnes = ['--others', '--ignored', '--exclude-standard', '--directory']
  const ignored = parsePaths(await git(['ls-files', '-z', ...ignoredOnes], signal))

  const submodules = new Map<RawPath, Snapshot | undefined>()
  for (const { path, mode } of await listEntries(git, signal)) {
    if (mode === SUBMODULE_MODE) submodules.set(path, await takeInner(options, path, signal))
  }
  return {
    root,
    head: shadow.head,
    branch: branch && line(branch),
    tree,
    shadow,
    index,
    takenAt,
    ignored: new Set(ignored),
    moved: options.moved ?? [],
    unreadable: new Set(refused),
    submodules,
  }
}

/** A folder without a `.git`, or with one that leads nowhere, is a submodule that is not checked out. */
async function takeInner(
  options: { root: string; temporary: string; env: Environment },
  path: RawPath,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  const found = await lstat(locate(options.root, `${path}/.git`)).catch(() => undefined)
  if (found === undefined) return undefined
  const inner = { ...options, root: join(options.root, displayPath(path)) }
  return takeSnapshot(inner, signal).catch(noAnswer)
}
