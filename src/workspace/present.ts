import { randomUUID } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findAgentsDifferences } from './attribution.ts'
import { copyIndex } from './copied-file.ts'
import type { Environment } from './git.ts'
import { displayPath, locate, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import type { Snapshot } from './snapshot.ts'
import { findBlobless, recordTree } from './tree.ts'

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
  const submodules: RawPath[] = []
  for (const [path, inner] of before.submodules) {
    const folder = locate(root, path)
    if (await isSubmoduleChanged({ folder, inner, env }, signal)) submodules.push(path)
  }
  const unseen = [
    ...unreadable.map((path) => unseenAt(path, 'unreadable')),
    ...submodules.map((path) => unseenAt(path, 'submodule')),
    ...blobless.map(({ path }) => unseenAt(path, 'base-missing')),
  ]
  return { tree, unseen }
}

async function isSubmoduleChanged(
  { folder, inner, env }: { folder: Buffer; inner: Snapshot | undefined; env: Environment },
  signal: AbortSignal,
): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  if (!found?.isDirectory()) return false
  if (inner === undefined) {
    // It was empty; with a `.git` it holds what the agent checked out, as the pointer says.
    const names = await readdir(folder)
    return names.length > 0 && !names.includes('.git')
  }
  const { tree, unseen } = await readPresent(inner, env, signal)
  return tree !== inner.tree || unseen.length > 0
}

function unseenAt(path: RawPath, reason: UnseenChange['reason']): UnseenChange {
  return { path: displayPath(path), reason }
}
