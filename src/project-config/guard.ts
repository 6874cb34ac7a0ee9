import { join, relative } from 'node:path'
import { UserError } from '../errors.ts'
import { counted, messageOf, oneLine, showName } from '../text.ts'
import { moveTree } from '../workspace/file-tree.ts'
import type { World } from '../world.ts'
import { saveAside } from './aside-patch.ts'
import { findProjectConfig } from './find.ts'
import { hideFiles, hidingPlaces, putBackFiles } from './hidden-files.ts'
import { keepCopies, removeDroppings, restoreCopies } from './kept-copies.ts'

/** Keeps the checkout's configuration as it is, and an agent's from being loaded. */
export type ConfigGuard = {
  /**
   * Makes the tree ready for a session: what is ignored is out of sight, and what an agent wrote since the first call
   * is taken away, so that no later session loads it.
   */
  readonly prepare: (signal: AbortSignal) => Promise<void>
  /** The checkout's own files stand again as they stood, without what opencode adds to them. Can be repeated. */
  readonly restore: () => Promise<void>
}

/** What is guarded: all that configures opencode below `root`, and what is to be done with it. */
export type GuardedConfig = {
  readonly use: 'load' | 'ignore'
  readonly root: string
  /** All that there was before the run, as absolute paths; a folder is one of them. */
  readonly paths: readonly string[]
  /** A folder of the action's own. */
  readonly except: string
}

/** How the checkout's own files are kept from being loaded, or from being changed for good. */
type Keeper = {
  /** Before the first session. */
  readonly begin: () => void
  /** Before another one. Names what an agent had changed, which is in `aside` now. */
  readonly again: (aside: string) => readonly string[]
  /** After each. Names what an agent had put in their place, which is in `aside` now. */
  readonly end: (aside: string) => readonly string[]
}

/** Guards the configuration that was found before the run. */
export function guardProjectConfig(guarded: GuardedConfig, world: World): ConfigGuard {
  const { root, paths, except } = guarded
  const { store } = hidingPlaces(world.temporary)
  const keeper = guarded.use === 'ignore' ? hider(guarded, store) : copier(guarded, store)
  const own = new Set(paths)
  const rounds = { prepared: 0, restored: 0, saved: 0 }
  const open = (what: string, round: number) => join(store, `${what}-${round}`, 'b')
  const tell = async (names: readonly string[], aside: string) => {
    if (names.length === 0) return
    rounds.saved += 1
    const file = `project-config-${rounds.saved}.patch`
    const limit = AbortSignal.any([world.comparing, AbortSignal.timeout(saveLimitMs)])
    const patchFile = join(world.files.directory, file)
    const saving = saveAside(names, { root, aside, patchFile, env: world.env }, limit)
    const saved = await saving.catch((error) => oneLine(messageOf(error)))
    world.report.note(describe(names, saved === true ? file : saved || undefined))
  }
  return {
    async prepare(signal) {
      rounds.prepared += 1
      if (rounds.prepared === 1) return keeper.begin()
      const aside = open('before', rounds.prepared)
      const found = await findProjectConfig({ root, except }, signal)
      const fresh = found.filter((path) => !own.has(path)).map((path) => relative(root, path))
      for (const name of fresh) moveTree(join(root, name), join(aside, name))
      await tell([...fresh, ...keeper.again(aside)], aside)
    },
    async restore() {
      rounds.restored += 1
      const aside = open('after', rounds.restored)
      await tell(keeper.end(aside), aside)
    },
  }
}

const saveLimitMs = 10_000
const named = 10

function describe(names: readonly string[], saved: string | undefined): string {
  const more = names.length > named ? `, and ${names.length - named} more` : ''
  const where = saved?.endsWith('.patch') ? `is in ${saved}` : 'could not be saved'
  const why = saved === undefined || saved.endsWith('.patch') ? '' : ` (${saved})`
  return `What the agent wrote where opencode looks for its configuration was taken away, so that no later session loads it (${names.slice(0, named).map(showName).join(', ')}${more}): it ${where}${why}.`
}

/** Moves the files out of the tree, and back. This is the one place that says how they are hidden. */
function hider({ root, paths }: GuardedConfig, store: string): Keeper {
  const hide = () => {
    try {
      hideFiles(paths, { root, store })
    } catch (error) {
      throw notMovable(paths, error)
    }
  }
  return {
    begin: hide,
    again: () => {
      hide()
      return []
    },
    end(aside) {
      const { occupied, left } = putBackFiles(store, aside)
      if (left.length === 0) return occupied
      const places = left.map(({ path, kept }) => `${showName(path)} (now at ${kept})`)
      const message = `Files of the checkout could not be put back: ${places.join(', ')}. Move them yourself.`
      throw new UserError('internal-error', message)
    },
  }
}

/** Leaves the files where they are, and has copies to compare with. */
function copier({ root, paths }: GuardedConfig, store: string): Keeper {
  const copies = { root, paths, store: join(store, 'copies') }
  return {
    begin: () => keepCopies(copies),
    again: (aside) => restoreCopies(copies, aside),
    end() {
      removeDroppings(copies)
      return []
    },
  }
}

function notMovable(paths: readonly string[], cause: unknown): UserError {
  const message = `project-config: ${counted(paths.length, 'path')} of the checkout can't be moved out of sight (${oneLine(messageOf(cause))}). Make the checkout writable for the runner's user, and its paths no longer than the system takes.`
  return new UserError('config-invalid', message, { cause })
}
