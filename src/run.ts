import { setTimeout as sleep } from 'node:timers/promises'
import { rememberTree, reportChange } from './change.ts'
import { startDeadline } from './deadline.ts'
import { UserError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import { type Client, createClient, ServerAnswer } from './opencode/client.ts'
import { modelText, type Verified, verifyProviders } from './opencode/providers.ts'
import { oneLine, type Verdict } from './outcome.ts'
import { runPrompt } from './prompt.ts'
import { sha256 } from './report.ts'
import { openServer } from './service.ts'
import { safeLine } from './session/log-line.ts'
import type { World } from './world.ts'

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
    const before = await rememberTree(inputs, world, signal)
    const driven = drive(inputs, { ...world, deadline: deadline.at }, signal)
    const verdict = await driven.catch((error) => verdictOf(reasonOf(signal, error), world))
    return before ? await reportChange({ before, verdict }, world, cancelled) : verdict
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
  if (error instanceof ServerAnswer) {
    const reason = `The opencode server failed: ${oneLine(error.message)}. See server.log in the run directory.`
    return { outcome: 'server-failed', reason }
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
  const verified = await verify(inputs, { ...world, client }, standing).catch(
    lastWords(server.failed),
  )
  world.report.mark('verified')
  if (inputs.mode === 'check' || !verified.model) return checked(verified)
  return await runPrompt(inputs, { ...world, client, verified }, standing)
}

/** A server that dies breaks its connections before its exit is known, which says more. */
const lastWordsMs = 200

function lastWords(failed: AbortSignal): (error: unknown) => Promise<never> {
  return async (error) => {
    await sleep(lastWordsMs)
    failed.throwIfAborted()
    throw error
  }
}

type Served = World & { readonly client: Client }

async function verify(inputs: Inputs, world: Served, signal: AbortSignal): Promise<Verified> {
  const config = inputs.config
  const verified = await verifyProviders(world.client, { wanted: inputs, config }, signal)
  const { providers, model, agent, priced } = verified
  world.report.know({ providers: [...providers].map(listModels), agent, priced })
  if (model) world.report.know({ model: modelText(model) })
  for (const line of describeProviders(verified)) world.runner.info(safeLine(line))
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
