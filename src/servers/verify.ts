import { UserError } from '../errors.ts'
import { type Api, ServerAnswer } from '../opencode/api.ts'
import type { OpencodeConfig } from '../opencode/config.ts'
import { type Model, modelText, parseModel } from '../opencode/model.ts'
import type { Env } from '../programs/environment.ts'
import { missingProvider, nearest } from '../providers/missing-provider.ts'

/** What a run asks of the server. */
export type Wanted = {
  readonly mode: 'check' | 'plan' | 'implement'
  readonly model: Model | undefined
  readonly fallbackModels: readonly Model[]
  readonly agent: string | undefined
  readonly variant: string | undefined
  readonly requireProviders: readonly string[]
  readonly config: OpencodeConfig
  /** Of the step. */
  readonly env: Env
  readonly passEnv: readonly string[]
  readonly budget: { readonly maxCost: number | undefined; readonly maxTokens: number | undefined }
  /** Providers whose models cost nothing, so that no price is missing. */
  readonly freeProviders: readonly string[]
}

/** A model that can be prompted. */
export type Candidate = {
  readonly model: Model
  readonly variant: string | undefined
  /** True if opencode knows a price of the model, so that `cost` means something. */
  readonly priced: boolean
}

/** A provider that is connected, and its models. */
export type Provider = { readonly id: string; readonly models: readonly string[] }

/** What was found on the server. */
export type Verified = {
  readonly providers: readonly Provider[]
  /** The models to be tried, in order; empty only in mode `check`. */
  readonly candidates: readonly Candidate[]
  readonly agent: string | undefined
  /** What is wrong with a model, while another one can be tried. */
  readonly notes: readonly string[]
}

const defaultAgents = { check: undefined, plan: 'plan', implement: 'build' } as const

/**
 * Checks providers, models, variant, agent and prices before a token is spent. Throws `UserError`
 * (`provider-unavailable`) that names everything that is missing, the nearest names, and what would connect a provider.
 * A model that is missing is only a note, as long as another one can be tried; in mode `check` every model counts.
 */
export async function verifyProviders(
  client: Api,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Verified> {
  const { connected, agents } = await readServer(client, signal)
  const providers = connected.map(({ id, models }) => ({ id, models: Object.keys(models) }))
  const primary = wanted.model ?? parseModel(await client.defaultModel(signal))
  if (primary === undefined && wanted.mode !== 'check')
    throw new UserError(
      'config-invalid',
      'There is no model. Set the model input, as provider/model.',
    )

  const checks = [
    ...(primary ? [checkModel(primary, { wanted, connected, isFallback: false })] : []),
    ...wanted.fallbackModels.map((model) =>
      checkModel(model, { wanted, connected, isFallback: true }),
    ),
  ]
  const candidates = checks.flatMap(({ candidate }) => candidate ?? [])
  const missing = checks.flatMap(({ problems }) => problems)
  const bearable = wanted.mode !== 'check' && candidates.length > 0
  const agent = wanted.agent ?? defaultAgents[wanted.mode]
  const problems = new Set([
    ...missingProviders(wanted, providers),
    ...(bearable ? [] : missing),
    ...(agent ? agentProblems(agent, agents) : []),
  ])
  if (problems.size > 0) throw new UserError('provider-unavailable', [...problems])
  refuseUnpriced({ wanted, candidates, connected, agents })
  const notes = [...(bearable ? missing : []), ...checks.flatMap(({ note }) => note ?? [])]
  return { providers, candidates, agent, notes }
}

async function readServer(client: Api, signal: AbortSignal) {
  try {
    const answers = [client.providers(signal), client.agents(signal)] as const
    const [connected, agents] = await Promise.all(answers)
    return { connected, agents }
  } catch (error) {
    if (error instanceof ServerAnswer && error.refusal?.name?.startsWith('Config'))
      throw refusedConfig(error)
    throw error
  }
}

type ServerFacts = Awaited<ReturnType<typeof readServer>>
type Connected = ServerFacts['connected']
type Agents = ServerFacts['agents']

/** The server's own message repeats the configuration with its secrets: name and places only. */
function refusedConfig(answer: ServerAnswer): UserError {
  const places = answer.refusal?.places.join(', ')
  const where = places ? ` at ${places}` : ''
  const message = `opencode rejected its configuration (${answer.refusal?.name}${where}). Check opencode-config.`
  return new UserError('config-invalid', message, { cause: answer })
}

type Checking = {
  readonly wanted: Wanted
  readonly connected: Connected
  readonly isFallback: boolean
}

type Checked = {
  readonly candidate?: Candidate
  readonly problems: readonly string[]
  readonly note?: string
}

function checkModel(model: Model, { wanted, connected, isFallback }: Checking): Checked {
  const provider = connected.find(({ id }) => id === model.providerID)
  const providers = connected.map(({ id }) => id)
  if (!provider) return { problems: [missingProvider(model.providerID, { ...wanted, providers })] }
  const details = provider.models[model.modelID]
  if (!details) return { problems: [missingModel(model, Object.keys(provider.models), isFallback)] }
  const priced = isPriced(details.cost) || wanted.freeProviders.includes(model.providerID)
  const candidate = { model, variant: wanted.variant, priced }
  const problem = missingVariant(model, wanted.variant, Object.keys(details.variants ?? {}))
  if (problem === undefined) return { candidate, problems: [] }
  if (!isFallback) return { problems: [`${problem} Check the variant input, or leave it out.`] }
  return {
    candidate: { ...candidate, variant: undefined },
    problems: [],
    note: `${problem} It runs without.`,
  }
}

function missingModel({ providerID, modelID }: Model, names: string[], isFallback: boolean) {
  const input = isFallback ? 'fallback-models' : 'model'
  return `Provider "${providerID}" has no model "${modelID}".${nearest(modelID, names)} Check the ${input} input.`
}

function missingVariant(model: Model, variant: string | undefined, variants: readonly string[]) {
  if (variant === undefined || variants.includes(variant)) return undefined
  const known = variants.length > 0 ? `It has: ${variants.join(', ')}.` : 'It has none.'
  return `Model "${modelText(model)}" has no variant "${variant}". ${known}`
}

function missingProviders(wanted: Wanted, known: readonly Provider[]): string[] {
  const providers = known.map(({ id }) => id)
  const missing = wanted.requireProviders.filter((id) => !providers.includes(id))
  return missing.map((id) => missingProvider(id, { ...wanted, providers }))
}

function agentProblems(name: string, agents: Agents): string[] {
  const usable = agents.filter((agent) => agent.mode !== 'subagent' && !agent.hidden)
  if (usable.some((agent) => agent.name === name)) return []
  const names = usable.map((agent) => agent.name)
  const known = agents.some((agent) => agent.name === name)
  const what = known ? `Agent "${name}" may not be primary.` : `No agent "${name}".`
  return [
    `${what}${nearest(name, names)} Primary agents: ${names.join(', ')}. Check the agent input.`,
  ]
}

type Priced = Pick<Verified, 'candidates'> & ServerFacts & { readonly wanted: Wanted }

/** A cost that opencode counts as 0 can't be limited. Configured agents may use models that no input names. */
function refuseUnpriced({ wanted, candidates, connected, agents }: Priced): void {
  const { maxCost, maxTokens } = wanted.budget
  if (maxCost === undefined || maxTokens !== undefined) return
  const costOf = ({ providerID, modelID }: Model) =>
    connected.find(({ id }) => id === providerID)?.models[modelID]?.cost
  const own = agents.flatMap(({ model }) => model ?? []).filter((model) => !isPriced(costOf(model)))
  const unpriced = candidates.filter(({ priced }) => !priced).map(({ model }) => model)
  const names = [...new Set([...unpriced, ...own].map(modelText))]
  if (names.length === 0) return
  const message = `max-cost: opencode has no price for ${names.join(', ')}, whose calls would count as $0. Set max-tokens, too, or the price in opencode-config (provider.NAME.models.NAME.cost).`
  throw new UserError('config-invalid', message)
}

function isPriced(
  cost: { input?: number | undefined; output?: number | undefined } | undefined,
): boolean {
  return Boolean(cost?.input || cost?.output)
}
