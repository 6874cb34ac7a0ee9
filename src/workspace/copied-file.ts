import { copyFile, readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies an index, if it is there, so that git trusts no more of it than of the original; tells whether it is. */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  if (!(await copyIfThere(from, to))) return false
  const { atime, mtimeMs } = await stat(from)
  // git looks again at files as young as the index, so the copy must not look younger; a microsecond is lost on the way.
  await utimes(to, atime, mtimeMs / 1000 - 0.000_001)
  return true
}

/** Copies a file, if it is one; tells whether it is. */
export async function copyIfThere(from: string, to: string): Promise<boolean> {
  const found = await stat(from).catch(() => undefined)
  if (!found?.isFile()) return false
  await copyFile(from, to)
  return true
}

/** Copies what the index of a git directory may have its larger part in. */
export async function copySharedIndexes(from: string, to: string): Promise<void> {
  const names = await readdir(from)
  const shared = names.filter((name) => name.startsWith('sharedindex.'))
  await Promise.all(shared.map((name) => copyFile(join(from, name), join(to, name))))
}
