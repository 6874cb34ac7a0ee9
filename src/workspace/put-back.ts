import {
  chmodSync,
  mkdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { type Difference, type Entry, isRepository, look } from './census.ts'
import type { Keepsakes } from './keepsakes.ts'
import { locate, type RawPath } from './raw-path.ts'

/** Differences of a work tree, and what was kept of it before. */
export type Undoing = {
  readonly root: string
  readonly kept: Keepsakes
  readonly differences: readonly Difference[]
}

/** Takes away what lies where nothing, or something of another kind, lay. */
export function takeAway({ root, differences }: Undoing): void {
  const deepestFirst = differences.toSorted((a, b) => depth(b) - depth(a))
  for (const { path, before, now } of deepestFirst) {
    if (now === undefined || before?.kind === now.kind) continue
    attempt(() => removeEntry(root, path, now))
  }
}

/** Puts back what was kept, the upper folders first. Returns the paths at which there is not what there was. */
export function putBack({ root, kept, differences }: Undoing): readonly RawPath[] {
  const upperFirst = differences.toSorted((a, b) => depth(a) - depth(b))
  for (const { path, before } of upperFirst) {
    if (before) attempt(() => restore({ root, path, before, content: kept.get(path) }))
  }
  return differences
    .filter(({ path, before }) => !isAsBefore(look(root, path), before, kept.has(path)))
    .map(({ path }) => path)
}

function depth({ path }: Difference): number {
  return path.split('/').length
}

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // What is not as before is found out at the end.
  }
}

function removeEntry(root: string, path: RawPath, { kind }: Entry): void {
  if (!isInside(root, path)) return
  const isWhole = isRepository(path)
  // What else lies in a new folder is somebody else's.
  if (kind === 'folder' && !isWhole) rmdirSync(locate(root, path))
  else if (kind === 'folder') rmSync(locate(root, path), { recursive: true })
  else unlinkSync(locate(root, path))
}

type Restoring = {
  readonly root: string
  readonly path: RawPath
  readonly before: Entry
  readonly content: Buffer | undefined
}

function restore({ root, path, before, content }: Restoring): void {
  if (!isInside(root, path)) return
  const location = locate(root, path)
  const { kind, mode, mtimeMs } = before
  if (kind === 'folder') {
    if (look(root, path) === undefined) mkdirSync(location)
    chmodSync(location, mode)
  } else if (content !== undefined) {
    if (look(root, path)) unlinkSync(location)
    if (kind === 'link') symlinkSync(content, location)
    else writeAnew({ location, content, mode, mtimeMs })
  }
}

function writeAnew({
  location,
  content,
  mode,
  mtimeMs,
}: Pick<Entry, 'mode' | 'mtimeMs'> & { location: Buffer; content: Buffer }): void {
  writeFileSync(location, content, { flag: 'wx', mode })
  chmodSync(location, mode)
  // A build tool takes what is younger for changed.
  utimesSync(location, mtimeMs / 1000, mtimeMs / 1000)
}

/** Whether no folder on the way has become a link. */
function isInside(root: string, path: RawPath): boolean {
  const at = path.lastIndexOf('/')
  const folder = at < 0 ? Buffer.from(root) : locate(root, path.slice(0, at))
  return realpathSync(folder, { encoding: 'buffer' }).equals(folder)
}

/** A file that was not kept may hold anything. */
function isAsBefore(now: Entry | undefined, before: Entry | undefined, isKept: boolean): boolean {
  if (before === undefined || now === undefined) return before === now
  const isAlike = now.kind === before.kind && now.mode === before.mode
  return isAlike && (before.kind === 'folder' || isKept)
}
