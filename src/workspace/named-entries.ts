import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What is looked for: by its name alone. */
export type Search = {
  /** An absolute path. */
  readonly root: string
  readonly isWanted: (name: string) => boolean
  /** Folders that are not entered; those that are wanted never are. */
  readonly isLeftOut: (entry: { readonly name: string; readonly path: string }) => boolean
}

/** So many folders are read at once. */
const together = 32

/**
 * The absolute paths of all files, folders and links below a folder that have a wanted name, sorted; links are not
 * followed, and a folder that can't be read holds nothing.
 */
export async function findNamed(
  { root, isWanted, isLeftOut }: Search,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found: string[] = []
  let folders = [root]
  while (folders.length > 0) {
    signal.throwIfAborted()
    const listed = await Promise.all(folders.slice(0, together).map(list))
    folders = folders.slice(together)
    for (const entry of listed.flat()) {
      if (isWanted(entry.name)) found.push(entry.path)
      else if (entry.isFolder && !isLeftOut(entry)) folders.push(entry.path)
    }
  }
  return found.toSorted()
}

async function list(folder: string) {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.map((entry) => ({
    path: join(folder, entry.name),
    name: entry.name,
    isFolder: entry.isDirectory(),
  }))
}
