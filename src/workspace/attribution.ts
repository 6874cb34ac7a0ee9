import { lstat, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isDropping, isEditedByOpencode, isOpencodesEdit } from './droppings.ts'
import { type Environment, type Git, noAnswer } from './git.ts'
import { displayPath, locate, type RawPath } from './raw-path.ts'
import type { Snapshot } from './snapshot.ts'
import { findForced, findReleased, findRetracking } from './tracking.ts'
import { type Differences, type Entry, findDifferences } from './tree.ts'

/**
 * What the agent did to the work tree since the snapshot, whose index `git` has:
 * - what `git add --all` would find, commits or not;
 * - ignored files that it tracks by force, and tracked ones that it took out of the index and ignores;
 * - not what was ignored when the snapshot was taken and is unwritten since, whatever became of the rules;
 * - not what opencode does by itself.
 */
export async function findAgentsDifferences(
  { git, before, env }: { git: Git; before: Snapshot; env: Environment },
  signal: AbortSignal,
): Promise<Differences> {
  const { root, shadow } = before
  const { gained, lost, submodules } = await findRetracking({ shadow, env }, signal)
  const found = await findDifferences(git, submodules, signal)
  const forced = await findForced({ git, root, gained }, signal)
  const released = await findReleased({ git, lost }, signal)
  const untracked = new Set([...found.untracked, ...forced])
  return {
    removed: [...found.removed, ...released.filter((path) => !isMoved(before, path))],
    changed: await reject(found.changed, (entry) => isOpencodes({ git, root, entry }, signal)),
    untracked: await reject(
      [...untracked],
      async (path) => isDropping(path) || (await isOldIgnored(before, path)),
    ),
  }
}

async function reject<T>(
  items: readonly T[],
  condition: (item: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const rejected = await Promise.all(items.map(condition))
  return items.filter((_, at) => !rejected[at])
}

/** Bytes of a file in which opencode writes by itself. */
const largestEdit = 1024 * 1024

async function isOpencodes(
  { git, root, entry }: { git: Git; root: string; entry: Entry },
  signal: AbortSignal,
): Promise<boolean> {
  const { path, id } = entry
  if (!isEditedByOpencode(path)) return false
  const location = locate(root, path)
  const found = await lstat(location).catch(() => undefined)
  if (!found?.isFile() || found.size > largestEdit) return false
  const before = await git(['cat-file', 'blob', id], signal).catch(noAnswer)
  if (before === undefined) return false
  return isOpencodesEdit(path, before.toString(), await readFile(location, 'utf8'))
}

function isMoved({ root, moved }: Snapshot, path: RawPath): boolean {
  const location = join(root, displayPath(path))
  return moved.some((one) => location === one || location.startsWith(one + sep))
}

async function isOldIgnored(before: Snapshot, path: RawPath): Promise<boolean> {
  const folders = path.split('/').map((_, at, names) => `${names.slice(0, at).join('/')}/`)
  if (![path, ...folders].some((name) => before.ignored.has(name))) return false
  if (isMoved(before, path)) return true
  const found = await lstat(locate(before.root, path)).catch(() => undefined)
  // Any write, rename or change of mode moves it, and no program can set it.
  return found !== undefined && Math.floor(found.ctimeMs) <= before.takenAt
}
