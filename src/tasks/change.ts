import { join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Verdict } from '../outcome.ts'
import { counted, messageOf, oneLine, quote, showName } from '../text/text.ts'
import type { Baseline } from '../workspace/baseline.ts'
import type { Copy } from '../workspace/copies.ts'
import { landChange } from '../workspace/land.ts'
import { type Change, compareTrees, readChange } from '../workspace/patch.ts'
import type { Repository } from '../workspace/repository.ts'
import { compareScan, type Scan, scanTree } from '../workspace/scan.ts'
import { unseenWords } from '../workspace/unseen.ts'
import type { World } from '../world.ts'
import type { Places } from './places.ts'

/** Throws `UserError` (`config-invalid`) where there is nothing to measure a change against. */
export function requireRepository({ mode }: Inputs, repository: Repository | undefined): void {
  if (mode !== 'implement' || repository !== undefined) return
  const message =
    'Mode implement needs a git checkout. Run actions/checkout before this step, or check working-directory.'
  throw new UserError('config-invalid', message)
}

const readLimitMs = 60_000
const mostNoted = 50

type Measured = Copy & { readonly baseline: Baseline }

function isMeasured(copy: Copy | undefined): copy is Measured {
  return copy?.baseline !== undefined
}

/**
 * Reports what the last attempt changed, saves it as a patch, and lands it in the checkout if the run completed. A run whose
 * change can't be read has not completed, and one whose change can't be landed was not published.
 */
export async function concludeChange(
  {
    inputs,
    places,
    verdict,
  }: {
    inputs: Pick<Inputs, 'mode'>
    places: Pick<Places, 'current' | 'isInPlace'>
    verdict: Verdict
  },
  world: World,
  cancelled: AbortSignal,
): Promise<Verdict> {
  if (inputs.mode !== 'implement') return verdict
  const { report, comparing } = world
  const copy = places.current()?.copy
  if (!isMeasured(copy)) {
    // No attempt was made.
    report.know({ change: { files: [], unseen: [] } })
    return verdict
  }
  const limit = AbortSignal.any([comparing, AbortSignal.timeout(readLimitMs)])
  try {
    const change = await measure(copy, world, limit)
    report.mark('compared')
    if (verdict.outcome !== 'completed' || places.isInPlace) return verdict
    const concluded = await land({ copy, change, verdict }, world, limit)
    report.mark('landed')
    return concluded
  } catch (error) {
    return unreadable({ error, verdict }, { report, cancelled: cancelled.aborted })
  }
}

async function measure(copy: Measured, world: World, signal: AbortSignal): Promise<Change> {
  const { env, files, report } = world
  const { baseline, workTree } = copy
  await copy.settle()
  const change = await readChange({ baseline, workTree, env, patchFile: files.patch }, signal)
  report.know({
    change: {
      base: baseline.shadow.head,
      files: [...change.files],
      unseen: [...change.unseen],
      patchFile: change.files.length > 0 ? change.patchFile : undefined,
    },
  })
  for (const { path, reason } of change.unseen.slice(0, mostNoted))
    report.note(
      `${showName(path)} was changed, but is not in the patch: it ${unseenWords[reason]}.`,
    )
  await saveLeftOut({ baseline, change }, world, signal)
  return change
}

/** What the agent wrote in the place of ignored configuration must not be loaded later, but is not lost. */
async function saveLeftOut(
  { baseline, change: { tree, wholeTree } }: { baseline: Baseline; change: Change },
  { env, files }: World,
  signal: AbortSignal,
): Promise<void> {
  if (tree === wholeTree) return
  const patchFile = join(files.directory, 'project-config.patch')
  const trees = { shadow: baseline.shadow, from: tree, to: wholeTree }
  await compareTrees({ ...trees, env, patchFile }, signal)
}

type Completed = { readonly copy: Measured; readonly change: Change; readonly verdict: Verdict }

async function land(
  { copy, change, verdict }: Completed,
  { env, temporary, report, runner }: World,
  signal: AbortSignal,
): Promise<Verdict> {
  if (change.files.length === 0) return verdict
  const { baseline, workTree } = copy
  const landing = { baseline, workTree, tree: change.tree, temporary, env }
  const why = await landChange(landing, signal).then(
    (moved) => (moved.length > 0 ? `${listNames(moved)} changed in the meantime` : undefined),
    (error: unknown) => oneLine(messageOf(error)),
  )
  if (why === undefined) {
    runner.info(`Applied to the checkout: ${counted(change.files.length, 'file')}`)
    return verdict
  }
  signal.throwIfAborted()
  const reason = `The change could not be applied to the checkout, which is unchanged: ${why}. The change is in changes.patch.`
  report.note(reason)
  return { outcome: 'publish-failed', reason }
}

/** Saves what a failed attempt changed in the run directory. Resolves with the patch, if there is any. */
export async function saveAttempt(
  { copy, attempt }: { copy: Copy; attempt: number },
  { env, files, report }: World,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!isMeasured(copy)) return undefined
  const limit = AbortSignal.any([signal, AbortSignal.timeout(readLimitMs)])
  const patchFile = join(files.directory, `attempt-${attempt}.patch`)
  const { baseline, workTree } = copy
  try {
    await copy.settle()
    const { wholeTree } = await readChange({ baseline, workTree, env, patchFile }, limit)
    const trees = { shadow: baseline.shadow, from: baseline.tree, to: wholeTree }
    const { patchSize } = await compareTrees({ ...trees, env, patchFile }, limit)
    return patchSize > 0 ? patchFile : undefined
  } catch (error) {
    signal.throwIfAborted()
    report.note(
      `The change of attempt ${attempt} could not be saved (${oneLine(messageOf(error))}).`,
    )
    return undefined
  }
}

/** Notes that the change could not be read; a run that seemed completed has not. */
function unreadable(
  { error, verdict }: { error: unknown; verdict: Verdict },
  { report, cancelled }: Pick<World, 'report'> & { cancelled: boolean },
): Verdict {
  const what = `The change could not be read: ${oneLine(messageOf(error))}.`
  report.note(what)
  if (verdict.outcome !== 'completed') return verdict
  return cancelled ? cancelledVerdict : { outcome: 'internal-error', reason: what }
}

const cancelledVerdict: Verdict = { outcome: 'cancelled', reason: 'The workflow was cancelled.' }

/** Where no sandbox keeps a plan from the checkout, what the checkout is before it. */
export async function scanCheckout(
  { mode }: Inputs,
  world: World & { readonly places: Pick<Places, 'root'>; readonly isSandboxed: boolean },
  signal: AbortSignal,
): Promise<Scan | undefined> {
  const { isSandboxed, files, temporary, places, report } = world
  if (mode !== 'plan' || isSandboxed) return undefined
  const skipped = new Set([temporary, files.directory])
  const scan = await scanTree({ root: places.root, skipped }, signal)
  if (!scan.isWhole)
    report.note(
      `The checkout has too many files to compare: only ${counted(scan.states.size, 'file')} were checked for changes.`,
    )
  report.mark('scanned')
  return scan
}

/** A plan that changed the checkout has not completed, whoever did it. Nothing is put back. */
export async function proveReadOnly(
  { scan, verdict }: { scan: Scan; verdict: Verdict },
  { comparing, report }: World,
  cancelled: AbortSignal,
): Promise<Verdict> {
  const limit = AbortSignal.any([comparing, AbortSignal.timeout(readLimitMs)])
  try {
    const changed = await compareScan(scan, limit)
    report.mark('compared')
    if (changed.length === 0) return verdict
    const reason = `The checkout was changed in mode plan: ${listNames(changed)}. The agent, a plugin, an MCP server or another process on this machine changed it, and the change was not undone. Do not trust the answer.`
    if (verdict.outcome === 'cancelled' || cancelled.aborted) {
      report.note(reason)
      return verdict
    }
    if (verdict.outcome !== 'completed') report.note(`Also: ${verdict.outcome}: ${verdict.reason}`)
    return { outcome: 'read-only-violated', reason }
  } catch (error) {
    return unreadable({ error, verdict }, { report, cancelled: cancelled.aborted })
  }
}

const mostNamed = 5

function listNames(paths: readonly string[]): string {
  const more = paths.length - mostNamed
  const names = paths.slice(0, mostNamed).map((path) => quote(showName(path)))
  return [...names, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}
