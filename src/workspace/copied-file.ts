import { lstat, utimes, writeFile } from 'node:fs/promises'
import { UserError } from '../errors.ts'
import { readPlainFile } from './plain-file.ts'

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
