import { realpathSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { attempt } from '../errors.ts'
import { isInside } from '../path.ts'
import { findProgram } from '../programs/programs.ts'
import { createAgentRepository, ignoreShown, overlookAbsent } from './agent-repository.ts'
import type { Survey } from './baseline.ts'
import { type CopiedTree, copyTree } from './copy-tree.ts'
import { type Environment, refuseCheckout } from './git.ts'
import { type FolderEntry, locate, type RawPath, rawPath } from './raw-path.ts'
import { openRepository, type Repository } from './repository.ts'
import type { RepositoryCopy, SharedObjects } from './repository-copy.ts'

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

/** The folder of one copy: its tree, its repository, and what of it a sandbox mounts. */
export type Place = {
  readonly folder: string
  readonly tree: string
  readonly repository: RepositoryCopy | undefined
  readonly writable: readonly string[]
  readonly objects: readonly SharedObjects[]
}

/** What all copies of a checkout have in common. */
export type Context = {
  readonly options: CopyOptions
  readonly survey: Survey | undefined
  readonly shown: ReadonlySet<RawPath>
  readonly folder: string
  /** Whether the checkout belongs to another user. */
  readonly isForeign: boolean
}

/** Makes the folder of a copy and its repository; the tree is empty. */
export async function preparePlace(
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

/** Copies the checkout into a place; `absent` is what the agent does not see of it. */
export async function fillPlace(
  { tree, repository }: Place,
  { options, survey, shown }: Context,
  signal: AbortSignal,
): Promise<{ readonly copied: CopiedTree; readonly absent: ReadonlySet<RawPath> }> {
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
