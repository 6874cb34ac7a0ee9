import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { locate, type RawPath } from './raw-path.ts'

/** What lies at a path. Any write, rename or change of mode moves `ctimeMs`, and no program can set it. */
export type Entry = {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Permission bits. */
  readonly mode: number
  readonly size: number
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly ino: number
}

/** All that lies below a folder, whatever git ignores; of a `.git` only that it is there. */
export type Census = {
  /** An absolute, real path. */
  readonly root: string
  /** Folders that are left out, by their absolute paths. */
  readonly skipped: ReadonlySet<string>
  readonly entries: ReadonlyMap<RawPath, Entry>
  /** The folders whose entries were read: none that is closed to this user, and none beyond the limit. */
  readonly read: ReadonlySet<RawPath>
  /** False if there was more than is read. */
  readonly isWhole: boolean
}

/** A path at which something else lies than before; `undefined` is nothing. */
export type Difference = {
  readonly path: RawPath
  readonly before: Entry | undefined
  readonly now: Entry | undefined
}

/** One or two seconds of work. */
const mostEntries = 200_000

/** As many as are read before others get their turn: a few milliseconds. */
const atOnce = 500

/** Reads what lies below `root`, the upper folders first. */
export async function takeCensus(
  { root, skipped }: Pick<Census, 'root' | 'skipped'>,
  signal: AbortSignal,
): Promise<Census> {
  const found = await walk({ root, most: mostEntries, mayEnter: outside(root, skipped) }, signal)
  return { root, skipped, ...found }
}

/** What differs from a census, in the folders that it has read and in new ones. */
export async function compareCensus(
  before: Census,
  signal: AbortSignal,
): Promise<readonly Difference[]> {
  const { root, entries, read, skipped } = before
  const isOutside = outside(root, skipped)
  const isNew = (path: RawPath) => entries.get(path)?.kind !== 'folder'
  const mayEnter = (path: RawPath) => isOutside(path) && (read.has(path) || isNew(path))
  const now = await walk({ root, most: 2 * mostEntries, mayEnter }, signal)
  const removed = [...entries.keys()].filter((path) => !now.entries.has(path))
  const present = [...now.entries].map(([path, entry]) => [path, entry] as const)
  // A walk that reached its limit did not see all that is there.
  const unseen = removed.map((path) => [path, look(root, path)] as const)
  return [...present, ...unseen]
    .map(([path, entry]) => ({ path, before: entries.get(path), now: entry }))
    .filter((one) => isDifferent(one.before, one.now))
}

/** What lies at a path now, links not followed; `undefined` if nothing does. */
export function look(root: string, path: RawPath): Entry | undefined {
  try {
    return entryOf(lstatSync(locate(root, path)))
  } catch {
    return undefined
  }
}

function outside(root: string, skipped: ReadonlySet<string>): (path: RawPath) => boolean {
  return (path) => skipped.size === 0 || !skipped.has(locate(root, path).toString())
}

type Walk = {
  readonly root: string
  readonly most: number
  readonly mayEnter: (folder: RawPath) => boolean
}

async function walk(
  { most, ...where }: Walk,
  signal: AbortSignal,
): Promise<Pick<Census, 'entries' | 'read' | 'isWhole'>> {
  const entries = new Map<RawPath, Entry>()
  const read = new Set<RawPath>()
  for (const [path, entry] of findEntries(where, read)) {
    if (entries.size === most) return { entries, read, isWhole: false }
    entries.set(path, entry)
    if (entries.size % atOnce === 0) await setImmediate(undefined, { signal })
  }
  return { entries, read, isWhole: true }
}

/** Adds each folder to `read` once it has been told of all that lies in it. */
function* findEntries(
  { root, mayEnter }: Omit<Walk, 'most'>,
  read: Set<RawPath>,
): Generator<Found> {
  const folders: RawPath[] = ['']
  for (const folder of folders) {
    const paths = pathsIn(root, folder)
    const found = (paths ?? []).flatMap((path) => foundAt(root, path))
    const told = found.filter((one) => !isOpen(one) || mayEnter(one[0]))
    yield* told
    for (const one of told) if (isOpen(one)) folders.push(one[0])
    if (paths) read.add(folder)
  }
}

type Found = readonly [RawPath, Entry]

function foundAt(root: string, path: RawPath): readonly Found[] {
  const entry = look(root, path)
  return entry ? [[path, entry]] : []
}

function isOpen([path, { kind }]: Found): boolean {
  return kind === 'folder' && !isRepository(path)
}

/** Whether it is git's own folder, or a file in its place. */
export function isRepository(path: RawPath): boolean {
  return path === '.git' || path.endsWith('/.git')
}

/** Absent for a folder that is closed to this user, or gone. */
function pathsIn(root: string, folder: RawPath): readonly RawPath[] | undefined {
  try {
    const names = readdirSync(locate(root, folder), { encoding: 'latin1' })
    return folder === '' ? names : names.map((name) => `${folder}/${name}`)
  } catch {
    return undefined
  }
}

function entryOf(found: Stats): Entry {
  const { mode, size, mtimeMs, ctimeMs, ino } = found
  return { kind: kindOf(found), mode: mode & 0o7777, size, mtimeMs, ctimeMs, ino }
}

function kindOf(found: Stats): Entry['kind'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  return found.isSymbolicLink() ? 'link' : 'other'
}

/** A folder's own times and size tell nothing that its entries do not. */
function isDifferent(before: Entry | undefined, now: Entry | undefined): boolean {
  if (before === undefined || now === undefined) return before !== now
  if (before.kind !== now.kind || before.mode !== now.mode) return true
  if (now.kind === 'folder') return false
  const { size, mtimeMs, ctimeMs, ino } = before
  return !(
    size === now.size &&
    mtimeMs === now.mtimeMs &&
    ctimeMs === now.ctimeMs &&
    ino === now.ino
  )
}
