import { lstat, readFile, readlink } from 'node:fs/promises'
import type { Baseline } from './baseline.ts'
import { isDropping, isEditedByOpencode, isOpencodesEdit } from './droppings.ts'
import { type Environment, type Git, noAnswer } from './git.ts'
import type { WorkTree } from './present.ts'
import { isAtOrBelow, locate, parentsOf, type RawPath } from './raw-path.ts'
import { findForced, findReleased, findRetracking } from './tracking.ts'
import { type Differences, type Entry, findDifferences } from './tree.ts'

/**
 * `covered` are files in shown folders that the agent tracks by force; `deep` are nested so deeply that each would cost much
 * time to look at.
 */
export type AgentsDifferences = Differences & {
  readonly covered: readonly RawPath[]
  readonly deep: readonly RawPath[]
}

/**
 * What the agent did to the work tree, whose index `git` has:
 * - what `git add --all` would find, commits or not;
 * - ignored files that it tracks by force, and tracked ones that it took out of the index and ignores;
 * - not what was ignored before and is unwritten since, whatever became of the rules;
 * - not what opencode does by itself.
 */
export async function findAgentsDifferences(
  {
    git,
    baseline,
    workTree,
    env,
  }: { git: Git; baseline: Baseline; workTree: WorkTree; env: Environment },
  signal: AbortSignal,
): Promise<AgentsDifferences> {
  const { root, shown } = workTree
  const { gained, lost, submodules } = await findRetracking({ baseline, workTree, env }, signal)
  const found = await findDifferences(git, submodules, signal)
  const forced = await findForced({ git, root, gained }, signal)
  const released = await findReleased({ git, lost }, signal)
  const untracked = new Set([...found.untracked, ...forced])
  return {
    deep: [...untracked].filter(isDeep),
    covered: [...gained].filter((path) => isAtOrBelow(path, shown)),
    removed: [...found.removed, ...released],
    changed: await reject(found.changed, (entry) => isOpencodes({ git, root, entry }, signal)),
    untracked: await reject(
      [...untracked].filter((path) => !isDeep(path) && !isAtOrBelow(path, shown)),
      async (path) =>
        isDropping(path) ||
        (await isOwnLink({ baseline, workTree }, path)) ||
        (await isOldIgnored({ baseline, workTree }, path)),
    ),
  }
}

/** Folders in each other, above which nothing is a part of the change. */
const deepest = 128

function isDeep(path: RawPath): boolean {
  let depth = 0
  for (let at = path.indexOf('/'); at >= 0 && depth <= deepest; at = path.indexOf('/', at + 1))
    depth += 1
  return depth > deepest
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

/** A link to a shown folder that the agent moved with the folder around it. */
async function isOwnLink(
  { baseline, workTree }: { baseline: Baseline; workTree: WorkTree },
  path: RawPath,
): Promise<boolean> {
  if (workTree.shown.size === 0) return false
  const target = await readlink(locate(workTree.root, path), 'buffer').catch(() => undefined)
  if (target === undefined) return false
  return [...workTree.shown].some((one) => locate(baseline.shadow.root, one).equals(target))
}

async function isOldIgnored(
  { baseline, workTree }: { baseline: Baseline; workTree: WorkTree },
  path: RawPath,
): Promise<boolean> {
  const folders = parentsOf(path).map((folder) => `${folder}/`)
  if (![path, ...folders].some((name) => baseline.ignored.has(name))) return false
  const found = await lstat(locate(workTree.root, path)).catch(() => undefined)
  return found !== undefined && found.ctimeMs < workTree.mark
}
