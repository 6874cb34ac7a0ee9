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
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { attempt } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { safeLine } from '../text/log-line.ts'
import { counted, oneLine } from '../text/text.ts'
import type { World } from '../world.ts'
import { type Place, placesOf } from './guarded-places.ts'

/** What was at a path; a large file has no content here, and can't be put back. */
type State = {
  readonly kind: 'absent' | 'file' | 'folder' | 'link' | 'other'
  readonly mode?: number
  readonly content?: Buffer | undefined
}

/** What was at guarded places, and the folders to which nothing may be added. */
export type Snapshot = {
  readonly states: ReadonlyMap<string, State>
  readonly folders: readonly string[]
}

/** What became of a path that was written. */
export type Repair = { readonly path: string; readonly what: 'put back' | 'removed' | 'left' }

/** What later steps trust, as it was before the server was started. */
export type Guard = { readonly snapshot: Snapshot; readonly stateText: string }

/** Remembers what later steps run or believe. */
export function guardFiles({ directory }: Inputs, { env, runner, ownFiles }: World): Guard {
  const snapshot = rememberPlaces(placesOf({ directory, env, ownFiles }))
  return { snapshot, stateText: runner.stateText() }
}

const mostNoted = 20

/** Once the agent's processes have ended: puts back what they wrote of it, and reports each file. */
export function restoreGuarded({ snapshot, stateText }: Guard, world: World): void {
  const { env, runner, report } = world
  const own = runner.stateText().slice(stateText.length)
  const appended = env.GITHUB_STATE ? [[env.GITHUB_STATE, own] as const] : []
  const repairs = restorePlaces(snapshot, new Map(appended))
  for (const { path, what } of repairs.slice(0, mostNoted)) {
    const note = `${oneLine(path)}, which later steps trust, was written while the agent ran${endings[what]}`
    report.note(note)
    runner.warning(safeLine(note))
  }
  const more = repairs.length - mostNoted
  if (more > 0)
    report.note(`${counted(more, 'more file')} that later steps trust were written, too.`)
}

const endings = {
  'put back': ': put back.',
  removed: ': removed.',
  left: ', and could not be put back. Do not trust what runs after it.',
} as const

/** Remembers what is at these places, upper folders before what lies in them. Never throws. */
export function rememberPlaces(places: readonly Place[]): Snapshot {
  const states = new Map<string, State>()
  const folders: string[] = []
  for (const { path, kind } of places) {
    states.set(path, stateOf(path))
    if (kind === 'file' || states.get(path)?.kind === 'link') continue
    folders.push(path)
    for (const inner of pathsIn(path)) states.set(inner, stateOf(inner))
  }
  return { states, folders }
}

/** Puts back what differs, and removes what is new. `appended` is what the action itself added to a file. */
export function restorePlaces(
  { states, folders }: Snapshot,
  appended: ReadonlyMap<string, string>,
): readonly Repair[] {
  const repairs: Repair[] = []
  for (const [path, before] of states) {
    const text = appended.get(path)
    const content = before.content && Buffer.concat([before.content, Buffer.from(text ?? '')])
    const expected = text === undefined ? before : { ...before, content }
    if (isDeepStrictEqual(expected, stateOf(path))) continue
    repairs.push({ path, what: attempt(() => restore(path, expected)) ?? 'left' })
  }
  const kept = folders.filter((path) => states.get(path)?.kind !== 'absent')
  for (const path of kept.flatMap(pathsIn).filter((one) => !states.has(one)))
    repairs.push({ path, what: attempt(() => remove(path)) ?? 'left' })
  return repairs
}

/** Throws what the disk says. */
function restore(path: string, state: State): Repair['what'] {
  const { kind, mode, content } = state
  if (kind === 'other' || (kind === 'file' && content === undefined)) return 'left'
  if (stateOf(dirname(path)).kind !== 'folder') return 'left'
  if (kind === 'absent') return remove(path)
  if (kind !== 'folder' || stateOf(path).kind !== 'folder') remove(path)
  if (kind === 'folder') mkdirSync(path, { recursive: true })
  else if (content !== undefined) write(path, { kind, content })
  if (mode !== undefined) chmodSync(path, mode)
  return 'put back'
}

/** All at once, and through no link that takes its place meanwhile. */
function write(path: string, { kind, content }: { kind: State['kind']; content: Buffer }): void {
  const fresh = `${path}.${randomUUID()}`
  if (kind === 'link') symlinkSync(content, fresh)
  else writeFileSync(fresh, content, { flag: 'wx', mode: 0o600 })
  renameSync(fresh, path)
}

function remove(path: string): Repair['what'] {
  const { kind } = stateOf(path)
  if (kind === 'folder') rmSync(path, { recursive: true })
  else if (kind !== 'absent') unlinkSync(path)
  return 'removed'
}

const largestFile = 8 * 1024 * 1024

function stateOf(path: string): State {
  const found = attempt(() => lstatSync(path))
  if (found === undefined) return { kind: 'absent' }
  const mode = found.mode & 0o7777
  if (found.isDirectory()) return { kind: 'folder', mode }
  if (found.isSymbolicLink()) return { kind: 'link', content: readlinkSync(path, 'buffer') }
  if (!found.isFile()) return { kind: 'other' }
  const isLarge = found.size > largestFile
  return { kind: 'file', mode, content: isLarge ? undefined : attempt(() => readFileSync(path)) }
}

function pathsIn(folder: string): readonly string[] {
  const names = attempt(() => readdirSync(folder)) ?? []
  return names.toSorted().map((name) => join(folder, name))
}
