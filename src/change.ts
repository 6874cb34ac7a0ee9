import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import { oneLine, type Verdict } from './outcome.ts'
import { type Change, diffSince } from './workspace/patch.ts'
import { findRoot, type Snapshot, takeSnapshot } from './workspace/snapshot.ts'
import type { World } from './world.ts'

/** In mode `implement`, what was checked out: the agent's change is measured against it. */
export async function rememberTree(
  inputs: Inputs,
  world: World,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  if (inputs.mode !== 'implement') return undefined
  const { temporary, env } = world
  const root = await findRoot({ directory: inputs.directory, env }, signal)
  if (root === undefined) {
    const message =
      'Mode implement needs a git checkout. Run actions/checkout before this step, or check working-directory.'
    throw new UserError('config-invalid', message)
  }
  const before = await takeSnapshot({ root, temporary, env }, signal)
  world.report.mark('remembered')
  return before
}

/** Reading the change must not hold up a cancelled run. */
const readLimitMs = 120_000
const cancelledLimitMs = 2000

/** Reports what changed since, and saves it as a patch. A run whose change can't be read has not completed. */
export async function reportChange(
  { before, verdict }: { before: Snapshot; verdict: Verdict },
  world: World,
  cancelled: AbortSignal,
): Promise<Verdict> {
  const { env, files, report } = world
  using limit = startLimit(cancelled)
  try {
    const change = await diffSince(before, { env, patchFile: files.patch }, limit.signal)
    report.know({ change: describe(before, change) })
    for (const { path, reason } of change.unseen)
      report.note(`${path} was changed, but no patch can carry that (${reason}).`)
    report.mark('compared')
    return verdict
  } catch (error) {
    return unreadable({ error, verdict }, { report, cancelled: cancelled.aborted })
  }
}

function unreadable(
  { error, verdict }: { error: unknown; verdict: Verdict },
  { report, cancelled }: Pick<World, 'report'> & { cancelled: boolean },
): Verdict {
  const what = `The change could not be read: ${oneLine(error instanceof Error ? error.message : String(error))}.`
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

/** Ends after `readLimitMs`, or shortly after the run was cancelled. */
function startLimit(cancelled: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const limit = new AbortController()
  const end = (ms: number) => {
    const after = sleep(ms, undefined, { signal: limit.signal, ref: false })
    after.then(
      () => limit.abort(new Error('it took too long')),
      () => undefined,
    )
  }
  const hurry = () => end(cancelledLimitMs)
  end(readLimitMs)
  if (cancelled.aborted) hurry()
  cancelled.addEventListener('abort', hurry, { once: true })
  return {
    signal: limit.signal,
    [Symbol.dispose]() {
      cancelled.removeEventListener('abort', hurry)
      limit.abort()
    },
  }
}
