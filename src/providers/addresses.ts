import { bundledRelease, type CatalogueProvider } from '../install/release.ts'
import type { ProviderConfig } from '../opencode/config.ts'
import { type Env, isRunnerVariable } from '../programs/environment.ts'
import { sdks } from './sdks.ts'

/** A provider as opencode's catalogue and the run's configuration describe it. */
export type ProviderFacts = {
  readonly id: string
  /** Package of its SDK. */
  readonly package: string
  /** Its entry in opencode-config. */
  readonly entry: ProviderConfig | undefined
  /** Its models that the run may call. */
  readonly models: readonly string[]
  readonly env: Env
}

/** The SDK package of a provider that names none. */
export const compatible = '@ai-sdk/openai-compatible'
const azure = '@ai-sdk/azure'

const catalogue: Readonly<Record<string, CatalogueProvider>> = bundledRelease.providers

/** A base URL, and the packages of the SDKs that call it. */
export type Address = { readonly base: string; readonly packages: readonly string[] }

/** The base URLs of a provider. */
export type Addresses = {
  readonly all: readonly Address[]
  /** The base URL of each model; undefined if it is the same for all. */
  readonly bases: ReadonlyMap<string, string> | undefined
}

/** Finds the base URLs as opencode does; undefined if one is not known. */
export function findAddresses(facts: ProviderFacts): Addresses | undefined {
  const { entry: { models: declared = {}, options } = {} } = facts
  const models = new Set([...facts.models, ...Object.keys(declared)])
  const bases = new Map<string, string>()
  const packages = new Map<string, readonly string[]>()
  for (const model of models.size > 0 ? models : [undefined]) {
    const address = addressOf(facts, model)
    if (address.base === undefined) return undefined
    if (model) bases.set(model, address.base)
    const others = packages.get(address.base) ?? []
    packages.set(address.base, [...new Set([...others, ...address.packages])])
  }
  const all = Array.from(packages, ([base, some]) => ({ base, packages: some }))
  const isOne = all.length === 1 || Boolean(options?.baseURL)
  return { all, bases: isOne ? undefined : bases }
}

function addressOf(facts: ProviderFacts, model: string | undefined) {
  const { id, entry } = facts
  const own = entry?.models?.[model ?? '']
  const npm = own?.provider?.npm ?? facts.package
  const named = entry?.options?.baseURL || own?.provider?.api || entry?.api
  const listed = baseOfCatalogue(id, model)
  const text = named ?? (listed || azureBase(facts) || sdks[npm]?.base || '')
  const url = URL.parse(expand(text, variablesOf(facts)) ?? '')
  const packages = packagesOf(facts, { model, base: named ? undefined : listed })
  if (!url || !/^https?:$/.test(url.protocol)) return { base: undefined, packages }
  return { base: npm === azure ? withVersion(url, entry) : url.href, packages }
}

/** The package that the entry declares, or those of opencode's catalogue at one base URL, or at any. */
function packagesOf(
  { id, entry }: ProviderFacts,
  { model, base }: { readonly model: string | undefined; readonly base: string | undefined },
): readonly string[] {
  const own = entry?.models?.[model ?? '']
  const isDeclared = own !== undefined || model === undefined || catalogue[id] === undefined
  const declared = isDeclared ? (own?.provider?.npm ?? entry?.npm) : undefined
  if (declared !== undefined) return [declared]
  const { npm = compatible, packages = {} } = catalogue[id] ?? {}
  return base === undefined ? [npm, ...Object.values(packages).flat()] : (packages[base] ?? [npm])
}

function baseOfCatalogue(id: string, model: string | undefined): string {
  const { api, others = {} } = catalogue[id] ?? {}
  const other = Object.entries(others).find(([, models]) => models.some((one) => one === model))
  return other?.[0] ?? api ?? ''
}

function azureBase({ id, entry, ...facts }: ProviderFacts): string | undefined {
  if (facts.package !== azure) return undefined
  if (id !== 'azure-cognitive-services')
    return `https://\${AZURE_RESOURCE_NAME}.openai.azure.com/openai`
  const version = entry?.options?.useDeploymentBasedUrls ? '' : '/v1'
  return `https://\${AZURE_COGNITIVE_SERVICES_RESOURCE_NAME}.cognitiveservices.azure.com/openai${version}`
}

/** Azure's SDK adds these to an Azure OpenAI address, but not to the broker's. */
function withVersion(url: URL, entry: ProviderConfig | undefined): string {
  const { useDeploymentBasedUrls, apiVersion } = entry?.options ?? {}
  if (!url.hostname.endsWith('.openai.azure.com') || useDeploymentBasedUrls) return url.href
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1`
  url.searchParams.set('api-version', typeof apiVersion === 'string' ? apiVersion : 'v1')
  return url.href
}

function variablesOf({ entry, env }: ProviderFacts): Env {
  const resource = entry?.options?.resourceName
  return typeof resource === 'string' ? { ...env, AZURE_RESOURCE_NAME: expand(resource, env) } : env
}

/** The text with `{env:NAME}` and `${NAME}` replaced; undefined if a variable is missing. */
function expand(text: string, env: Env): string | undefined {
  const reference = /\{env:([^}]+)\}|\$\{([^}]+)\}/g
  const read = (name: string) => (isRunnerVariable(name) ? undefined : env[name])
  const names = Array.from(text.matchAll(reference), ([, one, two = '']) => one ?? two)
  if (!names.every(read)) return undefined
  return text.replace(reference, (_, one, two) => read(one ?? two) ?? '')
}
