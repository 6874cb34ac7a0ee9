import { join, relative } from 'node:path'
import type { Inputs } from '../inputs/inputs.ts'
import type { ProjectConfig } from '../project-config/open.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { counted, showName } from '../text/text.ts'
import { readMark, recordBaseline, surveyCheckout } from '../workspace/baseline.ts'
import { type Copies, type Copy, openCopies } from '../workspace/copies.ts'
import type { CopiedTree } from '../workspace/copy-tree.ts'
import { refuseCheckout } from '../workspace/git.ts'
import { displayPath } from '../workspace/raw-path.ts'
import type { Repository } from '../workspace/repository.ts'
import type { World } from '../world.ts'

/** Where one attempt works. */
export type Place = {
  readonly copy: Copy
  /** The top of the tree and the working directory, as the agent sees them. */
  readonly root: string
  readonly directory: string
}

/** Where attempts work, one after the other. */
export type Places = {
  /** The checkout's top level, or its working directory without git: a real path. */
  readonly root: string
  /** True if the agent works in the checkout itself. */
  readonly isInPlace: boolean
  /** Removes the last attempt's copy, and makes the next one. */
  readonly next: (signal: AbortSignal) => Promise<Place>
  /** Replaces what is in the mounted copy, while nothing runs there; undefined if that is not possible. */
  readonly renew: (signal: AbortSignal) => Promise<Place | undefined>
  /** Where the last attempt works. */
  readonly current: () => Place | undefined
}

/** What of the world is needed to open the copies. */
type Opening = Pick<World, 'env' | 'temporary'> & {
  readonly runner: Pick<World['runner'], 'info'>
  readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'>
  readonly repository: Repository | undefined
}

type Opened = World & {
  readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'>
  readonly repository: Repository | undefined
}

/** Prepares the copies of the checkout. */
export async function openCheckoutCopies(
  inputs: Inputs,
  { projectConfig, repository, temporary, env, runner }: Opening,
  isMounted: boolean,
  signal: AbortSignal,
): Promise<Copies> {
  const slow = { at: Date.now() + slowMs, step: slowMs }
  return await openCopies(
    {
      root: repository?.top ?? inputs.directory,
      repository,
      temporary,
      env,
      hidden: projectConfig.use === 'ignore' ? projectConfig.paths : [],
      isMeasured: inputs.mode === 'implement',
      isMounted,
      onProgress(files) {
        if (Date.now() < slow.at) return
        slow.step *= 2
        slow.at += slow.step
        runner.info(`Copying the checkout: ${counted(files, 'file')} so far`)
      },
    },
    signal,
  )
}

/** A copy that takes longer says so. */
const slowMs = 3000

type Prepared = Opened & {
  readonly copies: Copies | undefined
  readonly sandbox: Sandbox | undefined
}

/** Hands out the copies; without any, the checkout itself, for a server that only knows that. */
export function createPlaces(inputs: Inputs, world: Prepared): Places {
  const { copies, sandbox, repository, report } = world
  const root = repository?.top ?? inputs.directory
  const path = relative(root, inputs.directory)
  const inPlace = () => openInPlace(inputs, world, root)
  let current: Place | undefined
  const take = (copy: Copy, startedAt: number) => {
    const top = copies && !sandbox ? copy.workTree.root : root
    noteCopy(report, copy.copied, (Date.now() - startedAt) / 1000)
    current = { copy, root: top, directory: join(top, path) }
    return current
  }
  return {
    root,
    isInPlace: copies === undefined,
    current: () => current,
    async next(signal) {
      const last = current
      current = undefined
      await last?.copy[Symbol.asyncDispose]()
      const startedAt = Date.now()
      return take(copies ? await copies.next(signal) : await inPlace()(signal), startedAt)
    },
    async renew(signal) {
      const startedAt = Date.now()
      const copy = await copies?.renew(signal)
      return copy && take(copy, startedAt)
    },
  }
}

function noteCopy(
  { note }: World['report'],
  { files, missing, large }: CopiedTree,
  seconds: number,
): void {
  const uncopied = [...large, ...missing]
    .slice(0, mostNamed)
    .map((path) => showName(displayPath(path)))
  if (large.length > 0)
    note(
      `The agent does not see ${counted(large.length, 'file')} over 1 GiB, too large to copy: ${uncopied.join(', ')}. Put such files in a folder that git ignores.`,
    )
  else if (missing.length > 0)
    note(`Some files could not be copied, so the agent does not see them: ${uncopied.join(', ')}.`)
  if (seconds * 1000 < slowMs) return
  note(
    `Copying the checkout took ${Math.round(seconds)} s (${counted(files, 'file')}). A sparse checkout is faster: see the sparse-checkout input of actions/checkout.`,
  )
}

const mostNamed = 5

/** The server at `server-url` may run anywhere: it works where the workflow says, in one attempt. */
function openInPlace(inputs: Inputs, { repository, temporary, env }: Prepared, root: string) {
  return async (signal: AbortSignal): Promise<Copy> => {
    const isMeasured = inputs.mode === 'implement' && repository !== undefined
    const survey = isMeasured
      ? await surveyCheckout({ repository, temporary, env }, signal).catch(refuseCheckout)
      : undefined
    const recording = survey && { survey, root, absent: new Set<string>(), env }
    const baseline = recording && (await recordBaseline(recording, signal).catch(refuseCheckout))
    const agentIndex = join(repository?.directory ?? temporary, 'index')
    return {
      workTree: {
        root,
        mark: await readMark(temporary),
        agentIndex,
        shown: new Set(),
        states: new Map(),
      },
      baseline,
      copied: { files: 0, missing: [], large: [], states: new Map() },
      settle: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }
  }
}
