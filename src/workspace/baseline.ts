import { lstat, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { showName } from '../text/text.ts'
import type { Environment } from './git.ts'
import { copyIndex } from './plain-file.ts'
import { displayPath, isAtOrBelow, type RawPath } from './raw-path.ts'
import type { Repository } from './repository.ts'
import { createShadow, type Shadow, shadowGit } from './shadow.ts'
import { type Entry, findDifferences, listEntries, recordTree, SUBMODULE_MODE } from './tree.ts'
import { listWorkTree, type WorkTreeListing } from './work-tree.ts'

/** What git says of a checkout before anything of it is copied. Valid while the folder it was made in exists. */
export type Survey = {
  readonly shadow: Shadow
  /** What git ignores; a folder ends with a slash and stands for all in it. */
  readonly ignored: ReadonlySet<RawPath>
  readonly submodules: ReadonlySet<RawPath>
}

/** A checkout as it was: what an agent's changes are measured against. */
export type Baseline = Pick<Survey, 'shadow' | 'ignored'> &
  Pick<WorkTreeListing, 'submodules' | 'deep'> & {
    /** The object id of the whole work tree, untracked files included, ignored ones not. */
    readonly tree: string
    /** The index that `tree` was written from. */
    readonly index: string
    /** Files that could not be read, or were too large to be. */
    readonly refused: ReadonlySet<RawPath>
    /** Of the checkout's files those that the work tree doesn't have; a folder with all in it. */
    readonly absent: ReadonlySet<RawPath>
  }

type Place = { readonly temporary: string; readonly env: Environment }

/** Asks git what it ignores, without writing to the checkout or its `.git`. Throws `UserError` where git can't read it. */
export async function surveyCheckout(
  { repository, temporary, env }: Place & { readonly repository: Repository },
  signal: AbortSignal,
): Promise<Survey> {
  const shadow = await createShadow({ repository, temporary, env }, signal)
  const { root, checkoutIndex: index } = shadow
  const git = shadowGit(shadow, { env, index })
  const entries = await listEntries(git, signal)
  const submodules = submodulesOf(entries)
  const tracked = pathsOf(entries)
  const { ignored, badRules } = await listWorkTree({ git, root, tracked, submodules }, signal)
  const [bad] = badRules
  if (bad === undefined) return { shadow, ignored, submodules }
  const message = `${showName(displayPath(bad))} of the checkout is a pipe, or larger than 100 MiB, so that git can't read it. Remove it in an earlier step.`
  throw new UserError('config-invalid', message)
}

/** The paths of submodules. */
export function submodulesOf(entries: readonly Entry[]): ReadonlySet<RawPath> {
  return pathsOf(entries.filter(({ mode }) => mode === SUBMODULE_MODE))
}

/** The paths of entries. */
export function pathsOf(entries: readonly Entry[]): ReadonlySet<RawPath> {
  return new Set(entries.map(({ path }) => path))
}

type Recording = {
  readonly survey: Survey
  /** The checkout, or a copy of it. */
  readonly root: string
  readonly absent: ReadonlySet<RawPath>
  readonly env: Environment
}

/** Records what a checkout held, from the checkout itself or from a copy of it that no one has worked in. */
export async function recordBaseline(
  { survey: { shadow, ignored, submodules }, root, absent, env }: Recording,
  signal: AbortSignal,
): Promise<Baseline> {
  const index = join(await mkdtemp(join(shadow.directory, 'base-')), 'index')
  await copyIndex(shadow.checkoutIndex, index)
  const git = shadowGit({ ...shadow, root }, { env, index })
  const entries = await listEntries(git, signal)
  const tracked = pathsOf(entries)
  const listing = await listWorkTree({ git, root, tracked, submodules }, signal)
  const { leaves, deep } = listing
  const suspects = entries.filter(({ tag }) => tag !== tag.toUpperCase())
  const found = await findDifferences({ git, entries, leaves, suspects }, signal)
  const removed = found.removed.filter((path) => !isAtOrBelow(path, absent))
  const recording = { git, root, leaves, differences: { ...found, removed } }
  const { tree, refused } = await recordTree({ ...recording, most: Infinity }, signal)
  const facts = { shadow, ignored, submodules: listing.submodules, deep, tree, index, absent }
  return { ...facts, refused: new Set(refused) }
}

/** The time of a change to a file that is made now, by the clock of the file system in `folder`; milliseconds. */
export async function readMark(folder: string): Promise<number> {
  const place = join(await mkdtemp(join(folder, 'mark-')), 'now')
  await writeFile(place, '')
  return (await lstat(place)).ctimeMs
}
