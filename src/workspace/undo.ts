import { randomUUID } from 'node:crypto'
import { constants, copyFile, rename, rm } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { createGit, type Environment, type Git, line, noAnswer } from './git.ts'
import { readPresent } from './present.ts'
import { copyIndex, shadowGit } from './shadow.ts'
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
  const git = headGit(before, env)
  const ask = async (...args: string[]) => {
    const answer = await git(args, signal).catch(noAnswer)
    return answer && line(answer)
  }
  const [branch, head] = await Promise.all([
    ask('symbolic-ref', '-q', 'HEAD'),
    ask('rev-parse', '--verify', '-q', 'HEAD'),
  ])
  return branch !== before.branch || head !== before.head
}

/** Of the checkout's configuration, which the agent may have written, nothing that these commands obey runs anything. */
function headGit({ root }: Snapshot, env: Environment): Git {
  const variables = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' }
  return createGit({ directory: root, env, variables })
}

/** An agent that committed or changed the branch moved these. */
async function restoreHead(before: Snapshot, env: Environment, signal: AbortSignal): Promise<void> {
  const { head, branch } = before
  const git = headGit(before, env)
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
