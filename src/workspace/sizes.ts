import { lstat } from 'node:fs/promises'
import { locate, type RawPath } from './raw-path.ts'

/** Bytes that a patch carries: of one file, and of all. */
export const CARRIED = { file: 100 * 1024 * 1024, change: 256 * 1024 * 1024 }

/** Which files are too large to be carried: each one above its limit, and of the others the largest until the rest fits. */
export function findTooLarge<T extends { readonly size: number }>(
  files: readonly T[],
  { file, change }: typeof CARRIED,
): readonly T[] {
  let left = change
  const tooLarge: T[] = []
  for (const one of files.toSorted((a, b) => a.size - b.size)) {
    if (one.size > Math.min(file, left)) tooLarge.push(one)
    else left -= one.size
  }
  return tooLarge
}

/** The size of a plain file; 0 of anything else, which git does not read. */
export async function withSize(
  root: string,
  path: RawPath,
): Promise<{ readonly path: RawPath; readonly size: number }> {
  const found = await lstat(locate(root, path)).catch(() => undefined)
  return { path, size: found?.isFile() ? found.size : 0 }
}
