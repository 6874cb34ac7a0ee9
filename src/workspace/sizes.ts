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
