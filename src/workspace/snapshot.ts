import { lstat, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { showName } from '../text.ts'
import { copyIndex } from './copied-file.ts'
import { type Environment, noAnswer } from './git.ts'
import { findBadRules } from './grown-files.ts'
import { displayPath, locate, parsePaths, type RawPath } from './raw-path.ts'
import { openRepository, type Repository } from './repository.ts'
import { createShadow, type Shadow, shadowGit } from './shadow.ts'
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

type Taking = {
  readonly repository: Repository
  readonly temporary: string
  readonly env: Environment
}

/** Records the work tree of a repository without writing to it or its `.git`; what it keeps goes into `temporary`, which is no part of it. */
export async function takeSnapshot(
  options: Taking & { moved?: readonly string[] },
  signal: AbortSignal,
): Promise<Snapshot> {
  const { repository, env } = options
  const root = repository.top
  const takenAt = Date.now()
  const [bad] = await findBadRules(root, signal)
  if (bad !== undefined) throw badRules(displayPath(bad))
  const shadow = await createShadow(options, signal)
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
    branch: shadow.branch,
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

function badRules(path: string): UserError {
  const message = `${showName(path)} of the checkout is a pipe, or larger than 100 MiB, so that git can't read it. Remove it in an earlier step.`
  return new UserError('config-invalid', message)
}

/** A folder without a `.git`, or with one that leads nowhere, is a submodule that is not checked out. */
async function takeInner(
  options: Taking,
  path: RawPath,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  const { top } = options.repository
  const found = await lstat(locate(top, `${path}/.git`)).catch(() => undefined)
  if (found === undefined) return undefined
  const repository = await findInner(top, displayPath(path))
  return repository && takeSnapshot({ ...options, repository }, signal).catch(noAnswer)
}

/** The git directory of a submodule lies in that of the whole, or in its own folder. */
async function findInner(top: string, path: string): Promise<Repository | undefined> {
  try {
    const folder = await realpath(join(top, path))
    return folder === join(top, path) ? openRepository(folder) : undefined
  } catch {
    return undefined
  }
}
