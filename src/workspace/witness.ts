import { realpathSync } from 'node:fs'
import { relative } from 'node:path'
import { UserError } from '../errors.ts'
import { type Census, takeCensus } from './census.ts'
import { type Environment, noAnswer } from './git.ts'
import { listProcesses, type Processes } from './holders.ts'
import { type Keepsakes, keepContents } from './keepsakes.ts'
import { type RawPath, rawPath } from './raw-path.ts'
import type { Repository } from './repository.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** A work tree that must stay as it is, as it was. */
export type Witness = {
  /** Of all files, those that git ignores, too. */
  readonly census: Census
  /** Contents of files that git does not know. */
  readonly kept: Keepsakes
  /** What ran beside. */
  readonly processes: Processes
  /** What git knows; absent where there is no git, or none that understands the checkout. */
  readonly snapshot: Snapshot | undefined
  /** What is moved out of sight meanwhile, and back: files, and folders with all in them. */
  readonly moved: ReadonlySet<RawPath>
}

/** Where a witness looks, and where it keeps what it needs; `skipped` are folders of the action's own. */
export type Watching = {
  readonly directory: string
  readonly repository: Repository | undefined
  readonly temporary: string
  readonly skipped: readonly string[]
  /** Absolute paths of what the action moves away meanwhile, and back. */
  readonly moved: readonly string[]
  readonly env: Environment
}

/** Records the work tree that `directory` is in, or the folder itself where there is no git. Writes nothing to it. */
export async function takeWitness(watching: Watching, signal: AbortSignal): Promise<Witness> {
  const { directory, repository, temporary, env } = watching
  const root = repository?.top ?? realpathSync(directory)
  const skipped = new Set([temporary, ...watching.skipped].map(realPathOf))
  const [census, snapshot] = await Promise.all([
    takeCensus({ root, skipped }, signal),
    repository && takeSnapshot({ repository, temporary, env }, signal).catch(noGit),
  ])
  const isWanted = (path: RawPath) => snapshot === undefined || isIgnored(path, snapshot)
  const kept = await keepContents(census, isWanted, signal)
  const moved = watching.moved.map((path) => rawPath(relative(root, path)))
  return { census, kept, processes: listProcesses(), snapshot, moved: new Set(moved) }
}

/** Without git on the machine nothing is known of it. */
function noGit(error: unknown): undefined {
  if (error instanceof UserError) return undefined
  return noAnswer(error)
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function isIgnored(path: RawPath, { ignored }: Snapshot): boolean {
  const folders = path.split('/').map((_, at, names) => `${names.slice(0, at).join('/')}/`)
  return [path, ...folders].some((name) => ignored.has(name))
}
