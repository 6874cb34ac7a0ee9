import { lstat, realpath } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { Baseline } from './baseline.ts'
import { type Environment, type Git, noAnswer } from './git.ts'
import { readPlainFile } from './plain-file.ts'
import type { WorkTree } from './present.ts'
import { locate, parsePaths, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import { type Entry, listEntries, SUBMODULE_MODE } from './tree.ts'

/** How the agent changed what the checkout's own index tracks: by `git add --force`, `git rm --cached`, `git submodule add` or a commit of such. */
export type Retracking = {
  readonly gained: ReadonlySet<RawPath>
  readonly lost: ReadonlySet<RawPath>
  /** The new ones that `.gitmodules` declares; an undeclared one is a repository that was added by mistake. */
  readonly submodules: ReadonlySet<RawPath>
}

const NONE: Retracking = { gained: new Set(), lost: new Set(), submodules: new Set() }

/** Compares the agent's index with the checkout's; one that is gone or broken says nothing. */
export async function findRetracking(
  tracking: { baseline: Baseline; workTree: WorkTree; env: Environment },
  signal: AbortSignal,
): Promise<Retracking> {
  const { baseline, workTree, env } = tracking
  const { shadow } = baseline
  const live = workTree.agentIndex
  if (!isOtherFile(live, shadow.checkoutIndex)) return NONE
  const list = (index: string) => listEntries(shadowGit(shadow, { env, index }), signal)
  const after = await list(live).catch(noAnswer)
  if (after === undefined) return NONE
  const before = await list(shadow.checkoutIndex)
  const [has, had] = [pathsOf(after), pathsOf(before)]
  const gained = has.difference(had)
  const pointers = pathsOf(after.filter(({ mode }) => mode === SUBMODULE_MODE))
  const submodules = gained.intersection(pointers)
  return {
    gained,
    lost: had.difference(has),
    submodules:
      submodules.size === 0
        ? submodules
        : submodules.intersection(await findDeclared(tracking, signal)),
  }
}

/** Of the paths that are tracked now, those that only an ignore rule keeps out of `git`'s index. */
export async function findForced(
  { git, root, gained }: { git: Git; root: string; gained: ReadonlySet<RawPath> },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  if (gained.size === 0) return []
  const candidates = [...gained.difference(pathsOf(await listEntries(git, signal)))]
  const present = await Promise.all(candidates.map((path) => isFileInside(root, path)))
  return candidates.filter((_, at) => present[at])
}

/** Of the paths that are not tracked any more, those that an ignore rule keeps from being added again. */
export async function findReleased(
  { git, lost }: { git: Git; lost: ReadonlySet<RawPath> },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  if (lost.size === 0) return []
  const list = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard']
  return parsePaths(await git(list, signal)).filter((path) => lost.has(path))
}

/** The submodules that `.gitmodules` declares. */
async function findDeclared(
  { baseline, workTree, env }: { baseline: Baseline; workTree: WorkTree; env: Environment },
  signal: AbortSignal,
): Promise<ReadonlySet<RawPath>> {
  const file = join(workTree.root, '.gitmodules')
  const list = ['config', '--file', file, '-z', '--get-regexp', '\\.path$']
  const output = await shadowGit(baseline.shadow, { env })(list, signal).catch(noAnswer)
  const settings = output === undefined ? [] : parsePaths(output)
  return new Set(settings.map((setting) => setting.slice(setting.indexOf('\n') + 1)))
}

function pathsOf(entries: readonly Entry[]): ReadonlySet<RawPath> {
  return new Set(entries.map(({ path }) => path))
}

/** Some million files; a larger index is not the work of git. */
const largestIndex = 512 * 1024 * 1024

/** Whether there is a file that is not like the other one. */
function isOtherFile(path: string, other: string): boolean {
  const { bytes } = readPlainFile(path, largestIndex)
  const known = readPlainFile(other, largestIndex)
  return bytes !== undefined && (known.bytes === undefined || !known.bytes.equals(bytes))
}

/** An index can name files behind a link that leaves the tree. */
async function isFileInside(root: string, path: RawPath): Promise<boolean> {
  const folder = path.includes('/') ? locate(root, posix.dirname(path)) : Buffer.from(root)
  const real = await realpath(folder, { encoding: 'buffer' }).catch(() => undefined)
  const found = await lstat(locate(root, path)).catch(() => undefined)
  if (real === undefined || found === undefined) return false
  return real.equals(folder) && (found.isFile() || found.isSymbolicLink())
}
