import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { UserError } from './errors.ts'
import { readEvent } from './event/event.ts'
import { readPublishInputs } from './inputs/publish.ts'
import type { Outcome } from './outcome.ts'
import { runnerTokens } from './programs/environment.ts'
import { iconOf, plain } from './publish/labels.ts'
import { publishPublished } from './publish/outputs.ts'
import { hasCompleted } from './publish/publication.ts'
import { publishResult } from './publish/publishing.ts'
import { readSavedRun, takeSavedPatch } from './publish/saved-run.ts'
import type { Result } from './result.ts'
import { createRunner } from './runner.ts'
import { openRedactor } from './secrets/redactor.ts'
import { safeLine } from './text/log-line.ts'
import { messageOf, oneLine } from './text/text.ts'
import { removeFolder } from './workspace/folders.ts'

const redactorFile = join(import.meta.dirname, '..', 'redactor', 'index.js')

const env = process.env
const runner = createRunner()
const cancelled = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => cancelled.abort(new UserError('cancelled', 'The workflow was cancelled.')))

type Ending = { readonly outcome: Outcome; readonly reason: string }

const ending = await publish().catch(badEnding)
runner.setOutput('outcome', ending.outcome)
runner.setOutput('reason', ending.reason)
await runner
  .writeSummary(`${iconOf(ending)} **${ending.outcome}**: ${plain(ending.reason)}\n`)
  .catch((error: unknown) =>
    runner.warning(`The job summary could not be written: ${messageOf(error)}`),
  )
sayEnding(ending)

async function publish(): Promise<Ending> {
  const { directory, choice } = readPublishInputs({ env })
  const token = choice.token ?? ''
  runner.setSecret(token)
  const event = readEvent(env)
  const saved = readSavedRun(directory)
  // Where it goes, and what it links to, is this job's to say.
  const own = { repository: event.repository, event: event.name, runUrl: event.runUrl }
  const run: Result = { ...toPublish(saved), ...own, published: undefined }
  const secrets = [token, ...runnerTokens(env)]
  await using redactor = openRedactor({ file: redactorFile, values: () => secrets })
  const clean = await redactor.clean(run, cancelled.signal)
  const temporary = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), 'opencode-driver-'))
  using _ = { [Symbol.dispose]: () => void removeFolder(temporary) }
  const patchFile = saved.change?.patchFile && takeSavedPatch(directory, temporary)
  const publishing = { publish: choice, env, event, runner, temporary, redactor, patchFile }
  const result = await publishResult(clean, publishing, cancelled.signal)
  publishPublished(runner, result)
  return endingOf(result)
}

/** A completed run that was not published there, under another policy or token, is decided on again here. */
function toPublish(saved: Result): Result {
  return hasCompleted(saved) ? { ...saved, outcome: 'completed', problems: [] } : saved
}

function endingOf({ outcome, reason, published }: Result): Ending {
  if (outcome === 'cancelled')
    return { outcome, reason: 'Nothing was published because the run was cancelled.' }
  if (outcome === 'skipped')
    return { outcome, reason: 'Nothing was published because nothing was run.' }
  if (outcome === 'blocked' || outcome === 'publish-failed') return { outcome, reason }
  const { commentUrl, commitSha, pullRequestUrl, notes = [], problems = [] } = published ?? {}
  if (problems.length > 0) return { outcome: 'publish-failed', reason: problems.join(' ') }
  const made = [commentUrl, commitSha, pullRequestUrl].filter(Boolean).join(', ') || 'nothing'
  return { outcome: 'completed', reason: [`Published: ${made}.`, ...notes].join(' ') }
}

function badEnding(error: unknown): Ending {
  const outcome = error instanceof UserError ? error.outcome : 'internal-error'
  return { outcome, reason: oneLine(messageOf(error)) }
}

function sayEnding({ outcome, reason }: Ending): void {
  const message = `${outcome}: ${reason}`
  if (outcome === 'completed') runner.info(safeLine(reason, 4000))
  else if (outcome === 'skipped' || env['INPUT_FAIL-ON'] === 'never') runner.warning(message)
  else core.setFailed(message)
}
