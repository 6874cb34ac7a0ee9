import { randomUUID } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findAgentsDifferences } from './attribution.ts'
import type { Baseline } from './baseline.ts'
import { copyIndex } from './copied-file.ts'
import { findDeepFolders, listUntrackedFolders } from './depth.ts'
import type { Environment, Git } from './git.ts'
import { findBadRules, findGrown, findInflated, findTouched, setEntries } from './grown-files.ts'
import { displayPath, isAtOrBelow, locate, parentsOf, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import { CARRIED } from './sizes.ts'
import { type Differences, findBlobless, recordTree } from './tree.ts'
import type { UnseenChange } from './unseen.ts'

/** Where an agent worked: the checkout, or a copy of it, which was as the baseline says at `mark`. */
export type WorkTree = {
  /** An absolute, real path. */
  readonly root: string
  /** Milliseconds since the epoch, by the clock of the file system. */
  readonly mark: number
  /** The index of the agent's own repository. */
  readonly agentIndex: string
  /** What each file of the checkout was like when it was copied; see `stateOf`. */
  readonly states: ReadonlyMap<RawPath, string>
  /** Folders that git ignores and that are not part of the tree: the checkout's own are shown there. */
  readonly shown: ReadonlySet<RawPath>
}

/** A work tree as its agent left it. */
export type Present = {
  /** The object id of the tree. */
  readonly tree: string
  /** The same with what can't be part of the change: configuration of opencode that the run ignores. */
  readonly wholeTree: string
  readonly unseen: readonly UnseenChange[]
}

/** What to read, and what to compare it with. */
export type Reading = {
  readonly baseline: Baseline
  readonly workTree: WorkTree
  readonly env: Environment
}

/** Records a work tree as it is now: as the agent, and nobody else, changed it. */
export async function readPresent(reading: Reading, signal: AbortSignal): Promise<Present> {
  const { baseline, workTree, env } = reading
  const { root, mark } = workTree
  const { directory } = baseline.shadow
  const index = join(directory, `index-${randomUUID()}`)
  await copyIndex(baseline.index, index)
  const git = shadowGit({ root, directory }, { env, index })
  const rules = await findBadRules(root, signal)
  if (rules.length > 0) {
    const unseen = rules.map((path) => unseenAt(path, 'bad-rules'))
    return { tree: baseline.tree, wholeTree: baseline.tree, unseen }
  }
  const touched = await findTouched({ git, root, mark }, signal)
  const inflated = await findInflated({ git, root }, signal)
  const { grown, others } = await findGrown(root, [...new Set([...touched, ...inflated])])
  // Without times in the index git looks at their contents, whatever time the agent gave them.
  await setEntries(git, { entries: others, present: true }, signal)
  await setEntries(git, { entries: grown, present: false }, signal)
  const found = await findAgentsDifferences({ git, ...reading }, signal)
  await setEntries(git, { entries: grown, present: true }, signal)
  const blobless = await findBlobless({ git, entries: found.changed }, signal)
  const grownPaths = new Set(grown.map(({ path }) => path))
  const differences = {
    ...found,
    changed: found.changed.filter((entry) => !blobless.includes(entry)),
    untracked: found.untracked.filter((path) => !grownPaths.has(path)),
  }
  const { carried, absent } = splitAbsent(differences, baseline.absent)
  const recorded = await recordTree({ git, root, differences: carried, limits: CARRIED }, signal)
  const { tree, tooLarge } = recorded
  const refused = [...grownPaths, ...recorded.refused].filter(
    (path) => !baseline.unreadable.has(path),
  )
  const folders = await listUntrackedFolders(git, signal)
  const deep = await findDeepFolders({ root, folders, before: mark }, signal)
  const whole = await recordTree({ git, root, differences: absent, limits: CARRIED }, signal)
  const unseen = [
    ...refused.map((path) => {
      const isLarge = tooLarge.has(path) || grownPaths.has(path)
      return unseenAt(path, isLarge ? 'too-large' : 'unreadable')
    }),
    ...[...deep, ...topsOf(found.deep)].map((path) => unseenAt(path, 'too-deep')),
    ...(await findChangedSubmodules(reading, signal)).map((path) => unseenAt(path, 'submodule')),
    ...blobless.map(({ path }) => unseenAt(path, 'base-missing')),
    ...pathsOf(absent).map((path) => unseenAt(path, 'left-out')),
    ...[...found.covered, ...(await findUncovered({ git, workTree }, signal))].map((path) =>
      unseenAt(path, 'was-ignored'),
    ),
  ]
  return { tree, wholeTree: whole.tree, unseen }
}

/** What is in the place of a file that the agent did not see, or of a folder with one, is no change of that. */
function splitAbsent(differences: Differences, absent: ReadonlySet<RawPath>) {
  const above = new Set([...absent].flatMap(parentsOf))
  const isAbsent = (path: RawPath) => isAtOrBelow(path, absent) || above.has(path)
  const { removed, changed, untracked } = differences
  const part = (wanted: boolean): Differences => ({
    removed: wanted ? [] : removed.filter((path) => !isAbsent(path)),
    changed: changed.filter(({ path }) => isAbsent(path) === wanted),
    untracked: untracked.filter((path) => isAbsent(path) === wanted),
  })
  return { carried: part(false), absent: part(true) }
}

function pathsOf({ changed, untracked }: Differences): readonly RawPath[] {
  return [...changed.map(({ path }) => path), ...untracked]
}

/** Shown folders that the agent let git see: what is in them is no part of the change. */
async function findUncovered(
  { git, workTree: { shown } }: { git: Git; workTree: WorkTree },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const ignored = await Promise.all(
    [...shown].map(async (path) => {
      // Of a name without an entry git asks whether it would be a folder.
      const arguments_ = ['check-ignore', '-q', '--no-index', '--', `${displayPath(path)}/`]
      return await git(arguments_, signal).then(
        () => true,
        () => false,
      )
    }),
  )
  signal.throwIfAborted()
  return [...shown].filter((_, at) => !ignored[at])
}

async function findChangedSubmodules(
  { baseline, workTree, env }: Reading,
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const changed: RawPath[] = []
  for (const [path, inner] of baseline.submodules) {
    if (isAtOrBelow(path, baseline.absent)) continue
    const root = locate(workTree.root, path).toString()
    const innerTree = {
      ...workTree,
      root,
      agentIndex: join(root, '.git', 'index'),
      shown: new Set<RawPath>(),
    }
    if (await isSubmoduleChanged({ inner, workTree: innerTree, env }, signal)) changed.push(path)
  }
  return changed
}

async function isSubmoduleChanged(
  { inner, workTree, env }: Omit<Reading, 'baseline'> & { inner: Baseline | undefined },
  signal: AbortSignal,
): Promise<boolean> {
  const found = await lstat(workTree.root).catch(() => undefined)
  if (!found?.isDirectory()) return false
  if (inner === undefined) {
    // It was empty; with a `.git` it holds what the agent checked out, as the pointer says.
    const names = await readdir(workTree.root)
    return names.length > 0 && !names.includes('.git')
  }
  const { tree, unseen } = await readPresent({ baseline: inner, workTree, env }, signal)
  return tree !== inner.tree || unseen.length > 0
}

/** The uppermost folders of these paths. */
function topsOf(paths: readonly RawPath[]): readonly RawPath[] {
  return [...new Set(paths.map((path) => path.slice(0, path.indexOf('/'))))]
}

function unseenAt(path: RawPath, reason: UnseenChange['reason']): UnseenChange {
  return { path: displayPath(path), reason }
}
