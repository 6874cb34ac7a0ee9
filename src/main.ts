import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import * as core from '@actions/core'
import { startAfter } from './deadline.ts'
import { readDefaults } from './defaults.ts'
import { UserError } from './errors.ts'
import { readEvent } from './event.ts'
import { type GivenInputs, readInputs } from './inputs.ts'
import { checkForSecrets } from './last-check.ts'
import type { Verdict } from './outcome.ts'
import { publishOutputs } from './publish/outputs.ts'
import { createRunDirectory, saveDraft, saveResult } from './publish/run-directory.ts'
import { renderSummary } from './publish/summary.ts'
import { createReport, type Report } from './report.ts'
import type { Result } from './result.ts'
import { run, verdictOf } from './run.ts'
import { createRunner } from './runner.ts'
import { removeFolder } from './trust/folders.ts'
import { createGate } from './trust/gate.ts'
import { createSecrets } from './trust/secrets.ts'
import { counted, messageOf } from './wording.ts'
import { returnHidden } from './workspace/hidden-files.ts'

/**
 * When, after a cancel, nothing more is asked of the server, compared, and looked through for secrets: shares of five
 * seconds, so that a server that answers nothing does not take the time to save what there is. Ending the processes
 * takes up to a second after the first of them.
 */
const cancelMs = { closing: 1500, comparing: 3500, checking: 4200 } as const

/** Runs after this process has ended. */
const postFile = join(import.meta.dirname, '..', 'post', 'index.js')

/** The space of files that a killed process held open is free a moment after it. */
const writeAgainMs = 300

/** A process that does not end by itself after its work is done is ended. */
const lingerMs = 2000

// Memory is for opencode and the project's tools: this process collects its garbage early.
for (const flag of ['--semi-space-growth-factor=1', '--heap-growing-percent=20'])
  setFlagsFromString(flag)

const env = process.env
const runner = createRunner(env.GITHUB_STATE)
const cancelled = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (!cancelled.signal.aborted) runner.saveState('cancelled', 'true')
    cancelled.abort(new UserError('cancelled', 'The workflow was cancelled.'))
  })

await main().catch(endBadly)
setTimeout(() => process.exit(), lingerMs).unref()

/** Not even a run directory could be made: outcome and step say so at least. */
async function endBadly(error: unknown): Promise<void> {
  const verdict = verdictOf(error, { runner })
  runner.saveState('reason', verdict.reason)
  await attempt('The outputs', () => {
    runner.setOutput('outcome', verdict.outcome)
    runner.setOutput('reason', verdict.reason)
  })
  await attempt('The job summary', () =>
    runner.writeSummary(`## ❌ opencode run: ${verdict.outcome}\n`),
  )
  sayEnding(verdict, env['INPUT_FAIL-ON'])
}

async function main(): Promise<void> {
  const secrets = createSecrets(runner.setSecret)
  for (const name of ['INPUT_SERVER-PASSWORD', 'OPENCODE_SERVER_PASSWORD', 'INPUT_GITHUB-TOKEN'])
    secrets.add(env[name] ?? '')
  const base = env.RUNNER_TEMP || tmpdir()
  const temporary = mkdtempSync(join(base, 'opencode-driver-'))
  using _ = { [Symbol.dispose]: () => leaveNothing(temporary) }
  const trackingId = randomUUID()
  const { inputs, problem } = parseInputs()
  const runDirectory = inputs?.runDirectory ?? join(base, `opencode-run-${trackingId}`)
  const files = createRunDirectory(runDirectory)
  const startedAt = String(Date.now())
  for (const [key, value] of Object.entries({ trackingId, temporary, runDirectory, startedAt }))
    runner.saveState(key, value)

  const event = readEvent(env)
  const report: Report = createReport({
    event,
    runDirectory,
    onMark: (draft) => report.tryTo('The draft', () => saveDraft(temporary, secrets.clean(draft))),
  })
  const closing = startAfter(cancelled.signal, cancelMs.closing)
  const comparing = startAfter(cancelled.signal, cancelMs.comparing)
  const checking = startAfter(cancelled.signal, cancelMs.checking)
  const limits = { closing, comparing }
  const own = { temporary, trackingId, ownFiles: [postFile] }
  const world = { env, event, runner, secrets, report, files, ...own, ...limits }
  // Loaded where it is needed, and before an agent could change the files that it is loaded from.
  const publishing = inputs?.publish.what.length ? await import('./publishing.ts') : undefined
  const verdict = inputs ? await run(inputs, world, cancelled.signal) : problem
  const gate = createGate(secrets.values())
  const finished = report.finish(verdict)
  const patchFile = keepPatch(finished, temporary)
  const checked = await checkForSecrets(finished, { files, gate }, checking)
  const publish = inputs?.publish
  const result =
    publishing && publish
      ? await publishing.publishResult(
          checked,
          { ...world, gate, patchFile, publish },
          cancelled.signal,
        )
      : checked
  await attempt('run.json', () => saveResult(files, result))
  await attempt('The outputs', () => publishOutputs(runner, result))
  await attempt('The job summary', () => runner.writeSummary(renderSummary(result)))
  sayEnding(result, inputs?.failOn ?? env['INPUT_FAIL-ON'])
}

/** The change as it is, to be judged file by file: in the run directory it is without those that hold secrets. */
function keepPatch({ change }: Result, temporary: string): string | undefined {
  if (change?.patchFile === undefined) return undefined
  const copy = join(temporary, 'publish.patch')
  try {
    copyFileSync(change.patchFile, copy)
    return copy
  } catch {
    return change.patchFile
  }
}

function leaveNothing(temporary: string): void {
  if (!returnHidden(temporary, runner.warning)) return
  if (!removeFolder(temporary)) runner.warning(`${temporary} could not be removed.`)
}

/** What can't be written must not keep the rest from being written. */
async function attempt(what: string, write: () => void | Promise<void>): Promise<void> {
  try {
    await Promise.try(write).catch(async () => {
      await sleep(writeAgainMs)
      await write()
    })
  } catch (error) {
    runner.warning(`${what} could not be written: ${messageOf(error)}`)
  }
}

function sayEnding(ending: Verdict, failOn: string | undefined): void {
  const { outcome, reason, problems = [] } = ending
  const list = problems.map((problem) => `\n- ${problem}`).join('')
  const many = `${counted(problems.length, 'problem')}:${list}`
  const message = `${outcome}: ${list ? many : reason}`
  if (outcome === 'completed') runner.info(reason)
  else if (outcome === 'skipped') runner.warning(message)
  else if (failOn === 'never') runner.warning(message)
  else core.setFailed(message)
}

type Parsed =
  | { readonly inputs: GivenInputs; readonly problem?: undefined }
  | { readonly inputs?: undefined; readonly problem: Verdict }

function parseInputs(): Parsed {
  try {
    return { inputs: readInputs({ env, defaults: readDefaults() }) }
  } catch (error) {
    return { problem: verdictOf(error, { runner }) }
  }
}
