import { existsSync } from 'node:fs'
import * as core from '@actions/core'
import { readEvent } from './event.ts'
import { endProcesses } from './programs/processes.ts'
import {
  createRunDirectory,
  type RunFiles,
  readDraft,
  saveResult,
} from './publish/run-directory.ts'
import { renderSummary } from './publish/summary.ts'
import { createReport } from './report.ts'
import { createRunner } from './runner.ts'
import { readState, type State } from './state.ts'
import { removeFolder } from './trust/folders.ts'
import { returnHidden } from './workspace/hidden-files.ts'

const graceMs = 1000

/** Whatever `main` had left to compare with could have been written by the agent, too. */
const notCompared =
  'Whether the agent wrote files that later steps trust (git configuration and hooks, files of the runner), or into the checkout of a plan, was not looked at any more.'

const state = readState(core.getState)
if (state) await finish(state)

/** Does again what `main` could not: ends processes, says how the run ended, and removes the temporary folder. */
async function finish(left: State): Promise<void> {
  await endProcesses({ pid: left.pid, trackingId: left.trackingId }, graceMs)
  const returned = returnHidden(left.temporary, core.warning)
  const files = createRunDirectory(left.runDirectory)
  if (!existsSync(files.run)) await conclude(left, files)
  if (!returned) return
  if (!removeFolder(left.temporary)) core.warning(`${left.temporary} could not be removed.`)
}

async function conclude(
  { runDirectory, temporary, startedAt, cancelled, reason, pid }: State,
  files: RunFiles,
): Promise<void> {
  const event = readEvent(process.env)
  const known = readDraft(temporary)
  const report = createReport({ event, runDirectory, startedAt, known })
  const kept = 'What it saved until then is in the run directory.'
  if (pid !== undefined) report.note(notCompared)
  const result = report.finish(
    cancelled
      ? {
          outcome: 'cancelled',
          reason: `The workflow was cancelled, and the step was ended by force. ${kept}`,
        }
      : {
          outcome: 'internal-error',
          reason: reason ?? `The step was ended by force, by lack of memory for instance. ${kept}`,
        },
  )
  saveResult(files, result)
  await createRunner().writeSummary(renderSummary(result))
  core.warning(`${result.outcome}: ${result.reason}`)
}
