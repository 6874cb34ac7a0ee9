import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import * as z from 'zod'
import { showName } from '../text.ts'
import { moveTree, statOf } from '../workspace/file-tree.ts'

/** Times of a folder, in milliseconds: as it was, and after something was taken out of it. */
const folder = z.object({ path: z.string(), before: z.number(), after: z.number() })

const journalSchema = z.object({
  root: z.string(),
  /** Relative to `root`, and below `kept` as well. */
  paths: z.array(z.string()),
  folders: z.array(folder),
})

type Journal = z.infer<typeof journalSchema>

/** What came of putting files back. */
export type PutBack = {
  /** Where somebody had written meanwhile: what he wrote is in the folder of those that were set aside. */
  readonly occupied: readonly string[]
  /** What could not be put back, with the place where it is; nothing of it may be removed. */
  readonly left: readonly { readonly path: string; readonly kept: string }[]
}

/** Where in a run's own folder its hidden files are kept, and what stood in their place. */
export function hidingPlaces(temporary: string): { readonly store: string; readonly left: string } {
  return {
    store: join(temporary, 'project-config'),
    left: join(temporary, 'project-config', 'left'),
  }
}

const fileOf = (store: string) => join(store, 'journal.json')
const keptOf = (store: string) => join(store, 'kept')

/**
 * Moves files and folders below `root` into `store`, a folder of the action's own: content, modes, links and times stay
 * as they are. What was moved is in a journal there, so that another process can put it back, too.
 */
export function hideFiles(
  paths: readonly string[],
  { root, store }: { root: string; store: string },
): void {
  mkdirSync(keptOf(store), { recursive: true, mode: 0o700 })
  const parents = [...new Set(paths.map((path) => dirname(path)))]
  const times = new Map(parents.map((path) => [path, statSync(path).mtimeMs]))
  const journal = { root, paths: paths.map((path) => relative(root, path)), folders: [] }
  saveJournal(store, journal)
  for (const path of paths) moveTree(path, join(keptOf(store), relative(root, path)))
  const folders = parents.map((path) => ({
    path,
    before: times.get(path) ?? 0,
    after: statSync(path).mtimeMs,
  }))
  saveJournal(store, { ...journal, folders })
}

/**
 * Puts back what `hideFiles` moved into `store`; what stands in its place goes to `aside`. Never throws, and can be
 * repeated: by a process that comes after one that was killed.
 */
export function putBackFiles(store: string, aside: string): PutBack {
  const journal = readJournal(store)
  if (journal === undefined) return { occupied: [], left: [] }
  const untouched = journal.folders.filter(({ path, after }) => statOf(path)?.mtimeMs === after)
  const occupied: string[] = []
  const left: { path: string; kept: string }[] = []
  for (const name of journal.paths) {
    const kept = join(keptOf(store), name)
    const path = join(journal.root, name)
    try {
      if (statOf(kept) === undefined) continue
      const stood = makeRoom({ root: journal.root, name }, aside)
      if (stood !== undefined) occupied.push(stood)
      moveTree(kept, path)
    } catch {
      left.push({ path, kept })
    }
  }
  for (const { path, before } of untouched) setTime(path, before)
  if (left.length === 0) rmSync(fileOf(store), { force: true })
  return { occupied, left }
}

/**
 * Puts back what is still hidden in a run's own folder, before that is removed. False if the folder must stay, since it
 * holds what could not be put back, or what stood in its place.
 */
export function returnHidden(temporary: string, warn: (message: string) => void): boolean {
  const { store, left: aside } = hidingPlaces(temporary)
  const { occupied, left } = putBackFiles(store, aside)
  for (const { path, kept } of left)
    warn(`${showName(path)} could not be put back: it is at ${kept}.`)
  for (const name of occupied)
    warn(
      `${name} was written while the checkout's own was out of sight: it is at ${join(aside, name)}.`,
    )
  return left.length + occupied.length === 0
}

/** Moves away what stands at a path, or in the place of a folder above it, a link to a folder included; names it. */
export function makeRoom({ root, name }: { root: string; name: string }, aside: string) {
  const names = name.split(sep)
  for (let depth = 1; depth <= names.length; depth += 1) {
    const part = names.slice(0, depth).join(sep)
    const found = statOf(join(root, part))
    if (found === undefined) break
    if (depth < names.length && found.isDirectory()) continue
    moveTree(join(root, part), join(aside, part))
    mkdirSync(dirname(join(root, name)), { recursive: true })
    return part
  }
  return undefined
}

function setTime(path: string, mtimeMs: number): void {
  const found = statOf(path)
  if (found?.isDirectory()) utimesSync(path, found.atime, mtimeMs / 1000)
}

function saveJournal(store: string, journal: Journal): void {
  const temporary = `${fileOf(store)}.new`
  writeFileSync(temporary, JSON.stringify(journal), { mode: 0o600 })
  renameSync(temporary, fileOf(store))
}

function readJournal(store: string): Journal | undefined {
  try {
    return journalSchema.parse(JSON.parse(readFileSync(fileOf(store), 'utf8')))
  } catch {
    return undefined
  }
}
