import { randomUUID } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findAgentsDifferences } from './attribution.ts'
import type { Environment, Git } from './git.ts'
import { displayPath, locate, type RawPath } from './raw-path.ts'
import { copyIndex, shadowGit } from './shadow.ts'
import type { Snapshot } from './snapshot.ts'
import { findBlobless, listEntries, recordTree, SUBMODULE_MODE } from './tree.ts'

/**
 * A change that is there but that the patch can't carry: in a submodule's own files, in a file that
 * can't be read, or to a file that a partial clone left out, so that nobody knows what it was.
 */
export type UnseenChange = {
  readonly path: string
  readonly reason: 'submodule' | 'unreadable' | 'base-missing'
}

/** Records the work tree as it is now, beside the snapshot: as the agent, and nobody else, changed it. */
export async function readPresent(
  before: Snapshot,
  env: Environment,
  signal: AbortSignal,
): Promise<{ readonly tree: string; readonly unseen: readonly UnseenChange[] }> {
  const { root, shadow } = before
  const index = join(shadow.directory, `index-${randomUUID()}`)
  await copyIndex(before.index, index)
  const git = shadowGit(shadow, { env, index })
  const found = await findAgentsDifferences({ git, before, env }, signal)
  const blobless = await findBlobless({ git, entries: found.changed }, signal)
  const changed = found.changed.filter((entry) => !blobless.includes(entry))
  const differences = { ...found, changed }
  const { tree, refused } = await recordTree({ git, root, differences }, signal)
  const unreadable = refused.filter((path) => !before.unreadable.has(path))
  const submodules = await findChangedSubmodules({ git, before, env }, signal)
  const unseen = [
    ...unreadable.map((path) => unseenAt(path, 'unreadable')),
    ...submodules.map((path) => unseenAt(path, 'submodule')),
    ...blobless.map(({ path }) => unseenAt(path, 'base-missing')),
  ]
  return { tree, unseen }
}

async function findChangedSubmodules(
  { git, before, env }: { git: Git; before: Snapshot; env: Environment },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const entries = await listEntries(git, signal)
  const submodules = entries.filter(({ mode }) => mode === SUBMODULE_MODE)
  const changed: RawPath[] = []
  for (const { path } of submodules) {
    if (await isSubmoduleChanged({ before, path, env }, signal)) changed.push(path)
  }
  return changed
}

async function isSubmoduleChanged(
  { before, path, env }: { before: Snapshot; path: RawPath; env: Environment },
  signal: AbortSignal,
): Promise<boolean> {
  const folder = locate(before.root, path)
  const found = await lstat(folder).catch(() => undefined)
  if (!found?.isDirectory()) return false
  const inner = before.submodules.get(path)
  if (inner === undefined) {
    // Not checked out before: an empty folder, or what the agent checked out, as the pointer says.
    const names = await readdir(folder)
    return names.length > 0 && !names.includes('.git')
  }
  const present = await readPresent(inner, env, signal)
  return present.tree !== inner.tree || present.unseen.length > 0
}

function unseenAt(path: RawPath, reason: UnseenChange['reason']): UnseenChange {
  return { path: displayPath(path), reason }
}
