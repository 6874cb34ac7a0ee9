import { lstat, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** An empty file and an empty folder, to be put over others. */
export type Covers = { readonly file: string; readonly folder: string }

/** Makes both in `place`. */
export async function makeCovers(place: string): Promise<Covers> {
  const covers = { file: join(place, 'empty-file'), folder: join(place, 'empty-folder') }
  await writeFile(covers.file, '', { mode: 0o444 })
  await mkdir(covers.folder, { mode: 0o555 })
  return covers
}

/** Arguments for bubblewrap that make files and folders look empty; those that are not there, or links, stay as they are. */
export async function cover(paths: readonly string[], covers: Covers): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => undefined)))
  return paths.flatMap((path, at) => {
    if (found[at]?.isDirectory()) return ['--ro-bind', covers.folder, path]
    return found[at]?.isFile() ? ['--ro-bind', covers.file, path] : []
  })
}
