import { bundledRelease, type CatalogueProvider } from '../install/release.ts'
import type { ProviderConfig } from '../opencode/config.ts'
import { type Env, isRunnerVariable } from '../programs/environment.ts'
import { sdks } from './sdks.ts'

/** A provider as the catalogue and the run's configuration describe it. */
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

/** The package of a provider that names none. */
export const compatible = '@ai-sdk/openai-compatible'
const azure = '@ai-sdk/azure'

const catalogue: Readonly<Record<string, CatalogueProvider>> = bundledRelease.providers

/** Where models are called, and the packages of the SDKs that call there. */
export type Address = { readonly base: string; readonly packages: readonly string[] }

/** Where the models of a provider are called: all at one address, or each at one of several. */
export type Addresses = {
  readonly all: readonly Address[]
  /** The base URL of each model; undefined where it is the same for all. */
  readonly bases: ReadonlyMap<string, string> | undefined
}

/** Finds the addresses as opencode does; undefined where one is not known. */
export function findAddresses(facts: ProviderFacts): Addresses | undefined {
  const { entry } = facts
  const models = [...new Set([...facts.models, ...Object.keys(entry?.models ?? {})])]
  const named = models.length > 0 ? models : [undefined]
  const found = named.map((model) => ({ model, ...addressOf(facts, model) }))
  const groups = Map.groupBy(found, ({ base }) => base)
  const all = [...groups].flatMap(([base, members]) =>
    base === undefined ? [] : [{ base, packages: union(members.map((one) => one.packages)) }],
  )
  if (all.length < groups.size) return undefined
  const isOne = all.length === 1 || Boolean(entry?.options?.baseURL)
  const bases = found.flatMap(({ model, base }) => (model && base ? [[model, base] as const] : []))
  return { all, bases: isOne ? undefined : new Map(bases) }
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())]
}

function addressOf(facts: ProviderFacts, model: string | undefined) {
  const { id, entry } = facts
  const own = entry?.models?.[model ?? '']
  const npm = own?.provider?.npm ?? facts.package
  const named = entry?.options?.baseURL || own?.provider?.api || entry?.api
  const listed = baseOfCatalogue(id, model)
  const known = listed || azureBase(facts) || sdks[npm]?.base || ''
  const packages = packagesOf(facts, { model, base: named ? undefined : listed })
  return { base: baseOf(named ?? known, { npm, facts }), packages }
}

function baseOf(
  text: string,
  { npm, facts }: { readonly npm: string; readonly facts: ProviderFacts },
): string | undefined {
  const url = URL.parse(expand(text, variablesOf(facts)) ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  return npm === azure ? withVersion(url, facts.entry) : url.href
}

/** The package of the entry, for models that it declares, or those of opencode's catalogue at one base URL, or at any. */
function packagesOf(
  { id, entry }: ProviderFacts,
  { model, base }: { readonly model: string | undefined; readonly base: string | undefined },
): readonly string[] {
  const own = entry?.models?.[model ?? '']
  const isDeclared = own !== undefined || model === undefined || catalogue[id] === undefined
  const declared = isDeclared ? (own?.provider?.npm ?? entry?.npm) : undefined
  if (declared !== undefined) return [declared]
  const { npm = compatible, packages = {} } = catalogue[id] ?? {}
  return base === undefined ? union([[npm], ...Object.values(packages)]) : (packages[base] ?? [npm])
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

/** Azure's SDK adds these for an address of Azure OpenAI, and leaves them out for any other, as the broker's is. */
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
