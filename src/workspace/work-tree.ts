import { setImmediate } from 'node:timers/promises'
import { type Git, GitError } from './git.ts'
import {
  type FolderEntry,
  formatPaths,
  isAtOrBelow,
  listFolder,
  locate,
  lookAt,
  parentsOf,
  parsePaths,
  type RawPath,
} from './raw-path.ts'
import { CARRIED } from './sizes.ts'

/** Something in a work tree that is not a folder, or the folder of a submodule. */
export type Leaf = {
  readonly kind: 'file' | 'link' | 'submodule' | 'other'
  /** Bytes of a file; 0 of anything else. */
  readonly size: number
  /** Whether it was written or renamed since the mark, by a time that no program can set. */
  readonly isWritten: boolean
  /** Whether it was, or an entry of a folder around it came or went. */
  readonly isTouched: boolean
}

/** What a work tree holds and git does not ignore. */
export type WorkTreeListing = {
  readonly leaves: ReadonlyMap<RawPath, Leaf>
  /** What lies in each submodule. */
  readonly submodules: ReadonlyMap<RawPath, ReadonlyMap<RawPath, Leaf>>
  /** What git ignores; a folder ends with a slash and stands for all in it. */
  readonly ignored: ReadonlySet<RawPath>
  /** Shown folders that git does not ignore. */
  readonly uncovered: ReadonlySet<RawPath>
  /** The topmost untracked folders of those that are nested too deeply, or are too many. */
  readonly deep: ReadonlySet<RawPath>
  /** Rules that git could not read in memory, or would wait for. If there are any, the rest is not complete. */
  readonly badRules: readonly RawPath[]
}

type Listing = {
  /** Whose ignore rules count. */
  readonly git: Git
  readonly root: string
  /** Paths that no rule ignores. */
  readonly tracked: ReadonlySet<RawPath>
  readonly submodules: ReadonlySet<RawPath>
  /** Ignored folders that are not entered. */
  readonly shown?: ReadonlySet<RawPath>
  /** Milliseconds since the epoch. */
  readonly mark?: number
}

type Folder = {
  readonly path: RawPath
  readonly isTouched: boolean
  /** The topmost untracked folder around it, or the submodule; undefined if there is none. */
  readonly top: RawPath | undefined
}

type Item = FolderEntry & { readonly around: Folder; readonly leaf: Leaf }

/** Lists a work tree level by level, so that git reads no rule that was not looked at before. */
export async function listWorkTree(
  listing: Listing,
  signal: AbortSignal,
): Promise<WorkTreeListing> {
  const { git, tracked } = listing
  const walk = openWalk(listing)
  let level: readonly Folder[] = [{ path: '', isTouched: false, top: undefined }]
  while (level.length > 0) {
    const items = await readLevel(level, listing, signal)
    const badRules = items.filter(isBadRule).map(({ path }) => path)
    if (badRules.length > 0) return { ...walk, badRules }
    const unknown = items.filter(({ path }) => !tracked.has(path) && !walk.folders.has(path))
    const paths = unknown.map(({ path }) => path)
    const ignored = await findIgnored({ git, paths }, signal)
    level = items.flatMap((item) => take(walk, item, ignored.has(item.path)))
  }
  for (const path of [...walk.leaves.keys()])
    if (isAtOrBelow(path, walk.deep)) walk.leaves.delete(path)
  return { ...walk, badRules: [] }
}

type Walk = ReturnType<typeof openWalk>

function openWalk({ root, tracked, submodules, shown = new Set() }: Listing) {
  const inside = [...submodules].map((path) => [path, new Map<RawPath, Leaf>()] as const)
  return {
    root,
    shown,
    /** The folders with anything tracked in them. */
    folders: new Set([...tracked].flatMap(parentsOf)),
    leaves: new Map<RawPath, Leaf>(),
    submodules: new Map(inside),
    ignored: new Set<RawPath>(),
    uncovered: new Set<RawPath>(),
    deep: new Set<RawPath>(),
    untrackedFolders: 0,
  }
}

/** Notes an item; returns it as a folder if it is one to enter. */
function take(walk: Walk, item: Item, isIgnored: boolean): readonly Folder[] {
  const { path, kind, leaf, around } = item
  if (isIgnored) walk.ignored.add(kind === 'folder' ? `${path}/` : path)
  else if (walk.shown.has(path)) walk.uncovered.add(path)
  else if (kind === 'folder') return enter(walk, item)
  else (walk.submodules.get(around.top ?? '') ?? walk.leaves).set(path, leaf)
  return []
}

function enter(walk: Walk, { path, leaf, around }: Item): readonly Folder[] {
  const isSubmodule = walk.submodules.has(path)
  if (isSubmodule) walk.leaves.set(path, leaf)
  const own = isSubmodule || !walk.folders.has(path) ? path : undefined
  const folder = { path, isTouched: leaf.isTouched, top: around.top ?? own }
  return isTooDeep(walk, folder) ? [] : [folder]
}

/** Folders in each other. */
const deepest = 128
/** Linux opens no longer path by its name (PATH_MAX). */
const longestPath = 4000
const mostUntrackedFolders = 50_000

function isTooDeep(walk: Walk, { path, top }: Folder): boolean {
  if (top === undefined) return false
  walk.untrackedFolders += 1
  const isDeep = path.split('/').length > deepest || locate(walk.root, path).length > longestPath
  if (isDeep || walk.untrackedFolders > mostUntrackedFolders) walk.deep.add(top)
  return walk.deep.has(top)
}

/** A few milliseconds of work, after which others get their turn. */
const atOnce = 500

async function readLevel(
  folders: readonly Folder[],
  listing: Listing,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const items: (readonly Item[])[] = []
  let read = 0
  for (const folder of folders) {
    const inside = itemsOf(folder, listing)
    items.push(inside)
    read += inside.length + 1
    if (read > atOnce) await setImmediate(undefined, { signal })
    if (read > atOnce) read = 0
  }
  signal.throwIfAborted()
  return items.flat()
}

function itemsOf(around: Folder, { root, mark = 0 }: Listing): readonly Item[] {
  const entries = listFolder(root, around.path) ?? []
  return entries.flatMap((entry) => {
    const found = entry.name.toLowerCase() === '.git' ? undefined : lookAt(root, entry.path)
    if (found === undefined) return []
    const isWritten = found.ctimeMs >= mark
    const kind = entry.kind === 'folder' ? 'submodule' : entry.kind
    const size = entry.kind === 'file' ? found.size : 0
    const leaf = { kind, size, isWritten, isTouched: isWritten || around.isTouched } as const
    return [{ ...entry, around, leaf }]
  })
}

/** git follows no link in the place of its rules. */
function isBadRule({ name, kind, leaf }: Item): boolean {
  const isRule = ['.gitignore', '.gitattributes', '.gitmodules'].includes(name)
  return isRule && (kind === 'other' || leaf.size > CARRIED.file)
}

/** Of these paths those that a rule ignores, tracked ones too. */
export async function findIgnored(
  { git, paths }: { git: Git; paths: readonly RawPath[] },
  signal: AbortSignal,
): Promise<ReadonlySet<RawPath>> {
  if (paths.length === 0) return new Set()
  // Otherwise a name that begins with a colon says how to match.
  const input = formatPaths(paths.map((path) => `./${path}`))
  const ask = ['check-ignore', '-z', '--stdin', '--no-index']
  const none = (error: unknown) => {
    if (error instanceof GitError && error.exitCode === 1) return Buffer.alloc(0)
    throw error
  }
  const ignored = parsePaths(await git(ask, signal, { input }).catch(none))
  return new Set(ignored.map((path) => path.slice(2)))
}
