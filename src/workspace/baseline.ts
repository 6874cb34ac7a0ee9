import { lstat, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { showName } from '../text.ts'
import { copyIndex } from './copied-file.ts'
import { type Environment, type Git, noAnswer } from './git.ts'
import { findBadRules, findInflated, setEntries } from './grown-files.ts'
import {
  displayPath,
  formatPaths,
  isAtOrBelow,
  locate,
  parsePaths,
  type RawPath,
} from './raw-path.ts'
import { openRepository, type Repository } from './repository.ts'
import { createShadow, type Shadow, shadowGit } from './shadow.ts'
import { type Entry, findDifferences, listEntries, recordTree, SUBMODULE_MODE } from './tree.ts'

/** What git says of a checkout before anything of it is copied. Valid while the folder it was made in exists. */
export type Survey = {
  readonly shadow: Shadow
  /** What git ignores; a folder ends with a slash and stands for all in it. */
  readonly ignored: ReadonlySet<RawPath>
  /** Tracked files that git would read in full to see whether they changed, and that are too large for it. */
  readonly inflated: readonly Entry[]
  /** The submodules; `undefined` one that is not checked out. */
  readonly submodules: ReadonlyMap<RawPath, Survey | undefined>
}

/** A checkout as it was: what an agent's changes are measured against. */
export type Baseline = Omit<Survey, 'submodules'> & {
  /** The object id of the whole work tree, untracked files included, ignored ones not. */
  readonly tree: string
  /** The index that `tree` was written from. */
  readonly index: string
  /** Files that could not be read. */
  readonly unreadable: ReadonlySet<RawPath>
  /** Of the checkout's files those that the work tree doesn't have; a folder with all in it. */
  readonly absent: ReadonlySet<RawPath>
  readonly submodules: ReadonlyMap<RawPath, Baseline | undefined>
}

type Place = { readonly temporary: string; readonly env: Environment }

/** Asks git what it ignores, without writing to the checkout or its `.git`. Throws `UserError` where git can't read it. */
export async function surveyCheckout(
  { repository, ...place }: Place & { repository: Repository },
  signal: AbortSignal,
): Promise<Survey> {
  const root = repository.top
  const [bad] = await findBadRules(root, signal)
  if (bad !== undefined) throw badRules(displayPath(bad))
  const shadow = await createShadow({ ...place, repository }, signal)
  const index = join(await mkdtemp(join(shadow.directory, 'survey-')), 'index')
  await copyIndex(shadow.checkoutIndex, index)
  const git = shadowGit(shadow, { env: place.env, index })
  const inflated = await findInflated({ git, root }, signal)
  await setEntries(git, { entries: inflated, present: false }, signal)
  const ignored = await findIgnored(git, signal)
  const submodules = new Map<RawPath, Survey | undefined>()
  for (const { path, mode } of await listEntries(git, signal))
    if (mode === SUBMODULE_MODE)
      submodules.set(path, await surveyInner({ root, path }, place, signal))
  return { shadow, ignored, inflated, submodules }
}

/** What a rule ignores, and not what lies in it. */
async function findIgnored(git: Git, signal: AbortSignal): Promise<ReadonlySet<RawPath>> {
  const status = ['status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=all']
  const all = [...status, '--ignored=matching', '--untracked-files=all']
  const lines = parsePaths(await git(all, signal)).filter((line) => line.startsWith('!! '))
  return new Set(lines.map((line) => line.slice(3)))
}

function badRules(path: string): UserError {
  const message = `${showName(path)} of the checkout is a pipe, or larger than 100 MiB, so that git can't read it. Remove it in an earlier step.`
  return new UserError('config-invalid', message)
}

/** A folder without a `.git`, or with one that leads nowhere, is a submodule that is not checked out. */
async function surveyInner(
  { root, path }: { root: string; path: RawPath },
  place: Place,
  signal: AbortSignal,
): Promise<Survey | undefined> {
  const found = await lstat(locate(root, `${path}/.git`)).catch(() => undefined)
  if (found === undefined) return undefined
  const repository = await openInner(join(root, displayPath(path)))
  return repository && surveyCheckout({ ...place, repository }, signal).catch(noAnswer)
}

/** The git directory of a submodule lies in that of the whole, or in its own folder. */
async function openInner(path: string): Promise<Repository | undefined> {
  try {
    return (await realpath(path)) === path ? openRepository(path) : undefined
  } catch {
    return undefined
  }
}

type Recording = {
  readonly survey: Survey
  /** The checkout, or a copy of it. */
  readonly root: string
  readonly absent: ReadonlySet<RawPath>
  readonly env: Environment
}

/** Records what a checkout held, from the checkout itself or from a copy of it that nobody has worked in. */
export async function recordBaseline(
  { survey, root, absent, env }: Recording,
  signal: AbortSignal,
): Promise<Baseline> {
  const { shadow, inflated } = survey
  const index = join(await mkdtemp(join(shadow.directory, 'base-')), 'index')
  const git = shadowGit({ ...shadow, root }, { env, index })
  const hasIndex = await copyIndex(shadow.checkoutIndex, index)
  if (!hasIndex && shadow.head !== undefined) await git(['read-tree', shadow.head], signal)
  await leaveOut(git, absent, signal)
  await setEntries(git, { entries: inflated, present: false }, signal)
  const differences = await findDifferences(git, new Set(), signal)
  await setEntries(git, { entries: inflated, present: true }, signal)
  const { tree, refused } = await recordTree({ git, root, differences }, signal)
  const submodules = new Map<RawPath, Baseline | undefined>()
  for (const [path, inner] of survey.submodules) {
    const folder = join(root, displayPath(path))
    const recording = inner && { survey: inner, root: folder, absent: below(absent, path), env }
    submodules.set(path, recording && (await recordBaseline(recording, signal)))
  }
  const unreadable = new Set([...inflated.map(({ path }) => path), ...refused])
  return { ...survey, tree, index, absent, unreadable, submodules }
}

function below(paths: ReadonlySet<RawPath>, folder: RawPath): ReadonlySet<RawPath> {
  const inside = [...paths].filter((path) => path.startsWith(`${folder}/`))
  return new Set(inside.map((path) => path.slice(folder.length + 1)))
}

/** To git these are unchanged as long as they are absent. */
async function leaveOut(
  git: Git,
  absent: ReadonlySet<RawPath>,
  signal: AbortSignal,
): Promise<void> {
  if (absent.size === 0) return
  const entries = await listEntries(git, signal)
  const paths = entries.map(({ path }) => path).filter((path) => isAtOrBelow(path, absent))
  const input = formatPaths(paths)
  await git(['update-index', '-z', '--skip-worktree', '--stdin'], signal, { input })
}

/** The time of a change to a file that is made now, by the clock of the file system in `folder`; milliseconds. */
export async function readMark(folder: string): Promise<number> {
  const place = join(await mkdtemp(join(folder, 'mark-')), 'now')
  await writeFile(place, '')
  return (await lstat(place)).ctimeMs
}
