import { distance } from 'fastest-levenshtein'
import { UserError } from '../errors.ts'
import { bundledRelease } from '../install/release.ts'
import { type Client, ServerAnswer } from './client.ts'
import type { OpencodeConfig } from './config.ts'

/** A model as opencode names it. */
export type Model = { readonly providerID: string; readonly modelID: string }

/** `provider/model`. */
export const modelText = ({ providerID, modelID }: Model): string => `${providerID}/${modelID}`

/** A provider that is connected, and its models. */
export type Provider = { readonly id: string; readonly models: readonly string[] }

/** What a run asks of the server. */
export type Wanted = {
  readonly mode: 'check' | 'plan' | 'implement'
  readonly model: Model | undefined
  readonly agent: string | undefined
  readonly variant: string | undefined
  readonly requireProviders: readonly string[]
}

/** What the server has of it. */
export type Verified = {
  readonly providers: readonly Provider[]
  /** Undefined only in mode `check`. */
  readonly model: Model | undefined
  readonly agent: string | undefined
  /** True if opencode knows a price of the model, so that `cost` means something. */
  readonly priced: boolean
}

const keyTable: Readonly<Record<string, readonly string[]>> = bundledRelease.providers

/** The variables that a provider's key is read from, by opencode's catalogue and the run's configuration. */
export function keyVariables(providerID: string, config: OpencodeConfig): string[] {
  const declared = config.provider?.[providerID]?.env ?? []
  return [...new Set([...(keyTable[providerID] ?? []), ...declared])]
}

/** The providers of opencode's catalogue that `env` holds a key for. */
export function providersWithKey(env: Readonly<Record<string, string | undefined>>): string[] {
  const usable = (name: string) => Boolean(env[name]) && !name.startsWith('GITHUB_')
  return Object.keys(keyTable).filter((id) => keyTable[id]?.some(usable))
}

/**
 * Checks provider, model, variant and agent before a token is spent. Throws `UserError` (`provider-unavailable`) that
 * names everything that is missing, the nearest names, and what would connect a provider.
 */
export async function verifyProviders(
  client: Client,
  { wanted, config }: { wanted: Wanted; config: OpencodeConfig },
  signal: AbortSignal,
): Promise<Verified> {
  const { connected, agents } = await readServer(client, signal)
  const providers = connected.map(({ id, models }) => ({ id, models: Object.keys(models) }))
  const model = wanted.model ?? parseModel((await client.config(signal)).model)
  if (model === undefined && wanted.mode !== 'check')
    throw new UserError('config-invalid', 'No model: set the model input, as provider/model.')

  const found = connected.find(({ id }) => id === model?.providerID)
  const agent = wanted.agent ?? defaultAgents[wanted.mode]
  const problems = [
    ...missingProviders({ wanted, model, providers, config }),
    ...(found && model ? modelProblems({ model, provider: found, wanted }) : []),
    ...(agent ? agentProblems(agent, agents) : []),
  ]
  if (problems.length > 0) throw new UserError('provider-unavailable', problems)
  const cost = model && found?.models[model.modelID]?.cost
  const priced = isPriced(cost) || model?.providerID === 'rehearsal'
  return { providers, model, agent, priced }
}

const defaultAgents = { check: undefined, plan: 'plan', implement: 'build' } as const

type Needed = Omit<Missing, 'id'> & { readonly wanted: Wanted; readonly model: Model | undefined }

function missingProviders({ wanted, model, providers, config }: Needed): string[] {
  const needed = new Set([...wanted.requireProviders, ...(model ? [model.providerID] : [])])
  const missing = [...needed].filter((id) => !providers.some((provider) => provider.id === id))
  return missing.map((id) => missingProvider({ id, providers, config }))
}

/** opencode counts a model without a price at 0. */
function isPriced(
  cost: { input?: number | undefined; output?: number | undefined } | undefined,
): boolean {
  return Boolean(cost?.input || cost?.output)
}

async function readServer(client: Client, signal: AbortSignal) {
  try {
    const answers = [client.connectedProviders(signal), client.agents(signal)] as const
    const [{ providers: connected }, agents] = await Promise.all(answers)
    return { connected, agents }
  } catch (error) {
    if (error instanceof ServerAnswer && error.error?.name?.startsWith('Config'))
      throw refusedConfig(error)
    throw error
  }
}

/** The server's own message repeats the configuration with its secrets: name and places only. */
function refusedConfig(answer: ServerAnswer): UserError {
  const issues = answer.error?.data?.issues ?? []
  const places = issues.map((issue) => issue.path.join('.')).join(', ')
  const where = places ? ` at ${places}` : ''
  const message = `opencode refused its configuration (${answer.error?.name}${where}). Check opencode-config.`
  return new UserError('config-invalid', message, { cause: answer })
}

function parseModel(text: string | undefined): Model | undefined {
  const slash = text?.indexOf('/') ?? -1
  if (text === undefined || slash < 1) return undefined
  return { providerID: text.slice(0, slash), modelID: text.slice(slash + 1) }
}

type Missing = {
  readonly id: string
  readonly providers: readonly Provider[]
  readonly config: OpencodeConfig
}

function missingProvider({ id, providers, config }: Missing): string {
  const connected = providers.map((provider) => provider.id)
  const listed = `Connected: ${connected.join(', ') || 'none'}.`
  const variables = keyVariables(id, config)
  if (!(id in keyTable)) {
    const near = nearest(id, [...connected, ...Object.keys(keyTable)])
    return `No provider "${id}".${near} ${listed} Check the name, or declare the provider in opencode-config.`
  }
  if (variables.some((name) => name.startsWith('GITHUB_')))
    return `Provider "${id}" is not connected. ${listed} Its key would be the runner's own token, which never reaches the agent: declare the provider in opencode-config with a key of another name.`
  return `Provider "${id}" is not connected. ${listed} Set ${variables.join(' and ')} in the env of the step, or configure the provider in opencode-config.`
}

type Connected = Awaited<ReturnType<typeof readServer>>['connected'][number]

function modelProblems({
  model,
  provider,
  wanted,
}: {
  model: Model
  provider: Connected
  wanted: Wanted
}): string[] {
  const names = Object.keys(provider.models)
  const details = provider.models[model.modelID]
  if (!details)
    return [
      `Provider "${provider.id}" has no model "${model.modelID}".${nearest(model.modelID, names)} Check the model input.`,
    ]
  const variants = Object.keys(details.variants ?? {})
  if (wanted.variant === undefined || variants.includes(wanted.variant)) return []
  const known =
    variants.length > 0 ? `It has: ${variants.join(', ')}.` : 'It has none: leave variant out.'
  return [`Model "${modelText(model)}" has no variant "${wanted.variant}". ${known}`]
}

type Agent = {
  readonly name: string
  readonly mode: string
  readonly hidden?: boolean | null | undefined
}

function agentProblems(name: string, agents: readonly Agent[]): string[] {
  const usable = agents.filter((agent) => agent.mode !== 'subagent' && !agent.hidden)
  if (usable.some((agent) => agent.name === name)) return []
  const names = usable.map((agent) => agent.name)
  const known = agents.some((agent) => agent.name === name)
  const what = known ? `Agent "${name}" may not be primary.` : `No agent "${name}".`
  return [
    `${what}${nearest(name, names)} Primary agents: ${names.join(', ')}. Check the agent input.`,
  ]
}

/** ` Did you mean …?` with up to three names that are close to `name`, or ` Some of what there is: …`. */
function nearest(name: string, names: readonly string[]): string {
  const wanted = name.toLowerCase()
  const ranked = [...new Set(names)]
    .map((text) => ({ text, far: distance(wanted, text.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  const close = ranked.filter(({ text, far }) => far <= 3 || text.toLowerCase().includes(wanted))
  if (close.length > 0) return ` Did you mean ${textOf(close)}?`
  return ranked.length > 0 ? ` Nearest: ${textOf(ranked)}.` : ''
}

function textOf(ranked: readonly { text: string }[]): string {
  return ranked
    .slice(0, 3)
    .map(({ text }) => text)
    .join(', ')
}
