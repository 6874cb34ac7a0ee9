import * as core from '@actions/core'
import { readEvent } from './event/event.ts'
import type { Verdict } from './outcome.ts'
import { endProcesses } from './programs/processes.ts'
import { createRunDirectory, isSaved, readDraft, saveResult } from './publish/run-directory.ts'
import { renderSummary } from './publish/summary.ts'
import { createReport } from './report.ts'
import { countMemoryKills, fullDisk, isDiskFull, releaseSpace } from './resources.ts'
import { createRunner } from './runner.ts'
import { readState, type State } from './state.ts'
import { messageOf } from './text/text.ts'
import { removeFolder } from './workspace/folders.ts'
import { undoReplacement } from './workspace/replacement.ts'

const graceMs = 1000

/** Whatever `main` had left to compare with could have been written by the agent, too. */
const notCompared =
  'The action could not check whether the agent changed files that later steps trust (git configuration and hooks, runner files) or, in a plan, the checkout.'

const lost =
  'What had not yet been checked for secrets was discarded: the answer, the change and the logs.'

const state = readState(core.getState)
if (state) await finish(state)

/** Does again what `main` could not: ends processes, says how the run ended, and removes the temporary folder. */
async function finish(left: State): Promise<void> {
  await endProcesses({ pid: left.pid, trackingId: left.trackingId }, graceMs)
  const isFull = isDiskFull(left.temporary)
  const known = readDraft(left.temporary)
  undoLanding(left.temporary)
  // It may take the disk that the result needs.
  releaseSpace(left.temporary)
  if (!removeFolder(left.temporary)) core.warning(`${left.temporary} could not be removed.`)
  if (!isSaved(left.runDirectory)) await conclude(left, known, isFull)
}

/** A landing that was cut off is undone: the checkout is as it was, and the change is lost with the run. */
function undoLanding(temporary: string): void {
  try {
    undoReplacement(temporary)
  } catch (error) {
    core.warning(
      `A change was partly applied to the checkout and could not be undone: ${messageOf(error)}`,
    )
  }
}

/** Says the facts alone: what an agent wrote was not checked for secrets. */
async function conclude(
  left: State,
  known: ReturnType<typeof readDraft>,
  isFull: boolean,
): Promise<void> {
  const { runDirectory, startedAt, pid } = left
  const event = readEvent(process.env)
  const report = createReport({ event, runDirectory, startedAt, known })
  if (pid !== undefined && left.outcome === undefined) report.note(notCompared)
  const result = report.finish(verdictOn(left, isFull))
  createRunDirectory(runDirectory)
  saveResult(result)
  await createRunner().writeSummary(renderSummary(result))
  core.warning(`${result.outcome}: ${result.reason}`)
}

function verdictOn({ cancelled, outcome, memoryKills }: State, isFull: boolean): Verdict {
  if (outcome !== undefined) {
    const reason = `The run ended as ${outcome}, and its result could not be saved. See the log of the step.`
    return { outcome, reason }
  }
  if (cancelled) {
    const reason = `The workflow was cancelled, and the step was ended by force. ${lost}`
    return { outcome: 'cancelled', reason }
  }
  if (isFull)
    return { outcome: 'server-failed', reason: `The step was ended by force. ${fullDisk} ${lost}` }
  const starved = memoryKills !== undefined && countMemoryKills() > memoryKills
  const why = starved
    ? ', and the kernel killed a process because the machine ran out of memory'
    : ''
  return { outcome: 'internal-error', reason: `The step was ended by force${why}. ${lost}` }
}
