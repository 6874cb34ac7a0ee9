import { join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Verdict } from '../outcome.ts'
import type { ProjectConfig } from '../project-config/open.ts'
import { messageOf, oneLine, showName } from '../text.ts'
import { refuseCheckout } from '../workspace/git.ts'
import { type Change, diffSince } from '../workspace/patch.ts'
import type { Repository } from '../workspace/repository.ts'
import { type Snapshot, takeSnapshot } from '../workspace/snapshot.ts'
import { undoSince } from '../workspace/undo.ts'
import { unseenWords } from '../workspace/unseen.ts'
import type { World } from '../world.ts'

/** In mode `implement`, what was checked out: the agent's change is measured against it. */
export async function rememberTree(
  inputs: Inputs,
  world: World & {
    readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'>
    readonly repository: Repository | undefined
  },
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  if (inputs.mode !== 'implement') return undefined
  const { temporary, env, projectConfig, repository } = world
  if (repository === undefined) {
    const message =
      'Mode implement needs a git checkout. Run actions/checkout before this step, or check working-directory.'
    throw new UserError('config-invalid', message)
  }
  const moved = projectConfig.use === 'ignore' ? projectConfig.paths : []
  const taking = { repository, temporary, env, moved }
  const before = await takeSnapshot(taking, signal).catch(refuseCheckout)
  world.report.mark('remembered')
  const agentsIndex = world.sandbox?.index
  if (agentsIndex === undefined) return before
  return { ...before, shadow: { ...before.shadow, agentsIndex } }
}

const readLimitMs = 60_000
const mostNoted = 50

/** Reports what changed since, and saves it as a patch. A run whose change can't be read has not completed. */
export async function reportChange(
  { before, verdict }: { before: Snapshot; verdict: Verdict },
  world: World,
  cancelled: AbortSignal,
): Promise<Verdict> {
  const { env, files, report, comparing } = world
  const limit = AbortSignal.any([comparing, AbortSignal.timeout(readLimitMs)])
  try {
    const change = await diffSince(before, { env, patchFile: files.patch }, limit)
    report.know({ change: describe(before, change) })
    for (const { path, reason } of change.unseen.slice(0, mostNoted))
      report.note(
        `${showName(path)} was changed, but is not in the patch: it ${unseenWords[reason]}.`,
      )
    report.mark('compared')
    return verdict
  } catch (error) {
    return unreadable({ error, verdict }, { report, cancelled: cancelled.aborted })
  }
}

/** What became of a failed attempt's change: the patch it was saved as, and whether the tree is as it was before. */
export type SetAside = { readonly patchFile: string | undefined; readonly undone: boolean }

/** Saves what a failed attempt changed in the run directory, and undoes it. */
export async function setAside(
  { before, attempt }: { before: Snapshot; attempt: number },
  { env, files, report }: World,
  signal: AbortSignal,
): Promise<SetAside> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(readLimitMs)])
  const patchFile = join(files.directory, `attempt-${attempt}.patch`)
  try {
    const { tree, unseen, patchSize } = await diffSince(before, { env, patchFile }, limit)
    const undone = unseen.length === 0 && (await undoSince(before, { env, tree }, limit))
    return { patchFile: patchSize > 0 ? patchFile : undefined, undone }
  } catch (error) {
    signal.throwIfAborted()
    report.note(
      `The change of attempt ${attempt} could not be undone (${oneLine(messageOf(error))}).`,
    )
    return { patchFile: undefined, undone: false }
  }
}

/** Notes that the change could not be read; a run that seemed completed has not. */
export function unreadable(
  { error, verdict }: { error: unknown; verdict: Verdict },
  { report, cancelled }: Pick<World, 'report'> & { cancelled: boolean },
): Verdict {
  const what = `The change could not be read: ${oneLine(messageOf(error))}.`
  report.note(what)
  if (verdict.outcome !== 'completed') return verdict
  return cancelled ? cancelledVerdict : { outcome: 'internal-error', reason: what }
}

const cancelledVerdict: Verdict = { outcome: 'cancelled', reason: 'The workflow was cancelled.' }

function describe(before: Snapshot, change: Change) {
  const { files, unseen, patchFile } = change
  return {
    base: before.head,
    files: [...files],
    unseen: [...unseen],
    patchFile: files.length > 0 ? patchFile : undefined,
  }
}
