import { setImmediate } from 'node:timers/promises'
import { displayPath, listFolder, locate, lookAt, type RawPath, stateOf } from './raw-path.ts'

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
  for (const { path, found } of walk({ root, skipped })) {
    if (states.size >= mostEntries) return { root, skipped, states, isWhole: false }
    states.set(path, found.isDirectory() ? `${found.mode}` : stateOf(found))
    if (states.size % atOnce === 0) await setImmediate(undefined, { signal })
  }
  return { root, skipped, states, isWhole: true }
}

function* walk({ root, skipped }: Pick<Scan, 'root' | 'skipped'>) {
  const folders: RawPath[] = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const path of pathsIn(root, folder)) {
      const found = lookAt(root, path)
      if (found === undefined || skipped.has(locate(root, path).toString())) continue
      if (found.isDirectory()) folders.push(path)
      yield { path, found }
    }
  }
}

function pathsIn(root: string, folder: RawPath): readonly RawPath[] {
  if (/(^|\/)\.git$/.test(folder))
    return ['HEAD', 'packed-refs', 'refs'].map((name) => `${folder}/${name}`)
  return (listFolder(root, folder) ?? []).map(({ path }) => path)
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
