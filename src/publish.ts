import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import * as core from '@actions/core'
import * as z from 'zod'
import { readDefaults } from './defaults.ts'
import { UserError } from './errors.ts'
import { readEvent } from './event.ts'
import type { Outcome } from './outcome.ts'
import { readSavedRun } from './publish/saved-run.ts'
import { plain } from './publish/words.ts'
import { checkPublish, choosePublish, publishFields } from './publish-inputs.ts'
import { publishResult } from './publishing.ts'
import { parseFields, readRaw } from './raw-inputs.ts'
import type { Result } from './result.ts'
import { createRunner } from './runner.ts'
import { createGate } from './trust/gate.ts'
import { messageOf, oneLine } from './wording.ts'

const env = process.env
const runner = createRunner()
const cancelled = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => cancelled.abort(new UserError('cancelled', 'The workflow was cancelled.')))

const fields = {
  ...publishFields,
  'run-directory': z.string(),
  'fail-on': z.enum(['failure', 'never'], { error: 'must be failure or never' }),
} as const

type Ending = { readonly outcome: Outcome; readonly reason: string }

const ending = await publish().catch(endingOf)
runner.setOutput('outcome', ending.outcome)
runner.setOutput('reason', ending.reason)
const icon = ending.outcome === 'completed' ? '✅' : '❌'
await runner.writeSummary(`${icon} **${ending.outcome}**: ${plain(ending.reason)}\n`)
sayEnding(ending)

async function publish(): Promise<Ending> {
  const { directory, choice } = readInputs()
  const token = choice.token ?? ''
  runner.setSecret(token)
  const event = readEvent(env)
  const saved = readSavedRun(directory)
  // Where this goes, and what it links to, is this job's own.
  const own = { repository: event.repository, event: event.name, runUrl: event.runUrl }
  const run: Result = { ...saved, ...own, published: undefined }
  const clean = await createGate([token]).clean(run)
  const temporary = env.RUNNER_TEMP ?? tmpdir()
  const publishing = { publish: choice, env, event, runner, temporary }
  const { published } = await publishResult(clean, publishing, cancelled.signal)
  const { commentId, commentUrl, problems = [] } = published ?? {}
  if (commentId !== undefined) runner.setOutput('comment-id', String(commentId))
  if (commentUrl !== undefined) runner.setOutput('comment-url', commentUrl)
  if (problems.length > 0) return { outcome: 'publish-failed', reason: problems.join(' ') }
  return {
    outcome: 'completed',
    reason: `The run was published${commentUrl ? `: ${commentUrl}` : ''}.`,
  }
}

function readInputs() {
  const raw = readRaw(fields, { env, defaults: readDefaults('publish') })
  const problems: string[] = []
  const note = (problem: string) => {
    problems.push(problem)
  }
  parseFields(fields, raw, note)
  checkPublish({ raw, env }, note)
  const data = z.object(fields).safeParse(raw).data
  if (problems.length > 0 || data === undefined) throw new UserError('config-invalid', problems)
  const directory = resolve(env.GITHUB_WORKSPACE ?? '.', data['run-directory'])
  return { directory, choice: choosePublish(data) }
}

function endingOf(error: unknown): Ending {
  const outcome = error instanceof UserError ? error.outcome : 'internal-error'
  return { outcome, reason: oneLine(messageOf(error)) }
}

function sayEnding({ outcome, reason }: Ending): void {
  const message = `${outcome}: ${reason}`
  if (outcome === 'completed') runner.info(reason)
  else if (env['INPUT_FAIL-ON'] === 'never') runner.warning(message)
  else core.setFailed(message)
}
