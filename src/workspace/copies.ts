import { realpathSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { attempt, UserError } from '../errors.ts'
import { isInside } from '../path.ts'
import { findProgram } from '../programs/programs.ts'
import { createAgentRepository, ignoreShown, overlookAbsent } from './agent-repository.ts'
import { type Baseline, readMark, recordBaseline, type Survey, surveyCheckout } from './baseline.ts'
import { type CopiedTree, copyTree } from './copy-tree.ts'
import { exchangeContents, makeMountPoints } from './exchange.ts'
import { type Environment, noAnswer, refuseCheckout } from './git.ts'
import type { WorkTree } from './present.ts'
import { type FolderEntry, locate, type RawPath, rawPath } from './raw-path.ts'
import { openRepository, type Repository } from './repository.ts'
import type { RepositoryCopy, SharedObjects } from './repository-copy.ts'
import { findShown, linkShown, removeLinks } from './shown-folders.ts'

/** What is copied, and what of it an agent is to see. */
export type CopyOptions = {
  /** The top level of the checkout: a real path. */
  readonly root: string
  /** Absent without git. */
  readonly repository: Repository | undefined
  /** A folder of the run. */
  readonly temporary: string
  readonly env: Environment
  /** Files and folders that the agent does not see, by their absolute paths. */
  readonly hidden: readonly string[]
  /** Whether a change is measured and landed afterwards. */
  readonly isMeasured: boolean
  /** Whether the sandbox mounts a copy, and what git ignores into it; otherwise each copy gets links. */
  readonly isMounted: boolean
  readonly onProgress: (files: number) => void
}

/** A throw-away copy of the checkout, for one attempt. */
export type Copy = AsyncDisposable & {
  readonly workTree: WorkTree
  /** What the checkout held; absent where no change is measured. */
  readonly baseline: Baseline | undefined
  readonly copied: CopiedTree
  /** Makes the tree ready to be read: nothing in it leads back to the checkout. */
  readonly settle: () => Promise<void>
}

/** What a sandbox shows of a copy. */
export type Mounted = {
  readonly tree: string
  /** What else the agent may write, at its own path. */
  readonly writable: readonly string[]
  /** The checkout's objects, and where the repository of the copy expects them. */
  readonly objects: readonly SharedObjects[]
}

/** Copies of a checkout. */
export type Copies = {
  /** The copy that is mounted where a server starts now: the first one is a folder without files as yet. */
  readonly mounted: () => Mounted
  /** Ignored folders that the agent works with in the checkout itself, by their absolute paths. */
  readonly shown: readonly string[]
  /** Makes a copy; no two at once. Where they are mounted, no server may run. */
  readonly next: (signal: AbortSignal) => Promise<Copy>
  /** Puts a new copy in the place of the one that is mounted, while nothing runs there; undefined if that is not possible. */
  readonly renew: (signal: AbortSignal) => Promise<Copy | undefined>
}

type Place = {
  readonly folder: string
  readonly tree: string
  readonly repository: RepositoryCopy | undefined
  readonly writable: readonly string[]
  readonly objects: readonly SharedObjects[]
}

/** Prepares the copies of a checkout: asks git what it ignores, and makes the first one's repository. */
export async function openCopies(options: CopyOptions, signal: AbortSignal): Promise<Copies> {
  const { root, temporary, env, isMeasured } = options
  const survey = await askGit(options, signal)
  // bubblewrap can't mount what only another user may read.
  const isForeign = (await stat(root)).uid !== process.geteuid?.()
  const shown = isForeign ? new Set<RawPath>() : findShown(survey, options)
  const folder = await mkdtemp(join(temporary, 'copies-'))
  const context = { options, survey, shown, folder, isForeign }
  let place = await prepare(context, signal)
  let isFilled = false
  let baseline: Baseline | undefined
  const mountable = ({ tree }: Place) =>
    options.isMounted ? makeMountPoints(tree, shown) : undefined
  let mountPoints = mountable(place)

  const fillPlace = async (made: Place, within: AbortSignal) => {
    const filled = await fill(made, context, within)
    if (isMeasured && survey)
      baseline ??= await recordBaseline(
        { survey, root: made.tree, absent: filled.absent, env },
        within,
      ).catch(refuseCheckout)
    return filled.copied
  }
  const copyAt = async (
    { tree, repository, folder: own }: Place,
    copied: CopiedTree,
  ): Promise<Copy> => ({
    workTree: {
      root: tree,
      states: copied.states,
      mark: await readMark(folder),
      agentIndex: repository?.index ?? join(folder, 'none'),
      shown,
    },
    baseline,
    copied,
    settle: () => removeLinks({ root, tree, shown }),
    async [Symbol.asyncDispose]() {
      await remove(tree)
      await remove(own)
    },
  })

  return {
    mounted: () => place,
    shown: [...shown].map((path) => locate(root, path).toString()),
    async next(within) {
      if (isFilled) {
        place = await prepare(context, within)
        mountPoints = mountable(place)
      }
      isFilled = true
      const copied = await fillPlace(place, within)
      if (!options.isMounted) await linkShown({ root, tree: place.tree, shown })
      return await copyAt(place, copied)
    },
    async renew(within) {
      const { tree, writable } = place
      // What else of the copy is mounted stays what it is.
      const isWhole = writable.length === 0 && !isForeign
      if (!mountPoints?.areThere() || !isWhole) return undefined
      const made = await prepare(context, within)
      const copied = await fillPlace(made, within)
      const trash = join(made.folder, 'trash')
      await exchangeContents({ from: made.tree, to: tree, trash, kept: shown })
      await remove(trash)
      place = { ...made, tree, repository: made.repository && movedTo(tree, made.repository) }
      return await copyAt(place, copied)
    },
  }
}

function movedTo(tree: string, repository: RepositoryCopy): RepositoryCopy {
  const directory = join(tree, '.git')
  return { ...repository, folder: directory, directory, index: join(directory, 'index') }
}

/** Where no change is measured, a checkout that git can't read is copied all the same. */
async function askGit(
  { repository, temporary, env, isMeasured }: CopyOptions,
  signal: AbortSignal,
): Promise<Survey | undefined> {
  if (repository === undefined) return undefined
  return await surveyCheckout({ repository, temporary, env }, signal).catch((error: unknown) => {
    if (isMeasured) refuseCheckout(error)
    return error instanceof UserError ? undefined : noAnswer(error)
  })
}

type Context = {
  readonly options: CopyOptions
  readonly survey: Survey | undefined
  readonly shown: ReadonlySet<RawPath>
  readonly folder: string
  /** Whether the checkout belongs to another user. */
  readonly isForeign: boolean
}

async function prepare(
  { options, shown, folder, isForeign }: Context,
  signal: AbortSignal,
): Promise<Place> {
  const { repository, env, isMounted } = options
  const place = await mkdtemp(join(folder, 'copy-'))
  const tree = join(place, 'tree')
  await mkdir(tree)
  const empty = { folder: place, tree, repository: undefined, writable: [], objects: [] }
  if (repository === undefined || findProgram('git', env) === undefined) return empty
  const objectsAt = async (source: string, number: number) => {
    if (!isMounted) return source
    if (!isForeign) return `${objectsFolder}/${number}`
    const to = join(place, `objects-${number}`)
    await copyTree(
      { from: source, to, isLeftOut: ({ path }) => path === 'info/alternates' },
      signal,
    )
    return to
  }
  const creating = { repository, tree, place, env, objectsAt }
  const own = await createAgentRepository(creating, signal).catch(refuseCheckout)
  await ignoreShown(own, shown)
  const writable = own.folder === join(tree, '.git') ? [] : [own.folder]
  const objects = isForeign
    ? own.shared.map(({ target }) => ({ source: target, target }))
    : own.shared
  return { ...empty, repository: own, writable, objects }
}

/** Where in the sandbox the checkout's objects are found. */
const objectsFolder = '/run/opencode-driver/objects'

async function fill(
  { tree, repository }: Place,
  { options, survey, shown }: Context,
  signal: AbortSignal,
) {
  const { root, hidden, temporary, env, onProgress } = options
  const inside = [...hidden, temporary].filter((inner) => isInside({ inner, outer: root }))
  const hiddenPaths = new Set(inside.map((path) => rawPath(relative(root, path))))
  const pointers = findPointers(survey)
  const isLeftOut = ({ path, name }: FolderEntry) =>
    (name.toLowerCase() === '.git' && !pointers.has(path)) ||
    hiddenPaths.has(path) ||
    shown.has(path)
  const copied = await copyTree({ from: root, to: tree, isLeftOut, onProgress }, signal)
  const absent = new Set([...hiddenPaths, ...copied.missing, ...copied.large])
  if (repository && survey)
    await overlookAbsent({ ...survey, ...repository, tree, env, absent }, signal)
  return { copied, absent }
}

/** The files that lead from submodules to their repositories in that of the whole, which is copied with them. */
function findPointers(survey: Survey | undefined): ReadonlySet<RawPath> {
  if (survey === undefined) return new Set()
  const { common, directory, top } = survey.shadow.repository
  if (common !== directory) return new Set()
  const outer = join(common, 'modules')
  const isCopied = (path: RawPath) => {
    const inner = attempt(() => openRepository(realpathSync(locate(top, path).toString())))
    return inner !== undefined && isInside({ inner: inner.directory, outer })
  }
  return new Set([...survey.submodules].filter(isCopied).map((path) => `${path}/.git`))
}

/** What stays of it is removed with the folder of the run. */
async function remove(place: string): Promise<void> {
  await rm(place, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined)
}
