import {
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  utimesSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { isDropping, isEditedByOpencode, isOpencodesEdit } from '../workspace/droppings.ts'
import { copyTree, differencesOf, removeTree, statOf } from '../workspace/file-tree.ts'
import { makeRoom } from './hidden-files.ts'

/** Files and folders below `root`, and the folder that holds their copies under the same names. */
export type Copies = {
  readonly root: string
  readonly store: string
  readonly paths: readonly string[]
}

/** Copies files and folders as they are, to be compared with and restored from. */
export function keepCopies({ root, store, paths }: Copies): void {
  for (const path of paths) {
    const copy = join(store, relative(root, path))
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 })
    copyTree(path, copy)
  }
}

/** Takes back what opencode by itself wrote into the files and folders, and nothing that somebody else did. */
export function removeDroppings({ root, store, paths }: Copies): void {
  for (const path of paths) {
    if (!isDirect(root, path)) continue
    const copy = join(store, relative(root, path))
    const names = differencesOf(copy, path).filter((name) =>
      isOpencodes({ copy: join(copy, name), path: join(path, name), root }),
    )
    for (const name of names) restoreIfQuiet(join(copy, name), join(path, name))
    if (names.length > 0) restoreTimes(copy, path)
  }
}

/** Puts the files and folders back to their copies; what somebody else made of them goes to `aside`. Names those. */
export function restoreCopies(copies: Copies, aside: string): readonly string[] {
  removeDroppings(copies)
  const { root, store, paths } = copies
  const changed = paths
    .map((path) => relative(root, path))
    .filter(
      (name) =>
        !isDirect(root, join(root, name)) ||
        differencesOf(join(store, name), join(root, name)).length > 0,
    )
  for (const name of changed) {
    makeRoom({ root, name }, aside)
    mkdirSync(dirname(join(root, name)), { recursive: true })
    copyTree(join(store, name), join(root, name))
  }
  return changed
}

/** Whether no folder on the way has become a link, or is gone. */
function isDirect(root: string, path: string): boolean {
  try {
    return realpathSync(dirname(path)) === join(realpathSync(root), relative(root, dirname(path)))
  } catch {
    return false
  }
}

type Pair = { readonly copy: string; readonly path: string }

function isOpencodes({ copy, path, root }: Pair & { root: string }): boolean {
  const name = relative(root, path).split(sep).join('/')
  if (/(^|\/)\.opencode\/plans(\/|$)/.test(name)) return false
  const [was, is] = [statOf(copy), statOf(path)]
  if (was?.isFile() && is?.isFile() && isEditedByOpencode(name))
    return isOpencodesEdit(name, readFileSync(copy, 'utf8'), readFileSync(path, 'utf8'))
  return isDropping(name) || isDropping(`${name}/`)
}

/** A server that still runs may be installing there: what is left then counts as somebody else's. */
function restoreIfQuiet(copy: string, path: string): void {
  try {
    restore(copy, path)
  } catch {
    // It is compared again.
  }
}

/** In place where it can be, so that the folder's time stays. */
function restore(copy: string, path: string): void {
  const was = statOf(copy)
  if (was?.isFile() && statOf(path)?.isFile()) {
    copyFileSync(copy, path)
    lutimesSync(path, was.atime, was.mtimeMs / 1000)
    return
  }
  removeTree(path)
  if (was !== undefined) copyTree(copy, path)
}

/** The times of folders in which everything is as in the copy. */
function restoreTimes(copy: string, path: string): void {
  const was = statOf(copy)
  if (!was?.isDirectory() || !statOf(path)?.isDirectory()) return
  for (const name of readdirSync(copy)) restoreTimes(join(copy, name), join(path, name))
  if (differencesOf(copy, path).length === 0) utimesSync(path, was.atime, was.mtimeMs / 1000)
}
