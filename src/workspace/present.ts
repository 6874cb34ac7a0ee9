import { randomUUID } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findAgentsDifferences } from './attribution.ts'
import { copyIndex } from './copied-file.ts'
import { findDeepFolders, listUntrackedFolders } from './depth.ts'
import type { Environment } from './git.ts'
import { findBadRules, findGrown, setEntries } from './grown-files.ts'
import { displayPath, locate, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import { CARRIED } from './sizes.ts'
import type { Snapshot } from './snapshot.ts'
import { findBlobless, recordTree } from './tree.ts'
import type { UnseenChange } from './unseen.ts'

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
  const rules = await findBadRules(root, signal)
  if (rules.length > 0) {
    const unseen = rules.map((path) => unseenAt(path, 'bad-rules'))
    return { tree: before.tree, unseen }
  }
  const grown = await findGrown({ git, root }, signal)
  await setEntries(git, { entries: grown, present: false }, signal)
  const found = await findAgentsDifferences({ git, before, env }, signal)
  await setEntries(git, { entries: grown, present: true }, signal)
  const blobless = await findBlobless({ git, entries: found.changed }, signal)
  const changed = found.changed.filter((entry) => !blobless.includes(entry))
  const grownPaths = new Set(grown.map(({ path }) => path))
  const untracked = found.untracked.filter((path) => !grownPaths.has(path))
  const differences = { ...found, changed, untracked }
  const recorded = await recordTree({ git, root, differences, limits: CARRIED }, signal)
  const { tree, tooLarge } = recorded
  const refused = [...grownPaths, ...recorded.refused].filter(
    (path) => !before.unreadable.has(path),
  )
  const folders = await listUntrackedFolders(git, signal)
  const deep = await findDeepFolders({ root, folders, before: before.takenAt }, signal)
  const submodules: RawPath[] = []
  for (const [path, inner] of before.submodules) {
    const folder = locate(root, path)
    if (await isSubmoduleChanged({ folder, inner, env }, signal)) submodules.push(path)
  }
  const unseen = [
    ...refused.map((path) => {
      const isLarge = tooLarge.has(path) || grownPaths.has(path)
      return unseenAt(path, isLarge ? 'too-large' : 'unreadable')
    }),
    ...deep.map((path) => unseenAt(path, 'too-deep')),
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
