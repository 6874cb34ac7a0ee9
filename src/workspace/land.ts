import { closeSync, mkdtempSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Baseline } from './baseline.ts'
import type { Environment, Git } from './git.ts'
import type { WorkTree } from './present.ts'
import {
  displayPath,
  formatPaths,
  lookAt,
  lookInside,
  parentsOf,
  type RawPath,
  stateOf,
} from './raw-path.ts'
import { openStage } from './replacement.ts'
import { shadowGit } from './shadow.ts'
import { type Entry, parseRaw, SUBMODULE_MODE } from './tree.ts'

type Landing = {
  readonly baseline: Baseline
  readonly workTree: WorkTree
  /** The object id of the tree with the change. */
  readonly tree: string
  /** A folder of the run. */
  readonly temporary: string
  readonly env: Environment
}

/**
 * Brings a change into the checkout: all of it, or nothing. Resolves with the paths that are no longer as they were, where
 * nothing was done; throws what the disk or git says. The commit of a submodule is left to the patch.
 */
export async function landChange(
  { baseline, workTree, tree, temporary, env }: Landing,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { shadow } = baseline
  const { root } = shadow
  const place = mkdtempSync(join(shadow.directory, 'landing-'))
  const pure = shadowGit(shadow, { env })
  const compare = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev']
  const isFile = ({ mode }: { mode: string }) => mode !== '000000' && mode !== SUBMODULE_MODE
  // What the agent only stopped tracking stays in the checkout.
  const isKept = (path: RawPath) => lookInside(workTree.root, path)?.isDirectory() === false
  const differences = parseRaw(await pure([...compare, baseline.tree, tree], signal))
  const entries = differences
    .filter(({ after }) => isFile(after))
    .map(({ path, after }) => ({ path, ...after }))
  const added = entries.map(({ path }) => path)
  const changed = differences
    .filter((one) => isFile(one.after) || (isFile(one) && !isKept(one.path)))
    .map(({ path }) => path)
  // What a sparse checkout left out is in the tree before, and not on the disk; for an ignored file it is the other way round.
  const removed = changed.filter((path) => workTree.states.has(path))
  const moved = findMoved({ root, changed, removed, added, states: workTree.states })
  if (moved.length > 0) return moved.map(displayPath)

  const at = sameVolume(root, [temporary, shadow.repository.directory])
  using stage = openStage({ root, at, folder: temporary })
  // The attributes that the agent left decide how its files are written.
  const copy = { ...shadow, root: workTree.root }
  const fresh = shadowGit(copy, { env, index: join(place, 'new-index') })
  await writeIndex(fresh, entries, signal)
  await fresh(['checkout-index', '--all', `--prefix=${stage.fresh}/`], signal)
  signal.throwIfAborted()
  stage.replace({ removed, added })
  return []
}

async function writeIndex(git: Git, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  const input = formatPaths(entries.map(({ mode, id, path }) => `${mode} ${id}\t${path}`))
  await git(['read-tree', '--empty'], signal)
  if (entries.length > 0) await git(['update-index', '-z', '--index-info'], signal, { input })
}

type Places = Pick<WorkTree, 'root' | 'states'> & {
  readonly changed: readonly RawPath[]
  readonly removed: readonly RawPath[]
  readonly added: readonly RawPath[]
}

/** Where the checkout is no longer as it was when it was copied. */
function findMoved({ root, changed, removed, added, states }: Places): readonly RawPath[] {
  const gone = new Set(removed)
  const isOther = (path: RawPath) => {
    const found = lookAt(root, path)
    const isFolder = found?.isDirectory() && !states.has(path)
    return (isFolder ? undefined : found && stateOf(found)) !== states.get(path)
  }
  const fresh = added.filter((path) => !gone.has(path))
  const occupied = new Set(fresh.filter((path) => !isFree(root, { path, gone })))
  return changed.filter((path) => occupied.has(path) || isOther(path))
}

/** Nothing may lie there, and no link may lead elsewhere on the way; what the change removes does not count. */
function isFree(
  root: string,
  { path, gone }: { path: RawPath; gone: ReadonlySet<RawPath> },
): boolean {
  for (const parent of parentsOf(path)) {
    const found = lookAt(root, parent)
    if (found === undefined || gone.has(parent)) return true
    if (!found.isDirectory()) return false
  }
  const found = lookAt(root, path)
  return (
    found === undefined ||
    (found.isDirectory() && [...gone].some((one) => one.startsWith(`${path}/`)))
  )
}

/** Files can be renamed into a tree from the same mount of the same file system only: in a container those of a runner differ. */
function sameVolume(root: string, folders: readonly string[]): string {
  const mount = mountOf(root)
  const found = folders.find((folder) => mountOf(folder) === mount)
  if (found === undefined)
    throw new Error('no folder of the action is on the file system of the checkout')
  return found
}

function mountOf(folder: string): string {
  const { dev } = statSync(folder)
  const file = openSync(folder, 'r')
  try {
    const [, mount] =
      /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'utf8')) ?? []
    return `${dev} ${mount}`
  } catch {
    // Only Linux says.
    return `${dev}`
  } finally {
    closeSync(file)
  }
}
