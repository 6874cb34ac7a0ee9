import { setTimeout as sleep } from 'node:timers/promises'
import type { Inputs } from '../inputs/inputs.ts'
import { connect } from '../opencode/connect.ts'
import { modelText } from '../opencode/model.ts'
import type { Verdict } from '../outcome.ts'
import { safeLine } from '../text/log-line.ts'
import type { World } from '../world.ts'
import type { Server } from './server.ts'
import { type Verified, verifyProviders } from './verify.ts'

/** A server that dies breaks its connections before its exit is known, which says more. */
const deathMs = 200

function explainDeath(failed: AbortSignal): (error: unknown) => Promise<never> {
  return async (error) => {
    await sleep(deathMs)
    failed.throwIfAborted()
    throw error
  }
}

type Verifying = Pick<World, 'env' | 'report' | 'runner'> & {
  readonly server: Server
  readonly directory: string
}

/** Verifies what a server has for the inputs, and reports it. Throws what `verifyProviders` throws. */
export async function verifyServer(
  inputs: Inputs,
  world: Verifying,
  signal: AbortSignal,
): Promise<Verified> {
  const { address, failed } = world.server
  await using api = connect(address, world.directory)
  const wanted = { ...inputs, env: world.env, freeProviders: ['rehearsal'] }
  const standing = AbortSignal.any([signal, failed])
  const verified = await verifyProviders(api, wanted, standing).catch(explainDeath(failed))
  const { providers, candidates, agent, notes } = verified
  world.report.know({ providers: [...providers].map(listModels), agent })
  const [first] = candidates
  if (first) world.report.know({ ...first, model: modelText(first.model) })
  for (const note of notes) world.report.note(note)
  for (const line of [...describeProviders(verified), ...notes]) world.runner.info(safeLine(line))
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

/** The verdict on mode `check`; `tested` is a sentence on the self-test. */
export function concludeCheck({ providers, candidates }: Verified, tested: string): Verdict {
  if (providers.length === 0) {
    const reason =
      'No provider is connected. Set the key of one in the env of the step, or declare one in opencode-config.'
    return { outcome: 'provider-unavailable', reason }
  }
  const models = candidates.map(({ model }) => modelText(model))
  const exist = models.length === 1 ? 'exists' : 'exist'
  const what = models.length > 0 ? `, and ${models.join(', ')} ${exist}` : ''
  const reason = `opencode runs, ${providers.map(({ id }) => id).join(', ')} connected${what}. No prompt was sent.${tested}`
  return { outcome: 'completed', reason }
}
