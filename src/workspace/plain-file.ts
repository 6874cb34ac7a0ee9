import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { lstat, utimes, writeFile } from 'node:fs/promises'
import { isNativeError } from 'node:util/types'
import { UserError } from '../errors.ts'

/** What was read, or why it was not: `{path} {problem}` is a clause. */
export type PlainFile =
  | { readonly bytes: Buffer; readonly problem?: undefined }
  | { readonly bytes?: undefined; readonly problem: string }

const blockSize = 64 * 1024

/**
 * Reads a regular file of at most `most` bytes. No link is followed at the end of the path, and no pipe or device can hold
 * it up.
 */
export function readPlainFile(path: string, most: number): PlainFile {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  try {
    using file = opened(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    if (!fstatSync(file.descriptor).isFile()) return { problem: 'is not a regular file' }
    const bytes = readUpTo(file.descriptor, most)
    return bytes ? { bytes } : { problem: `is larger than ${sizeOf(most)}` }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

/** A file may grow while it is read, and those of `/proc` have no size. */
function readUpTo(descriptor: number, most: number): Buffer | undefined {
  const blocks: Buffer[] = []
  let length = 0
  for (;;) {
    const block = Buffer.alloc(blockSize)
    const read = readSync(descriptor, block)
    if (read === 0) return Buffer.concat(blocks)
    length += read
    if (length > most) return undefined
    blocks.push(block.subarray(0, read))
  }
}

function opened(path: string, flags: number) {
  const descriptor = openSync(path, flags)
  return { descriptor, [Symbol.dispose]: () => closeSync(descriptor) }
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  ELOOP: 'is a symbolic link',
  // A socket, or a device without a driver.
  ENXIO: 'is not a regular file',
  ENODEV: 'is not a regular file',
}

function problemOf(error: unknown): string {
  const code = isNativeError(error) && 'code' in error ? String(error.code) : 'unknown'
  return problems[code] ?? `can't be read (${code})`
}

function sizeOf(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`
}

/** Bytes; some million files. */
const largestFile = 512 * 1024 * 1024

/** Copies an index, if it exists, so that git trusts no more of it than of the original; returns whether it does. */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  if (!(await copyPlainFile(from, to))) return false
  const { atime, mtimeMs } = await lstat(from)
  // git looks again at files as young as the index, so the copy must not look younger; a microsecond is lost on the way.
  await utimes(to, atime, mtimeMs / 1000 - 0.000_001)
  return true
}

/**
 * Copies a regular file; returns whether there is one. No link is followed, and no pipe or device can hold it up. Throws
 * `UserError` (`config-invalid`) for one of more than 512 MiB.
 */
export async function copyPlainFile(from: string, to: string): Promise<boolean> {
  const { bytes, problem } = readPlainFile(from, largestFile)
  if (problem?.includes('larger'))
    throw new UserError('config-invalid', `${from} of the checkout ${problem}. Check out again.`)
  if (bytes) await writeFile(to, bytes)
  return bytes !== undefined
}
