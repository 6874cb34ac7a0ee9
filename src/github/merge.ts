import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { foldersOf } from '../policy/policy.ts'
import { type Git, line, noAnswer } from '../workspace/git.ts'
import type { ChangedFile } from '../workspace/patch.ts'
import { displayPath } from '../workspace/raw-path.ts'
import { type Entry, listEntries } from '../workspace/tree.ts'
import type { Clone } from './clone.ts'

/** The files of a tree by their paths. */
export type Tree = ReadonlyMap<string, Omit<Entry, 'path'> & { readonly path: string }>

/** Reads the tree that an index holds. */
export async function readTree(git: Git, signal: AbortSignal): Promise<Tree> {
  const entries = await listEntries(git, signal)
  return new Map(
    entries.map((entry) => {
      const path = displayPath(entry.path)
      return [path, { ...entry, path }]
    }),
  )
}

/** A file of a change on another commit; `base` is what it was on its own, where that is something else. */
export type MovedFile = { readonly file: ChangedFile; readonly base?: ChangedFile }

/** What a change is on another commit, whose tree is `ours`. What that has already is left out. */
export function moveFiles(files: readonly ChangedFile[], ours: Tree): readonly MovedFile[] {
  return files.flatMap((file): MovedFile[] => {
    const { path, previousPath = path } = file
    const before = ours.get(previousPath)
    const target = ours.get(path)
    const isFree = path === previousPath || target === undefined
    if (isFree && before?.id === file.previousId && before?.mode === file.previousMode)
      return [{ file }]
    const isGone = path === previousPath || before === undefined
    if (isGone && target?.id === file.id && target?.mode === file.mode) return []
    const moved = { ...file, previousId: before?.id, previousMode: before?.mode }
    return [{ file: moved, base: file }]
  })
}

/** The tree after a change. */
export function changeTree(tree: Tree, files: readonly ChangedFile[]): Tree {
  const changed = new Map(tree)
  for (const { path, previousPath = path } of files) changed.delete(previousPath)
  for (const { path, mode, id } of files)
    if (mode !== undefined && id !== undefined) changed.set(path, { path, mode, id })
  return changed
}

/** Of new files those that need the place of a folder, or of a file that is no folder. */
export function findBlocked(files: readonly ChangedFile[], after: Tree): ReadonlySet<string> {
  const folders = new Set([...after.keys()].flatMap(foldersOf))
  const paths = files.flatMap(({ path, mode }) => (mode === undefined ? [] : [path]))
  return new Set(
    paths.filter((path) => folders.has(path) || foldersOf(path).some((one) => after.has(one))),
  )
}

const regular = ['100644', '100755']

/** The file with the changes of both sides; undefined where they are in conflict. */
export async function mergeFile(
  { clone, moved, ours }: { clone: Clone; moved: MovedFile; ours: Tree },
  signal: AbortSignal,
): Promise<ChangedFile | undefined> {
  const { file, base } = moved
  if (base === undefined) return file
  const { path, previousPath = path, previousMode, mode } = file
  const isOccupied = path !== previousPath && ours.has(path)
  const modes = [base.previousMode, previousMode, mode]
  if (isOccupied || !modes.every((one) => one !== undefined && regular.includes(one)))
    return undefined
  const ids = [file.previousId, base.previousId, file.id]
  const id = await mergeContents({ clone, ids }, signal)
  if (id === undefined) return undefined
  return { ...file, id, mode: mode === base.previousMode ? previousMode : mode }
}

/** Merges three contents (ours, base, theirs) as git does. */
async function mergeContents(
  { clone: { git, directory }, ids }: { clone: Clone; ids: readonly (string | undefined)[] },
  signal: AbortSignal,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(directory, 'merge-'))
  const places = ['ours', 'base', 'theirs'].map((name) => join(folder, name))
  for (const [at, place] of places.entries())
    await writeFile(place, await git(['cat-file', 'blob', ids[at] ?? ''], signal))
  const input = await git(['merge-file', '--stdout', '--quiet', ...places], signal).catch(noAnswer)
  if (input === undefined) return undefined
  return line(await git(['hash-object', '-w', '--stdin'], signal, { input }))
}
