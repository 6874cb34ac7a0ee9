import { lstat, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** An empty file and an empty folder, to be put over others. */
export type Masks = { readonly file: string; readonly folder: string }

/** Makes both in `place`. */
export async function makeMasks(place: string): Promise<Masks> {
  const masks = { file: join(place, 'empty-file'), folder: join(place, 'empty-folder') }
  await writeFile(masks.file, '', { mode: 0o444 })
  await mkdir(masks.folder, { mode: 0o555 })
  return masks
}

/** Arguments for bubblewrap that make files and folders look empty; those that are not there, or links, stay as they are. */
export async function mask(paths: readonly string[], masks: Masks): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => undefined)))
  return paths.flatMap((path, at) => {
    if (found[at]?.isDirectory()) return ['--ro-bind', masks.folder, path]
    return found[at]?.isFile() ? ['--ro-bind', masks.file, path] : []
  })
}
