import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { isNativeError } from 'node:util/types'

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
