import { bundledRelease } from '../install/release.ts'
import { configuredModels, type OpencodeConfig, type ProviderConfig } from '../opencode/config.ts'
import type { Model } from '../opencode/model.ts'
import { type Env, isRunnerVariable } from '../programs/environment.ts'
import { type Addresses, compatible, findAddresses } from './addresses.ts'
import { isSettingName, providerVariables } from './variables.ts'

/** How a run reaches a provider, and what happens to its key. */
export type ProviderPlan = {
  readonly id: string
  /** Package of its SDK. */
  readonly package: string
  /** Variables that its key and settings are read from. */
  readonly variables: readonly string[]
} & (BrokeredRoute | DirectRoute)

/** The broker holds the key. */
type BrokeredRoute = {
  readonly brokered: true
  /** Its entry in opencode's configuration, which also names the variable of its key. */
  readonly entry: ProviderConfig
  readonly addresses: Addresses
}

/** opencode itself needs the key. */
type DirectRoute = {
  readonly brokered: false
  readonly entry: ProviderConfig | undefined
  readonly reason: 'signs its requests' | 'unknown address' | 'neither key nor entry'
}

/** The configuration and models of a run. */
export type PlanSource = {
  readonly config: OpencodeConfig
  /** Models that the run names, in addition to those of the configuration. */
  readonly models: readonly Model[]
  readonly env: Env
}

/** Plans a provider: it is brokered if its address is known and its SDK sends the key itself. */
export function planProvider(id: string, { config, models, env }: PlanSource): ProviderPlan {
  const entry = config.provider?.[id]
  const npm = entry?.npm ?? bundledRelease.providers[id]?.npm ?? compatible
  const variables = providerVariables(id, config)
  const plan = { id, package: npm, variables }
  const direct = { ...plan, brokered: false, entry } as const
  if (signsRequests(plan, entry)) return { ...direct, reason: 'signs its requests' }
  const key = variables.find((name) => env[name] && !isSettingName(name) && !isRunnerVariable(name))
  if (!entry && !key) return { ...direct, reason: 'neither key nor entry' }
  const named = [...models, ...configuredModels(config)]
    .filter(({ providerID }) => providerID === id)
    .map(({ modelID }) => modelID)
  const addresses = findAddresses({ id, package: npm, entry, models: named, env })
  if (!addresses) return { ...direct, reason: 'unknown address' }
  const isKeyNamed = entry?.options?.apiKey !== undefined || key === undefined
  const options = isKeyNamed ? {} : { options: { ...entry?.options, apiKey: `{env:${key}}` } }
  return { ...plan, brokered: true, entry: { ...entry, ...options }, addresses }
}

const signingPackages =
  /^(?:@ai-sdk\/(?:amazon-bedrock|google-vertex|github-copilot)|gitlab-ai-provider|ai-gateway-provider|@jerome-benoit\/sap-ai-provider)/
const signingProviders = [
  'amazon-bedrock',
  'cloudflare-ai-gateway',
  'github-copilot',
  'gitlab',
  'google-vertex',
  'google-vertex-anthropic',
  'sap-ai-core',
]

/** True for a provider whose SDK signs its requests, or exchanges its key for another. */
function signsRequests(
  plan: Pick<ProviderPlan, 'id' | 'package'>,
  entry: ProviderConfig | undefined,
): boolean {
  if (signingPackages.test(plan.package)) return true
  return signingProviders.includes(plan.id) && entry?.options?.baseURL === undefined
}
