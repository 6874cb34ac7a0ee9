import { existsSync, rmSync } from 'node:fs'
import * as core from '@actions/core'
import { readEvent } from './event.ts'
import { renderSummary } from './publish/markdown.ts'
import { createRunDirectory, saveResult } from './publish/run-directory.ts'
import { createReport } from './report.ts'
import { createRunner } from './runner.ts'
import { readState, type State } from './state.ts'
import { endProcesses, findTracked } from './trust/processes.ts'

const graceMs = 1000

const state = readState(core.getState)
if (state) await finish(state)

/** Does again what `main` could not: ends processes, removes the temporary folder, and says how the run ended. */
async function finish(left: State): Promise<void> {
  const running = await findTracked(left)
  if (running.length > 0) {
    core.info(`Ending ${running.length} processes that the run left.`)
    await endProcesses({ pid: left.pid, trackingId: left.trackingId }, graceMs)
  }
  rmSync(left.temporary, { recursive: true, force: true })
  const files = createRunDirectory(left.runDirectory)
  if (existsSync(files.run)) return
  const report = createReport({ event: readEvent(process.env), runDirectory: left.runDirectory })
  const result = report.finish({
    outcome: 'cancelled',
    reason:
      'The main step was killed before it could finish: what it saved until then is in the run directory.',
  })
  saveResult(files, result, (text) => text)
  await createRunner().writeSummary(renderSummary(result))
  core.warning(result.reason)
}
