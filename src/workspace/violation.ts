import { compareCensus, type Difference, type Entry } from './census.ts'
import { isDropping } from './droppings.ts'
import type { Environment } from './git.ts'
import { findHeld } from './holders.ts'
import { readContent } from './keepsakes.ts'
import { type Change, diffSince } from './patch.ts'
import { putBack, takeAway } from './put-back.ts'
import { displayPath, locate, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import type { Snapshot } from './snapshot.ts'
import { listEntries } from './tree.ts'
import { isHeadMoved, undoSince } from './undo.ts'
import type { Witness } from './witness.ts'

/** How a work tree that must stay as it is differs. */
export type Violation = {
  /** What git sees of it; absent without git, and where git sees nothing. */
  readonly change: Change | undefined
  /** What git does not see: ignored files, empty folders; all that there is where there is no git. */
  readonly others: readonly Difference[]
  readonly isHeadMoved: boolean
}

/** What differs, and which ignored files do not count, since a process that ran before has them open for writing. */
export type Findings = {
  readonly violation: Violation | undefined
  readonly excused: readonly { readonly path: string; readonly by: string }[]
}

/** Compares the tree with what it was; git is asked only if anything at all was touched. `patchFile` gets what git sees. */
export async function findViolation(
  { witness, env, patchFile }: { witness: Witness; env: Environment; patchFile: string },
  signal: AbortSignal,
): Promise<Findings> {
  const { census, snapshot } = witness
  const differences = await compareCensus(census, signal)
  const moved = snapshot !== undefined && (await isHeadMoved(snapshot, env, signal))
  if (differences.length === 0 && !moved) return { violation: undefined, excused: [] }
  const change = snapshot && (await diffSince(snapshot, { env, patchFile }, signal))
  const tracked = await listTracked(witness, env, signal)
  const unseen = withoutSeen(differences, change).filter((one) => isOther(one, witness, tracked))
  const { others, excused } = excuse(unseen, witness)
  const counted = change && change.files.length + change.unseen.length > 0 ? change : undefined
  const isClean = counted === undefined && !moved && withoutShells(others, differences).length === 0
  const violation = isClean ? undefined : { change: counted, others, isHeadMoved: moved }
  return { violation, excused }
}

/** Puts the tree back to what it was; returns the paths at which that did not succeed. */
export async function undoViolation(
  { witness, violation, env }: { witness: Witness; violation: Violation; env: Environment },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { census, kept, snapshot } = witness
  const { change, others, isHeadMoved: moved } = violation
  const undoing = { root: census.root, kept, differences: others }
  // What git ignores may lie where git puts something back, and the other way round.
  takeAway(undoing)
  const isGitNeeded = snapshot !== undefined && (change !== undefined || moved)
  const isUndone = !isGitNeeded || (await undoByGit(snapshot, { env, change }, signal))
  takeAway(undoing)
  const ofGit = change ? [...change.files, ...change.unseen].map(({ path }) => path) : ['HEAD']
  return [...(isUndone ? [] : ofGit), ...putBack(undoing).map(displayPath)]
}

async function undoByGit(
  snapshot: Snapshot,
  { env, change }: { env: Environment; change: Change | undefined },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await undoSince(snapshot, { env, tree: change?.tree ?? snapshot.tree }, signal)
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/** Folders that came or went with what is in them are told by that. */
export function withoutShells(
  differences: readonly Difference[],
  all: readonly Difference[] = differences,
): readonly Difference[] {
  const parents = new Set(all.flatMap(({ path }) => parentsOf(path)))
  return differences.filter(({ path, before, now }) => {
    const isFolder =
      (before ?? now)?.kind === 'folder' && (before === undefined || now === undefined)
    return !(isFolder && parents.has(path))
  })
}

function parentsOf(path: RawPath): readonly RawPath[] {
  const names = path.split('/')
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'))
}

function withoutSeen(
  differences: readonly Difference[],
  change: Change | undefined,
): readonly Difference[] {
  const paths = change?.files.flatMap(({ path, previousPath = path }) => [path, previousPath])
  const seen = new Set(paths)
  // A file where a folder was is seen, the folder that is gone is not.
  return differences.filter(
    ({ path, before }) => before?.kind === 'folder' || !seen.has(displayPath(path)),
  )
}

function excuse(
  differences: readonly Difference[],
  { census, processes }: Witness,
): { readonly others: readonly Difference[] } & Pick<Findings, 'excused'> {
  const held = differences.length > 0 ? findHeld(processes) : new Map<string, string>()
  const holderOf = ({ path }: Difference) => held.get(locate(census.root, path).toString())
  const excused = differences.flatMap((one) => {
    const by = holderOf(one)
    return by === undefined ? [] : [{ path: displayPath(one.path), by }]
  })
  return { others: differences.filter((one) => holderOf(one) === undefined), excused }
}

async function listTracked(
  { snapshot }: Witness,
  env: Environment,
  signal: AbortSignal,
): Promise<ReadonlySet<RawPath>> {
  if (snapshot === undefined) return new Set()
  const git = shadowGit(snapshot.shadow, { env, index: snapshot.index })
  return new Set((await listEntries(git, signal)).map(({ path }) => path))
}

function isBelow(path: RawPath, folders: ReadonlySet<RawPath>): boolean {
  const names = path.split('/')
  return names.some((_, at) => folders.has(names.slice(0, at + 1).join('/')))
}

/** What was moved and came back has another time of change, and nothing else that is new. */
function isSameFile(one: Entry, other: Entry): boolean {
  return one.ino === other.ino && one.size === other.size && one.mtimeMs === other.mtimeMs
}

/** Whether it is neither for git to judge, nor opencode's own doing, nor a mere touch. */
function isOther(
  { path, before, now }: Difference,
  { census, kept, moved }: Witness,
  tracked: ReadonlySet<RawPath>,
): boolean {
  if (tracked.has(path) || (before === undefined && isDropping(path))) return false
  if (before === undefined || now === undefined) return true
  if (before.kind !== now.kind || before.mode !== now.mode) return true
  if (isBelow(path, moved) && isSameFile(before, now)) return false
  const was = kept.get(path)
  return was === undefined || !readContent(census.root, path, now)?.equals(was)
}
