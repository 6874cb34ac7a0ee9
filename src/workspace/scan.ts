import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { displayPath, locate, lookAt, type RawPath, stateOf } from './raw-path.ts'

/** What lies below a folder, whatever git ignores; of a `.git` only what is checked out. */
export type Scan = {
  /** An absolute, real path. */
  readonly root: string
  /** Folders that are left out, by their absolute paths. */
  readonly skipped: ReadonlySet<string>
  /** By path what is known of each; any write, rename or change of mode gives another text. */
  readonly states: ReadonlyMap<RawPath, string>
  /** False if there was more than is looked at. */
  readonly isWhole: boolean
}

/** One or two seconds of work. */
const mostEntries = 200_000
/** A few milliseconds of work, after which others get their turn. */
const atOnce = 500

/** Looks at everything below `root`. A folder that can't be read holds nothing. */
export async function scanTree(
  { root, skipped }: Pick<Scan, 'root' | 'skipped'>,
  signal: AbortSignal,
): Promise<Scan> {
  const states = new Map<RawPath, string>()
  for (const { path, state } of look({ root, skipped })) {
    if (states.size >= mostEntries) return { root, skipped, states, isWhole: false }
    states.set(path, state)
    if (states.size % atOnce === 0) await setImmediate(undefined, { signal })
  }
  return { root, skipped, states, isWhole: true }
}

type Sight = { readonly path: RawPath; readonly state: string }

function* look({ root, skipped }: Pick<Scan, 'root' | 'skipped'>): Generator<Sight> {
  const folders: RawPath[] = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const sights = namesIn(root, folder).flatMap((path) => sightsAt({ root, skipped }, path))
    for (const { isFolder, ...sight } of sights) {
      if (isFolder) folders.push(sight.path)
      yield sight
    }
  }
}

function sightsAt({ root, skipped }: Pick<Scan, 'root' | 'skipped'>, path: RawPath) {
  const location = locate(root, path)
  const found = lookAt(root, path)
  if (found === undefined || skipped.has(location.toString())) return []
  const isFolder = found.isDirectory()
  return [{ path, isFolder, state: isFolder ? `${found.mode}` : stateOf(found) }]
}

/** The paths at which something else lies than before, of those that were looked at then. */
export async function compareScan(before: Scan, signal: AbortSignal): Promise<readonly string[]> {
  const now = await scanTree(before, signal)
  const isNew = (path: RawPath) => before.isWhole && !before.states.has(path)
  const isOther = (path: RawPath) =>
    before.states.has(path) &&
    (now.isWhole || now.states.has(path)) &&
    before.states.get(path) !== now.states.get(path)
  const paths = new Set([...before.states.keys(), ...now.states.keys()])
  return [...paths].filter((path) => isNew(path) || isOther(path)).map(displayPath)
}

function namesIn(root: string, folder: RawPath): readonly RawPath[] {
  if (isGit(folder)) return ['HEAD', 'packed-refs', 'refs'].map((name) => `${folder}/${name}`)
  try {
    const names = readdirSync(locate(root, folder), { encoding: 'buffer' })
    return names.map((name) => `${folder === '' ? '' : `${folder}/`}${name.toString('latin1')}`)
  } catch {
    return []
  }
}

function isGit(folder: RawPath): boolean {
  return folder === '.git' || folder.endsWith('/.git')
}
