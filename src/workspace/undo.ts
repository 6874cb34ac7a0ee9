import { randomUUID } from 'node:crypto'
import { constants, copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copyIndex } from './copied-file.ts'
import { createGit, type Environment, line, noAnswer } from './git.ts'
import { readPresent } from './present.ts'
import { readHead, viewRepository } from './repository-view.ts'
import { shadowGit } from './shadow.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Puts the work tree, the branch and the index back to what they were, when `tree` is what the work tree is now. Files
 * that git ignores stay. False if it could not be done, or did not do it all.
 */
export async function undoSince(
  before: Snapshot,
  { env, tree }: { env: Environment; tree: string },
  signal: AbortSignal,
): Promise<boolean> {
  const index = join(before.shadow.directory, 'undo-index')
  await copyIndex(before.index, index)
  const git = shadowGit(before.shadow, { env, index })
  await git(['read-tree', tree], signal)
  await git(['update-index', '-q', '--refresh'], signal).catch(noAnswer)
  await git(['read-tree', '-m', '-u', tree, before.tree], signal)
  await restoreHead(before, env, signal)
  await restoreIndex(before)
  const present = await readPresent(before, env, signal)
  return present.tree === before.tree && present.unseen.length === 0
}

/** Whether another commit or branch is checked out than was. */
export async function isHeadMoved(
  before: Snapshot,
  env: Environment,
  signal: AbortSignal,
): Promise<boolean> {
  const { repository, directory: temporary } = before.shadow
  const git = await viewRepository(repository, { temporary, env }, signal)
  const { branch, head } = await readHead(git, signal)
  return branch !== before.branch || head !== before.head
}

/**
 * An agent that committed or changed the branch moved these. The one place where git writes to the checkout's own git
 * directory: of its settings, which the agent may have written, nothing that these commands obey runs anything.
 */
async function restoreHead(before: Snapshot, env: Environment, signal: AbortSignal): Promise<void> {
  const { head, branch } = before
  const { directory, top } = before.shadow.repository
  const git = createGit({ place: { directory, workTree: top }, env })
  if (branch !== undefined) await git(['symbolic-ref', 'HEAD', branch], signal)
  const now = await git(['rev-parse', '--verify', '-q', 'HEAD'], signal).catch(noAnswer)
  if (now === undefined ? head === undefined : line(now) === head && branch !== undefined) return
  const change = head === undefined ? ['-d', 'HEAD'] : ['HEAD', head]
  await git(['update-ref', ...(branch === undefined ? ['--no-deref'] : []), ...change], signal)
}

/** Under a new name first: in its place may be a link that an agent made, or a pipe. */
async function restoreIndex({ shadow }: Snapshot): Promise<void> {
  // Of a git that was killed with its session.
  await rm(`${shadow.liveIndex}.lock`, { force: true })
  const fresh = `${shadow.liveIndex}.${randomUUID()}`
  const copied = await copyFile(shadow.checkoutIndex, fresh, constants.COPYFILE_EXCL).then(
    () => true,
    () => false,
  )
  if (copied) await rename(fresh, shadow.liveIndex)
  else await rm(shadow.liveIndex, { force: true })
}
