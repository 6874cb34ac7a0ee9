import { lstat, readFile, readlink } from 'node:fs/promises'
import { isArtefact, isEditedByOpencode, isOpencodesEdit } from './artefacts.ts'
import { type Git, noAnswer } from './git.ts'
import type { Reading } from './present.ts'
import { locate, parentsOf, type RawPath } from './raw-path.ts'
import type { Retracking } from './tracking.ts'
import type { Differences, Entry } from './tree.ts'
import { findIgnored, type WorkTreeListing } from './work-tree.ts'

type Attribution = Reading & {
  readonly git: Git
  readonly found: Differences
  readonly listing: WorkTreeListing
  readonly retracking: Retracking
}

/**
 * Of the differences what the agent did, commits or not. Added: tracked files that it took out of the index and ignores.
 * Left out: what was ignored before and has not been written since, whatever became of the rules, and what opencode does
 * by itself.
 */
export async function findAgentsDifferences(
  { git, found, listing: { leaves }, retracking: { lost }, baseline, workTree }: Attribution,
  signal: AbortSignal,
): Promise<Differences> {
  const { root, shown } = workTree
  const paths = [...lost].filter((path) => leaves.has(path))
  const released = await findIgnored({ git, paths }, signal)
  const isOld = (path: RawPath) => !leaves.get(path)?.isWritten && isIgnored(path, baseline.ignored)
  const targets = [...shown].map((path) => locate(baseline.shadow.root, path))
  const untracked = found.untracked.filter((path) => !isOld(path) && !isArtefact(path))
  return {
    removed: [...found.removed, ...released],
    changed: await reject(found.changed, (entry) => isOpencodes({ git, root, entry }, signal)),
    untracked: await reject(untracked, (path) => leadsTo(locate(root, path), targets)),
  }
}

function isIgnored(path: RawPath, ignored: ReadonlySet<RawPath>): boolean {
  return ignored.has(path) || parentsOf(path).some((folder) => ignored.has(`${folder}/`))
}

async function reject<T>(
  items: readonly T[],
  condition: (item: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const rejected = await Promise.all(items.map(condition))
  return items.filter((_, at) => !rejected[at])
}

/** Whether it is a link to a shown folder, which the agent moved with the folder around it. */
async function leadsTo(path: Buffer, targets: readonly Buffer[]): Promise<boolean> {
  if (targets.length === 0) return false
  const target = await readlink(path, 'buffer').catch(() => undefined)
  return target !== undefined && targets.some((one) => one.equals(target))
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
