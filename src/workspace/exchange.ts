import { mkdirSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, rename } from 'node:fs/promises'
import { locate, lookAt, parentsOf, type RawPath } from './raw-path.ts'

/** Folders of a tree on which a sandbox mounts others. */
export type MountPoints = {
  /** False if one of them was moved or removed: its mount went with it. */
  readonly areThere: () => boolean
}

/** Makes the folders, and remembers which they are. */
export function makeMountPoints(tree: string, paths: ReadonlySet<RawPath>): MountPoints {
  const numberOf = (path: RawPath) => lookAt(tree, path)?.ino
  for (const path of paths) mkdirSync(locate(tree, path), { recursive: true })
  const all = [...new Set([...paths].flatMap((path) => [...parentsOf(path), path]))]
  const before = new Map(all.map((path) => [path, numberOf(path)]))
  return { areThere: () => all.every((path) => numberOf(path) === before.get(path)) }
}

type Exchange = {
  /** Absolute paths on one file system. What was in `to` goes into `trash`. */
  readonly from: string
  readonly to: string
  readonly trash: string
  /** Folders that stay where they are. */
  readonly kept: ReadonlySet<RawPath>
}

/** Puts what `from` holds in the place of what `to` holds, around the folders that stay. Nothing else may write there. */
export async function exchangeContents({ from, to, trash, kept }: Exchange): Promise<void> {
  const above = new Set([...kept].flatMap(parentsOf))
  const moves = (path: RawPath) => !kept.has(path) && !above.has(path)
  let removed = 0
  await mkdir(trash)
  for (const folder of ['', ...above].toSorted()) {
    const mode = lookAt(from, folder)?.mode ?? 0o755
    await chmod(locate(to, folder), 0o700)
    for (const path of (await listBelow(to, folder)).filter(moves)) {
      removed += 1
      await move(locate(to, path), locate(trash, String(removed)))
    }
    for (const path of (await listBelow(from, folder)).filter(moves))
      await move(locate(from, path), locate(to, path))
    await chmod(locate(to, folder), mode & 0o777)
  }
}

async function listBelow(root: string, folder: RawPath): Promise<readonly RawPath[]> {
  if (lookAt(root, folder) === undefined) return []
  const names = await readdir(locate(root, folder), 'latin1')
  return names.map((name) => (folder === '' ? name : `${folder}/${name}`))
}

/** A folder can only be moved by those who may write to it. */
async function move(source: Buffer, target: Buffer): Promise<void> {
  const found = await lstat(source)
  const isClosed = found.isDirectory() && (found.mode & 0o200) === 0
  if (isClosed) await chmod(source, 0o700)
  await rename(source, target)
  if (isClosed) await chmod(target, found.mode & 0o777)
}
