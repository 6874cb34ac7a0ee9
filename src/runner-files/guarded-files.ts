import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** What is guarded: a file, or a folder with the files that lie in it. */
export type Place = { readonly path: string; readonly kind: 'file' | 'folder' }

/** What was at the places, kept in memory. */
export type Guarded = {
  readonly states: ReadonlyMap<string, State>
  /** The folders into which nothing else may be put. */
  readonly folders: readonly string[]
}

type State =
  | { readonly kind: 'absent' | 'other' }
  | { readonly kind: 'folder'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  /** Of a large file no content is kept. */
  | { readonly kind: 'file'; readonly mode: number; readonly content: Buffer | undefined }

/** What became of a path that was written. */
export type Repair = {
  readonly path: string
  readonly what: 'put back' | 'removed' | 'left'
}

const largestFile = 8 * 1024 * 1024
const mostInFolder = 200

/** Remembers what is at these places, upper folders before what lies in them. Never throws. */
export function rememberPlaces(places: readonly Place[]): Guarded {
  const states = new Map<string, State>()
  const folders: string[] = []
  for (const { path, kind } of places) {
    states.set(path, stateOf(path))
    if (kind === 'file' || states.get(path)?.kind === 'link') continue
    folders.push(path)
    const inside = namesIn(path).slice(0, mostInFolder)
    for (const name of inside) states.set(join(path, name), stateOf(join(path, name)))
  }
  return { states, folders }
}

/** Puts back what differs, removes what is new, and tells of each. `appended` is what the action itself added to a file. */
export function restorePlaces(
  { states, folders }: Guarded,
  appended: ReadonlyMap<string, string>,
): readonly Repair[] {
  const repairs: Repair[] = []
  for (const [path, before] of states) {
    const expected = withAppended(before, appended.get(path))
    if (isSame(expected, path)) continue
    repairs.push({ path, what: attempt(() => restore(path, expected)) })
  }
  for (const path of folders.flatMap((folder) => newIn(folder, states)))
    repairs.push({ path, what: attempt(() => remove(path)) })
  return repairs
}

function withAppended(state: State, text: string | undefined): State {
  if (text === undefined || state.kind !== 'file' || !state.content) return state
  return { ...state, content: Buffer.concat([state.content, Buffer.from(text)]) }
}

function attempt(act: () => Repair['what']): Repair['what'] {
  try {
    return act()
  } catch {
    return 'left'
  }
}

function restore(path: string, state: State): Repair['what'] {
  if (state.kind === 'other' || lstatIfThere(dirname(path))?.isDirectory() !== true) return 'left'
  if (state.kind === 'absent') return remove(path)
  if (state.kind === 'file' && !state.content) return 'left'
  const isFolderThere = state.kind === 'folder' && lstatIfThere(path)?.isDirectory()
  if (!isFolderThere) remove(path)
  if (state.kind === 'link') symlinkSync(state.target, path)
  if (state.kind === 'folder') {
    mkdirSync(path, { recursive: true })
    chmodSync(path, state.mode)
  }
  if (state.kind === 'file') writeAtOnce(path, state)
  return 'put back'
}

/** Nobody reads half of it, and no link that takes its place is followed. */
function writeAtOnce(path: string, { content, mode }: Extract<State, { kind: 'file' }>): void {
  const fresh = `${path}.${randomUUID()}`
  writeFileSync(fresh, content ?? '', { flag: 'wx', mode })
  chmodSync(fresh, mode)
  renameSync(fresh, path)
}

function remove(path: string): Repair['what'] {
  const found = lstatIfThere(path)
  if (found?.isDirectory()) rmSync(path, { recursive: true })
  // rmSync leaves a link that leads nowhere.
  else if (found) unlinkSync(path)
  return 'removed'
}

function newIn(folder: string, states: ReadonlyMap<string, State>): readonly string[] {
  if (states.get(folder)?.kind === 'absent') return []
  const names = namesIn(folder)
  // Of a folder that was too large not all names are known.
  const known = [...states.keys()].filter((path) => dirname(path) === folder)
  if (known.length >= mostInFolder) return []
  return names.map((name) => join(folder, name)).filter((path) => !states.has(path))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}

function lstatIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

function stateOf(path: string): State {
  const found = lstatIfThere(path)
  if (found === undefined) return { kind: 'absent' }
  const mode = found.mode & 0o7777
  if (found.isDirectory()) return { kind: 'folder', mode }
  if (found.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) }
  if (!found.isFile()) return { kind: 'other' }
  return { kind: 'file', mode, content: contentOf(path, found) }
}

function contentOf(path: string, { size }: Stats): Buffer | undefined {
  try {
    return size > largestFile ? undefined : readFileSync(path)
  } catch {
    return undefined
  }
}

function isSame(before: State, path: string): boolean {
  const now = stateOf(path)
  switch (before.kind) {
    case 'file':
      return now.kind === 'file' && now.mode === before.mode && isSameContent(before, now)
    case 'link':
      return now.kind === 'link' && now.target === before.target
    case 'folder':
      return now.kind === 'folder' && now.mode === before.mode
    default:
      return now.kind === before.kind
  }
}

type File = Extract<State, { kind: 'file' }>

function isSameContent(before: File, now: File): boolean {
  if (before.content === undefined || now.content === undefined)
    return before.content === now.content
  return before.content.equals(now.content)
}
