import { appendFileSync, existsSync } from 'node:fs'
import { startDeadline } from './deadline.ts'
import { UserError } from './errors.ts'
import { type Event, sessionTitle } from './event.ts'
import type { Inputs } from './inputs.ts'
import { type Client, createClient } from './opencode/client.ts'
import { sessionRules } from './opencode/permissions.ts'
import { modelText, type Verified, verifyProviders } from './opencode/providers.ts'
import { judge, oneLine, type Verdict } from './outcome.ts'
import type { RunFiles } from './publish/run-directory.ts'
import { saveSession } from './publish/run-directory.ts'
import { type Report, sha256 } from './report.ts'
import type { Runner } from './runner.ts'
import { openServer } from './service.ts'
import { type Attempt, runAttempt } from './session/attempt.ts'
import { createNarrator } from './session/narrate.ts'
import { countTools, refusedByRule, sumUsage } from './session/transcript.ts'
import type { Secrets } from './trust/secrets.ts'
import { diffSince } from './workspace/patch.ts'
import { findRoot, type Snapshot, takeSnapshot } from './workspace/snapshot.ts'

/** What a run meets of the world around it. */
export type World = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly event: Event
  readonly runner: Pick<Runner, 'info' | 'debug' | 'warning' | 'group' | 'saveState'>
  readonly secrets: Secrets
  readonly report: Report
  readonly files: RunFiles
  /** A folder of the run's own, removed at the end. */
  readonly temporary: string
  readonly trackingId: string
}

/** The main job: one prompt on opencode, from install to verdict. Whatever goes wrong is a verdict, too. */
export async function run(inputs: Inputs, world: World, cancelled: AbortSignal): Promise<Verdict> {
  using deadline = startDeadline(inputs.timeoutMs)
  const signal = AbortSignal.any([cancelled, deadline.signal])
  world.report.know({
    mode: inputs.mode,
    promptHash: sha256(inputs.prompt),
    variant: inputs.variant,
  })
  try {
    const before =
      inputs.mode === 'implement' ? await rememberTree(inputs, world, signal) : undefined
    const driven = drive(inputs, { ...world, deadline: deadline.at }, signal)
    const verdict = await driven.catch((error) => verdictOf(reasonOf(signal, error), world))
    if (before) await reportChange(before, world, cancelled)
    return verdict
  } catch (error) {
    return verdictOf(reasonOf(signal, error), world)
  }
}

function reasonOf(signal: AbortSignal, error: unknown): unknown {
  return signal.aborted ? signal.reason : error
}

/** The verdict on a run that was ended by an error. */
export function verdictOf(error: unknown, world: Pick<World, 'runner'>): Verdict {
  if (error instanceof UserError) {
    const { outcome, message, problems } = error
    return { outcome, reason: oneLine(message), ...(problems.length > 1 ? { problems } : {}) }
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' }
  world.runner.debug(stack ?? '')
  const reason = `A defect of this action: ${oneLine(message)}. Please report it, with run.json and the log of a re-run with debug logging.`
  return { outcome: 'internal-error', reason }
}

type Timed = World & { readonly deadline: number }

/** Start, verify, prompt. The server has ended when this returns. */
async function drive(inputs: Inputs, world: Timed, signal: AbortSignal): Promise<Verdict> {
  await using server = await openServer(inputs, world, signal)
  const standing = AbortSignal.any([signal, server.failed])
  await using client = createClient(server.address, inputs.directory)
  const verified = await verify(inputs, { ...world, client }, standing)
  world.report.mark('verified')
  if (inputs.mode === 'check' || !verified.model) return checked(verified)
  return await prompt(inputs, { ...world, client, verified }, standing)
}

type Served = Timed & { readonly client: Client }

async function verify(inputs: Inputs, world: Served, signal: AbortSignal): Promise<Verified> {
  const config = inputs.config
  const verified = await verifyProviders(world.client, { wanted: inputs, config }, signal)
  const { providers, model, agent, priced } = verified
  world.report.know({ providers: [...providers].map(listModels), agent, priced })
  if (model) world.report.know({ model: modelText(model) })
  for (const line of describeProviders(verified)) world.runner.info(line)
  return verified
}

const namedModels = 20

/** A line for each provider, with its first models. */
function describeProviders({ providers }: Verified): string[] {
  return providers.map(({ id, models }) => {
    const more = models.length > namedModels ? `, … ${models.length - namedModels} more` : ''
    return `Provider ${id} is connected: ${models.slice(0, namedModels).join(', ')}${more}`
  })
}

function listModels({ id, models }: { id: string; models: readonly string[] }) {
  return { id, models: [...models] }
}

function checked({ providers, model }: Verified): Verdict {
  if (providers.length === 0) {
    const reason =
      'No provider is connected. Set the key of one in the env of the step, or declare one in opencode-config.'
    return { outcome: 'provider-unavailable', reason }
  }
  const what = model ? `, and ${modelText(model)} exists` : ''
  const reason = `opencode runs, ${providers.map(({ id }) => id).join(', ')} connected${what}. No prompt was sent.`
  return { outcome: 'completed', reason }
}

type Ready = Served & { readonly verified: Verified }

async function prompt(inputs: Inputs, world: Ready, signal: AbortSignal): Promise<Verdict> {
  const { client, verified, runner, secrets } = world
  const { model, agent } = verified
  if (!model || inputs.mode === 'check') throw new Error('A prompt needs a model.')
  const { rules, ignored } = sessionRules(inputs.mode, inputs.permissions)
  if (ignored.length > 0)
    world.report.note(
      `Mode plan keeps its own rules: ${ignored.length} of permissions were not applied.`,
    )
  const narrator = createNarrator((line) => runner.info(secrets.redact(line)), inputs.directory)
  const attempt = await runner.group(`Prompt ${modelText(model)} (agent ${agent})`, async () => {
    const ended = await runAttempt(
      {
        client,
        title: sessionTitle(world.event),
        rules,
        prompt: { text: inputs.prompt, model, agent, variant: inputs.variant },
        stallTimeoutMs: inputs.stallTimeoutMs,
        deadline: world.deadline,
        onEvent(event, raw, tree) {
          narrator.event(event, tree)
          if (event.type === 'message.part.delta') return
          const line = secrets.redact(`${JSON.stringify(raw)}\n`)
          world.report.tryTo('An event', () => appendFileSync(world.files.events, line))
        },
        onRefusal: narrator.refusal,
      },
      signal,
    )
    narrator.end()
    return ended
  })
  world.report.mark('prompted')
  return conclude(attempt, { ...world, inputs, model: modelText(model) })
}

type Concluding = Ready & { readonly inputs: Inputs; readonly model: string }

function conclude(attempt: Attempt, world: Concluding): Verdict {
  const { transcript, text } = attempt
  const refusals = [...attempt.refusals, ...refusedByRule(transcript, world.inputs.directory)]
  const tools = countTools(transcript)
  const usage = sumUsage(transcript)
  const verdict = judge({
    ending: attempt.ending,
    text,
    model: world.model,
    stallTimeoutMs: world.inputs.stallTimeoutMs,
    tools,
    refused: refusals.length,
  })
  const record = {
    model: world.model,
    sessionID: attempt.sessionID,
    sessions: transcript.map(({ sessionID }) => sessionID),
    startedAt: new Date(attempt.startedAt).toISOString(),
    endedAt: new Date(attempt.endedAt).toISOString(),
    outcome: verdict.outcome,
    retries: attempt.retries,
    usage,
  }
  const { redact } = world.secrets
  world.report.tryTo('The answer', () =>
    saveSession(world.files, { answer: text, transcript }, redact),
  )
  world.report.know({
    answer: redact(text),
    answerFile: existsSync(world.files.answer) ? world.files.answer : undefined,
    attempts: [record],
    usage,
    tools,
    refusals: refusals.map((refusal) => ({ ...refusal, what: redact(refusal.what) })),
  })
  return { ...verdict, reason: redact(verdict.reason) }
}

async function rememberTree(inputs: Inputs, world: World, signal: AbortSignal): Promise<Snapshot> {
  const { temporary, env } = world
  const { directory } = inputs
  const root = await findRoot({ directory, env }, signal)
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
const cancelledLimitMs = 2500

async function reportChange(before: Snapshot, world: World, cancelled: AbortSignal): Promise<void> {
  const { env, files, report } = world
  const limit = AbortSignal.timeout(cancelled.aborted ? cancelledLimitMs : readLimitMs)
  const change = await diffSince(before, { env, patchFile: files.patch }, limit)
  const patchFile = change.files.length > 0 ? files.patch : undefined
  report.know({ change: { base: before.head, files: [...change.files], patchFile } })
  for (const { path, reason } of change.unseen)
    report.note(`${path} was changed, but no patch can carry that (${reason}).`)
  report.mark('compared')
}
