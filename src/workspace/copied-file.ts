import { constants, createWriteStream, type Dirent } from 'node:fs'
import { mkdir, open, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../errors.ts'

/** Bytes; some million files. */
const largestFile = 512 * 1024 * 1024
/** Of a folder with all in it. */
const largestFolder = 1024 * 1024 * 1024
const deepest = 64

type Path = string | Buffer

/** Copies an index, if it is there, so that git trusts no more of it than of the original; tells whether it is. */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  const found = await copyPlainFile(from, to)
  if (found === undefined) return false
  // git looks again at files as young as the index, so the copy must not look younger; a microsecond is lost on the way.
  await utimes(to, found.atime, found.mtimeMs / 1000 - 0.000_001)
  return true
}

/**
 * Copies a regular file; undefined if there is none. No link is followed, and no pipe or device can hold it up. Throws
 * `UserError` (`config-invalid`) for one of more than 512 MiB.
 */
export async function copyPlainFile(from: Path, to: Path) {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  const file = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return undefined
  await using _ = file
  const found = await file.stat()
  if (!found.isFile()) return undefined
  if (found.size > largestFile) throw tooLarge(from, '512 MiB')
  await pipeline(file.createReadStream({ autoClose: false }), createWriteStream(to))
  return found
}

/**
 * Copies the regular files of a folder and of those below it, whatever bytes their names have; links and all else are left
 * out. Throws `UserError` (`config-invalid`) for more than a gigabyte.
 */
export async function copyPlainFolder(
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const copying = { from, left: largestFolder }
  await copyBelow({ source: Buffer.from(from), target: Buffer.from(to), depth: 0 }, copying, signal)
}

type Folder = { readonly source: Buffer; readonly target: Buffer; readonly depth: number }

async function copyBelow(
  { source, target, depth }: Folder,
  copying: { readonly from: string; left: number },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  if (depth > deepest) throw tooLarge(copying.from, `${deepest} folders in each other`)
  await mkdir(target, { recursive: true })
  for (const entry of await list(source)) {
    const [one, other] = [below(source, entry.name), below(target, entry.name)]
    const inner = { source: one, target: other, depth: depth + 1 }
    if (entry.isDirectory()) await copyBelow(inner, copying, signal)
    else copying.left -= (await copyPlainFile(one, other))?.size ?? 0
    if (copying.left < 0) throw tooLarge(copying.from, '1 GiB')
  }
}

async function list(folder: Buffer): Promise<readonly Dirent<Buffer>[]> {
  return await readdir(folder, { withFileTypes: true, encoding: 'buffer' })
}

function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), name])
}

function tooLarge(path: Path, limit: string): UserError {
  const message = `${path} of the checkout is larger than ${limit}. Check out again.`
  return new UserError('config-invalid', message)
}

/** Copies what the index of a git directory may have its larger part in. */
export async function copySharedIndexes(from: string, to: string): Promise<void> {
  const names = await readdir(from)
  const shared = names.filter((name) => /^sharedindex\.[0-9a-f]{40,64}$/.test(name))
  for (const name of shared) await copyPlainFile(join(from, name), join(to, name))
}
