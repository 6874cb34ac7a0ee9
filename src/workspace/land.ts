import { mkdtempSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Baseline } from './baseline.ts'
import type { Environment, Git } from './git.ts'
import {
  displayPath,
  formatPaths,
  lookAt,
  parentsOf,
  parsePaths,
  type RawPath,
} from './raw-path.ts'
import { openStage } from './replacement.ts'
import { shadowGit } from './shadow.ts'
import { SUBMODULE_MODE } from './tree.ts'

type Landing = {
  readonly baseline: Baseline
  /** The object id of the tree with the change. */
  readonly tree: string
  /** A folder of the run's own. */
  readonly temporary: string
  readonly env: Environment
}

/**
 * Brings a change into the checkout: all of it, or nothing. Resolves with the paths that are no longer as they were, where
 * nothing was done; throws what the disk or git says. The commit of a submodule is left to the patch.
 */
export async function landChange(
  { baseline, tree, temporary, env }: Landing,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { shadow } = baseline
  const { root } = shadow
  const place = mkdtempSync(join(shadow.directory, 'landing-'))
  const pure = shadowGit(shadow, { env })
  const compare = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev']
  const differences = readDifferences(await pure([...compare, baseline.tree, tree], signal))
  const before = differences.flatMap(({ path, before }) => (before ? [{ path, ...before }] : []))
  const after = differences.flatMap(({ path, after }) => (after ? [{ path, ...after }] : []))

  const old = shadowGit(shadow, { env, index: join(place, 'old-index') })
  const moved = await findMoved(old, { root, before, after }, signal)
  if (moved.length > 0) return moved.map(displayPath)

  const at = sameVolume(root, [temporary, shadow.repository.directory])
  using stage = openStage({ root, at, folder: temporary })
  const fresh = shadowGit(shadow, { env, index: join(place, 'new-index') })
  await writeIndex(fresh, after, signal)
  await fresh(['checkout-index', '--all', `--prefix=${stage.fresh}/`], signal)
  signal.throwIfAborted()
  const pathsOf = (entries: readonly Entry[]) => entries.map(({ path }) => path)
  stage.replace({ removed: pathsOf(before), added: pathsOf(after) })
  return []
}

type State = { readonly mode: string; readonly id: string }
type Entry = State & { readonly path: RawPath }
type Difference = {
  readonly path: RawPath
  readonly before: State | undefined
  readonly after: State | undefined
}

function readDifferences(output: Buffer): readonly Difference[] {
  const fields = parsePaths(output)
  const differences: Difference[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [from = '', to = '', id = '', newId = ''] = (fields[at] ?? '').slice(1).split(' ')
    const path = fields[at + 1] ?? ''
    differences.push({ path, before: stateOf(from, id), after: stateOf(to, newId) })
  }
  return differences
}

function stateOf(mode: string, id: string): State | undefined {
  return mode === '000000' || mode === SUBMODULE_MODE ? undefined : { mode, id }
}

async function writeIndex(git: Git, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  const input = formatPaths(entries.map(({ mode, id, path }) => `${mode} ${id}\t${path}`))
  await git(['read-tree', '--empty'], signal)
  if (entries.length > 0) await git(['update-index', '-z', '--index-info'], signal, { input })
}

type Places = {
  readonly root: string
  readonly before: readonly Entry[]
  readonly after: readonly Entry[]
}

/** Where the checkout is no longer as the agent found it. */
async function findMoved(
  git: Git,
  { root, before, after }: Places,
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  await writeIndex(git, before, signal)
  await git(['update-index', '-q', '--really-refresh'], signal)
  const fields = parsePaths(await git(['diff-files', '-z', '--name-only'], signal))
  const gone = new Set(before.map(({ path }) => path))
  const occupied = after.filter(({ path }) => !gone.has(path) && !isFree(root, { path, gone }))
  return [...new Set([...fields, ...occupied.map(({ path }) => path)])]
}

/** Nothing may lie there, and no link may lead elsewhere on the way; what the change removes is gone by then. */
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

/** Files can be renamed into a tree from the same file system only. */
function sameVolume(root: string, folders: readonly string[]): string {
  const { dev } = statSync(root)
  const found = folders.find((folder) => statSync(folder).dev === dev)
  if (found === undefined)
    throw new Error('no folder of the action is on the file system of the checkout')
  return found
}
