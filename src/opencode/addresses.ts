import { bundledRelease, type CatalogueProvider } from '../install/release.ts'
import { isRunnerVariable } from '../trust/environment.ts'
import type { ProviderConfig } from './config.ts'

type Env = Readonly<Record<string, string | undefined>>

/** A provider as the catalogue and the run's configuration describe it. */
export type Described = {
  readonly id: string
  /** Its entry in opencode-config. */
  readonly entry: ProviderConfig | undefined
  /** Its models that the run may call. */
  readonly models: readonly string[]
  readonly env: Env
}

/** Base URLs of the bundled SDKs, with which opencode 1.18.33 was seen to call each of them. */
const sdkBases: Readonly<Record<string, string>> = {
  '@ai-sdk/alibaba': 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  '@ai-sdk/anthropic': 'https://api.anthropic.com/v1',
  '@ai-sdk/cerebras': 'https://api.cerebras.ai/v1',
  '@ai-sdk/cohere': 'https://api.cohere.com/v2',
  '@ai-sdk/deepinfra': 'https://api.deepinfra.com/v1',
  '@ai-sdk/gateway': 'https://ai-gateway.vercel.sh/v3/ai',
  '@ai-sdk/google': 'https://generativelanguage.googleapis.com/v1beta',
  '@ai-sdk/groq': 'https://api.groq.com/openai/v1',
  '@ai-sdk/mistral': 'https://api.mistral.ai/v1',
  '@ai-sdk/openai': 'https://api.openai.com/v1',
  '@ai-sdk/perplexity': 'https://api.perplexity.ai',
  '@ai-sdk/togetherai': 'https://api.together.xyz/v1',
  '@ai-sdk/vercel': 'https://api.v0.dev/v1',
  '@ai-sdk/xai': 'https://api.x.ai/v1',
  '@openrouter/ai-sdk-provider': 'https://openrouter.ai/api/v1',
  'venice-ai-sdk-provider': 'https://api.venice.ai/api/v1',
}
const compatible = '@ai-sdk/openai-compatible'
const azure = '@ai-sdk/azure'

const signing =
  /^(?:@ai-sdk\/(?:amazon-bedrock|google-vertex|github-copilot)|gitlab-ai-provider|ai-gateway-provider|@jerome-benoit\/sap-ai-provider)/
const signingIDs = [
  'amazon-bedrock',
  'cloudflare-ai-gateway',
  'github-copilot',
  'gitlab',
  'google-vertex',
  'google-vertex-anthropic',
  'sap-ai-core',
]

const catalogue: Readonly<Record<string, CatalogueProvider>> = bundledRelease.providers

/** True for a provider whose SDK signs its requests, or trades its key for another. */
export function signsItself({ id, entry }: Pick<Described, 'id' | 'entry'>): boolean {
  if (signing.test(packageOf(id, entry))) return true
  return signingIDs.includes(id) && entry?.options?.baseURL === undefined
}

/** The SDKs that opencode brings along, but for those that sign requests. */
export const bundledPackages: readonly string[] = [...Object.keys(sdkBases), compatible, azure]

/** True for an SDK that opencode brings along. */
export function isBundled({ id, entry }: Pick<Described, 'id' | 'entry'>): boolean {
  return bundledPackages.includes(packageOf(id, entry))
}

/** Where the models of a provider are called: one base URL, or one for each model. */
export type Addresses =
  | { readonly kind: 'one'; readonly base: string }
  | { readonly kind: 'each'; readonly bases: ReadonlyMap<string, string> }

/** Finds the addresses as opencode does; undefined where one is not known. */
export function findAddresses(described: Described): Addresses | undefined {
  const { entry } = described
  const models = [...new Set([...described.models, ...Object.keys(entry?.models ?? {})])]
  const found = new Map(models.map((model) => [model, addressOf(described, model)]))
  const distinct = new Set(found.size > 0 ? found.values() : [addressOf(described, undefined)])
  if (distinct.has(undefined)) return undefined
  const [base = ''] = distinct
  if (distinct.size === 1 || entry?.options?.baseURL) return { kind: 'one', base: base ?? '' }
  return { kind: 'each', bases: new Map([...found].map(([model, one]) => [model, one ?? ''])) }
}

function addressOf(described: Described, model: string | undefined): string | undefined {
  const { id, entry } = described
  const own = model === undefined ? undefined : entry?.models?.[model]
  const npm = own?.provider?.npm ?? packageOf(id, entry)
  const named = entry?.options?.baseURL || own?.provider?.api || entry?.api
  const text = named ?? baseOfCatalogue(id, model) ?? azureBase(described) ?? sdkBases[npm] ?? ''
  const url = URL.parse(expand(text, variablesOf(described)) ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  return npm === azure ? withVersion(url, entry) : url.href
}

function packageOf(id: string, entry: ProviderConfig | undefined): string {
  return entry?.npm ?? catalogue[id]?.npm ?? compatible
}

function baseOfCatalogue(id: string, model: string | undefined): string | undefined {
  const { api, others = {} } = catalogue[id] ?? {}
  const other = Object.entries(others).find(([, models]) => models.some((one) => one === model))
  return other?.[0] ?? api
}

function azureBase({ id, entry }: Described): string | undefined {
  if (packageOf(id, entry) !== azure) return undefined
  if (id !== 'azure-cognitive-services')
    return `https://\${AZURE_RESOURCE_NAME}.openai.azure.com/openai`
  const version = entry?.options?.useDeploymentBasedUrls ? '' : '/v1'
  return `https://\${AZURE_COGNITIVE_SERVICES_RESOURCE_NAME}.cognitiveservices.azure.com/openai${version}`
}

/** Azure's SDK adds these for an address of Azure OpenAI, and leaves them out for any other, as the broker's is. */
function withVersion(url: URL, entry: ProviderConfig | undefined): string {
  const { useDeploymentBasedUrls, apiVersion } = entry?.options ?? {}
  if (!url.hostname.endsWith('.openai.azure.com') || useDeploymentBasedUrls) return url.href
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1`
  url.searchParams.set('api-version', typeof apiVersion === 'string' ? apiVersion : 'v1')
  return url.href
}

function variablesOf({ entry, env }: Described): Env {
  const resource = entry?.options?.resourceName
  return typeof resource === 'string' ? { ...env, AZURE_RESOURCE_NAME: expand(resource, env) } : env
}

/** Text with `{env:NAME}` and `${NAME}` replaced; undefined if one is not there. */
function expand(text: string, env: Env): string | undefined {
  let missing = false
  const expanded = text.replace(/\{env:([^}]+)\}|\$\{([^}]+)\}/g, (_, one, two) => {
    const name: string = one ?? two
    const value = isRunnerVariable(name) ? undefined : env[name]
    if (!value) missing = true
    return value ?? ''
  })
  return missing ? undefined : expanded
}
