import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { type Baseline, readMark, recordBaseline, type Survey, surveyCheckout } from './baseline.ts'
import { type CopyOptions, fillPlace, type Place, preparePlace } from './copy-place.ts'
import type { CopiedTree } from './copy-tree.ts'
import { exchangeContents, makeMountPoints } from './exchange.ts'
import { noAnswer, refuseCheckout } from './git.ts'
import type { WorkTree } from './present.ts'
import { locate, type RawPath } from './raw-path.ts'
import type { RepositoryCopy, SharedObjects } from './repository-copy.ts'
import { findShown, linkShown, removeLinks } from './shown-folders.ts'

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

/** Prepares the copies of a checkout: asks git what it ignores, and makes the first one's repository. */
export async function openCopies(options: CopyOptions, signal: AbortSignal): Promise<Copies> {
  const { root, temporary, env, isMeasured } = options
  const survey = await askGit(options, signal)
  // bubblewrap can't mount what only another user may read.
  const isForeign = (await stat(root)).uid !== process.geteuid?.()
  const shown = isForeign ? new Set<RawPath>() : findShown(survey, options)
  const folder = await mkdtemp(join(temporary, 'copies-'))
  const context = { options, survey, shown, folder, isForeign }
  let place = await preparePlace(context, signal)
  let isFilled = false
  let baseline: Baseline | undefined
  const mountable = ({ tree }: Place) =>
    options.isMounted ? makeMountPoints(tree, shown) : undefined
  let mountPoints = mountable(place)

  const fill = async (made: Place, within: AbortSignal) => {
    const filled = await fillPlace(made, context, within)
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
        place = await preparePlace(context, within)
        mountPoints = mountable(place)
      }
      isFilled = true
      const copied = await fill(place, within)
      if (!options.isMounted) await linkShown({ root, tree: place.tree, shown })
      return await copyAt(place, copied)
    },
    async renew(within) {
      const { tree, writable } = place
      // What else of the copy is mounted stays what it is.
      const isWhole = writable.length === 0 && !isForeign
      if (!mountPoints?.areThere() || !isWhole) return undefined
      const made = await preparePlace(context, within)
      const copied = await fill(made, within)
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

/** What stays of it is removed with the folder of the run. */
async function remove(place: string): Promise<void> {
  await rm(place, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined)
}
