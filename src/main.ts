import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import * as core from '@actions/core'
import { startAfter } from './deadline.ts'
import { UserError } from './errors.ts'
import { readEvent } from './event/event.ts'
import { readInputs, type StepInputs } from './inputs/inputs.ts'
import type { PublishChoice } from './inputs/publish.ts'
import type { Verdict } from './outcome.ts'
import { runnerTokens } from './programs/environment.ts'
import { type Checked, checkResult, saveFiles } from './publish/last-check.ts'
import { publishOutputs } from './publish/outputs.ts'
import type { PublishWorld } from './publish/publisher.ts'
import { createRunDirectory, saveDraft, saveResult, stageFiles } from './publish/run-directory.ts'
import { renderSummary } from './publish/summary.ts'
import { createReport, type Report } from './report.ts'
import { blameDisk, countMemoryKills, releaseSpace, reserveSpace } from './resources.ts'
import type { Result } from './result.ts'
import { run, verdictOf } from './run.ts'
import { createRunner } from './runner.ts'
import { openRedactor, type Redactor } from './secrets/redactor.ts'
import { createSecrets } from './secrets/secrets.ts'
import { counted, messageOf } from './text/text.ts'
import { removeFolder } from './workspace/folders.ts'

/**
 * When, after a cancel, nothing more is asked of the server, compared, and looked through for secrets: shares of five
 * seconds, so that a server that answers nothing does not take the time to save what there is. Ending the processes
 * takes up to a second after the first of them.
 */
const cancelMs = { closing: 1500, comparing: 3500, checking: 4200 } as const

/** Runs after this process has ended. */
const postFile = join(import.meta.dirname, '..', 'post', 'index.js')
const redactorFile = join(import.meta.dirname, '..', 'redactor', 'index.js')

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

/** Not even a run directory could be created: at least outcome and step say so. */
async function endBadly(error: unknown): Promise<void> {
  const verdict = verdictOf(error, { runner })
  await sayOutcome(verdict)
  await attempt('The job summary', () =>
    runner.writeSummary(`## ❌ opencode run: ${verdict.outcome}\n`),
  )
  sayEnding(verdict, env['INPUT_FAIL-ON'])
}

async function main(): Promise<void> {
  const secrets = createSecrets(runner.setSecret)
  for (const token of runnerTokens(env)) secrets.add(token)
  // Loaded before an agent could change the file.
  await using redactor = openRedactor({ file: redactorFile, values: secrets.values })
  const base = env.RUNNER_TEMP || tmpdir()
  const temporary = mkdtempSync(join(base, 'opencode-driver-'))
  using _ = { [Symbol.dispose]: () => leaveNothing(temporary) }
  const trackingId = randomUUID()
  const { inputs, problem } = parseInputs()
  const runDirectory = inputs?.runDirectory ?? join(base, `opencode-run-${trackingId}`)
  const startedAt = String(Date.now())
  const memoryKills = String(countMemoryKills())
  const state = { trackingId, temporary, runDirectory, startedAt, memoryKills }
  for (const [key, value] of Object.entries(state)) runner.saveState(key, value)
  createRunDirectory(runDirectory)
  const files = stageFiles(temporary)
  reserveSpace(temporary)

  const event = readEvent(env)
  const report: Report = createReport({
    event,
    runDirectory,
    onMark: (draft) => report.tryTo('The draft', () => saveDraft(temporary, draft)),
  })
  const closing = startAfter(cancelled.signal, cancelMs.closing)
  const comparing = startAfter(cancelled.signal, cancelMs.comparing)
  const checking = startAfter(cancelled.signal, cancelMs.checking)
  const limits = { closing, comparing }
  const own = { temporary, trackingId, ownFiles: [postFile] }
  const world = { env, event, runner, secrets, redactor, report, files, ...own, ...limits }
  // Loaded where it is needed, and before an agent could change the files that it is loaded from.
  const publishing = inputs?.publish.what.length
    ? await import('./publish/publishing.ts')
    : undefined
  const verdict = inputs ? await run(inputs, world, cancelled.signal) : problem
  const finished = report.finish(blameDisk(verdict, temporary))
  const leaving = { ...world, publishing, publish: inputs?.publish }
  const { result, isWhole } = await publishChecked(finished, leaving, checking)
  if (!isWhole) runner.warning(result.reason)
  releaseSpace(temporary)
  await sayOutcome(result)
  const staged = { staged: files.directory, redactor }
  const saved = isWhole ? await saveFiles(result, staged, checking) : result
  await attempt('The outputs', () => publishOutputs(runner, saved))
  await attempt('run.json', () => saveResult(saved))
  await attempt('The job summary', () => runner.writeSummary(renderSummary(saved)))
  sayEnding(saved, inputs?.failOn ?? env['INPUT_FAIL-ON'])
}

type Leaving = Omit<PublishWorld, 'publish' | 'patchFile'> & {
  readonly redactor: Redactor
  readonly publish: PublishChoice | undefined
  readonly publishing: typeof import('./publish/publishing.ts') | undefined
}

/** What may leave the run of a result, including what was published of it. */
async function publishChecked(
  finished: Result,
  { publishing, publish, ...world }: Leaving,
  checking: AbortSignal,
): Promise<Checked> {
  const checks = { redactor: world.redactor, publishes: publishing !== undefined }
  const checked = await checkResult(finished, checks, checking)
  if (!publishing || !publish || !checked.isWhole) return checked
  const ready = { ...world, publish, patchFile: finished.change?.patchFile }
  const published = await publishing.publishResult(checked.result, ready, cancelled.signal)
  // It quotes what GitHub and git said.
  return await checkResult(published, checks, checking)
}

/** Comes before everything that may not fit on the disk; saved for `post`, too, in case the rest does not. */
async function sayOutcome({ outcome, reason }: Verdict): Promise<void> {
  await attempt('The outcome', () => {
    runner.setOutput('outcome', outcome)
    runner.setOutput('reason', reason)
  })
  await attempt('The state', () => runner.saveState('outcome', outcome))
}

function leaveNothing(temporary: string): void {
  if (!removeFolder(temporary)) runner.warning(`${temporary} could not be removed.`)
}

/** A failed write must not prevent the others. */
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
  | { readonly inputs: StepInputs; readonly problem?: undefined }
  | { readonly inputs?: undefined; readonly problem: Verdict }

function parseInputs(): Parsed {
  try {
    return { inputs: readInputs({ env }) }
  } catch (error) {
    return { problem: verdictOf(error, { runner }) }
  }
}
