import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { findAgentsDifferences, findRetracking } from './attribution.ts'
import { type Baseline, pathsOf } from './baseline.ts'
import type { Environment } from './git.ts'
import { copyIndex } from './plain-file.ts'
import { displayPath, isAtOrBelow, lookAt, parentsOf, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import { CARRIED } from './sizes.ts'
import {
  type Differences,
  findBlobless,
  findDifferences,
  listEntries,
  type RecordedTree,
  recordTree,
} from './tree.ts'
import type { UnseenChange, UnseenReason } from './unseen.ts'
import { listWorkTree, type WorkTreeListing } from './work-tree.ts'

/** Where an agent worked: the checkout, or a copy of it, which was as the baseline says at `mark`. */
export type WorkTree = {
  /** An absolute, real path. */
  readonly root: string
  /** Milliseconds since the epoch, by the clock of the file system. */
  readonly mark: number
  /** The index of the agent's own repository. */
  readonly agentIndex: string
  /** What each file of the checkout was like when it was copied; see `stateOf`. */
  readonly states: ReadonlyMap<RawPath, string>
  /** Folders that git ignores and that are not part of the tree: the checkout's own are shown there. */
  readonly shown: ReadonlySet<RawPath>
}

/** A work tree as its agent left it. */
export type Present = {
  /** The object id of the tree. */
  readonly tree: string
  /** The same with what can't be part of the change: configuration of opencode that the run ignores. */
  readonly wholeTree: string
  readonly unseen: readonly UnseenChange[]
}

/** What to read, and what to compare it with. */
export type Reading = {
  readonly baseline: Baseline
  readonly workTree: WorkTree
  readonly env: Environment
}

/** Records a work tree as it is now, as far as the agent changed it. */
export async function readPresent(reading: Reading, signal: AbortSignal): Promise<Present> {
  const { baseline, workTree, env } = reading
  const { root, mark, shown } = workTree
  const { shadow, absent } = baseline
  const index = join(await mkdtemp(join(shadow.directory, 'now-')), 'index')
  await copyIndex(baseline.index, index)
  const git = shadowGit({ ...shadow, root }, { env, index })
  const entries = await listEntries(git, signal)
  const retracking = await findRetracking(reading, signal)
  const covered = new Set([...retracking.gained].filter((path) => isAtOrBelow(path, shown)))
  const tracked = pathsOf(entries).union(retracking.gained.difference(covered))
  const submodules = new Set(baseline.submodules.keys()).union(retracking.submodules)
  const listing = await listWorkTree({ git, root, tracked, submodules, shown, mark }, signal)
  const { leaves, badRules } = listing
  if (badRules.length > 0) {
    const unseen = badRules.map(unseenAt('bad-rules'))
    return { tree: baseline.tree, wholeTree: baseline.tree, unseen }
  }
  const suspects = entries.filter(({ path }) => leaves.get(path)?.isTouched)
  const found = await findDifferences({ git, entries, leaves, suspects }, signal)
  const attribution = { ...reading, git, found, listing, retracking }
  const agents = await findAgentsDifferences(attribution, signal)
  const blobless = await findBlobless({ git, entries: agents.changed }, signal)
  const changed = agents.changed.filter((entry) => !blobless.includes(entry))
  const { carried, leftOut } = splitAbsent({ ...agents, changed }, absent)
  const recording = { git, root, leaves, most: CARRIED.change }
  const recorded = await recordTree({ ...recording, differences: carried }, signal)
  const whole = await recordTree({ ...recording, differences: leftOut }, signal)
  const unseen = [
    ...findRefused(recorded, { listing, baseline, large: entries.map(({ path }) => path) }),
    ...[...listing.deep.difference(baseline.deep)].map(unseenAt('too-deep')),
    ...findChangedSubmodules(reading, listing).map(unseenAt('submodule')),
    ...blobless.map(({ path }) => path).map(unseenAt('base-missing')),
    ...[...pathsOf(leftOut.changed), ...leftOut.untracked].map(unseenAt('left-out')),
    ...[...covered, ...listing.uncovered].map(unseenAt('was-ignored')),
  ]
  return { tree: recorded.tree, wholeTree: whole.tree, unseen }
}

function unseenAt(reason: UnseenReason): (path: RawPath) => UnseenChange {
  return (path) => ({ path: displayPath(path), reason })
}

/** What is in the place of a file that the agent did not see, or of a folder with one, is not a change of that. */
function splitAbsent(differences: Differences, absent: ReadonlySet<RawPath>) {
  const above = new Set([...absent].flatMap(parentsOf))
  const isAbsent = (path: RawPath) => isAtOrBelow(path, absent) || above.has(path)
  const { removed, changed, untracked } = differences
  const part = (wanted: boolean): Differences => ({
    removed: wanted ? [] : removed.filter((path) => !isAbsent(path)),
    changed: changed.filter(({ path }) => isAbsent(path) === wanted),
    untracked: untracked.filter((path) => isAbsent(path) === wanted),
  })
  return { carried: part(false), leftOut: part(true) }
}

type Refusing = {
  readonly listing: WorkTreeListing
  readonly baseline: Baseline
  /** What the index has. */
  readonly large: readonly RawPath[]
}

/** What could not be read, unless it was so before and has not been written since. */
function findRefused(
  { refused, tooLarge }: RecordedTree,
  { listing: { leaves }, baseline, large }: Refusing,
): readonly UnseenChange[] {
  const isLarge = (path: RawPath) => (leaves.get(path)?.size ?? 0) > CARRIED.file
  const grown = large.filter((path) => isLarge(path) && leaves.get(path)?.isTouched)
  return [...new Set([...grown, ...refused])]
    .filter((path) => !baseline.refused.has(path) || leaves.get(path)?.isWritten)
    .map((path) => unseenAt(tooLarge.has(path) || isLarge(path) ? 'too-large' : 'unreadable')(path))
}

/** Submodules in which a file that git does not ignore was written, came or went. */
function findChangedSubmodules(
  { baseline, workTree: { root } }: Reading,
  { leaves, submodules }: WorkTreeListing,
): readonly RawPath[] {
  return [...baseline.submodules].flatMap(([path, before]) => {
    const now = submodules.get(path)
    if (isAtOrBelow(path, baseline.absent) || !leaves.has(path) || now === undefined) return []
    // It was empty; with a `.git` it holds what the agent checked out, as the pointer says.
    if (before.size === 0 && lookAt(root, `${path}/.git`)) return []
    const isChanged =
      before.size !== now.size ||
      [...now].some(([inner, { isWritten }]) => isWritten || !before.has(inner))
    return isChanged ? [path] : []
  })
}
