import { UserError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { configuredModels, type OpencodeConfig, type ProviderConfig } from '../opencode/config.ts'
import { isRunnerVariable } from '../programs/environment.ts'
import type { Result } from '../result.ts'
import { type Address, type Addresses, findAddresses, signsItself } from './addresses.ts'
import type { Route } from './broker/route.ts'
import type { Slot } from './broker/slots.ts'
import { keyVariables, passAdvice } from './providers.ts'
import { callsOf, type KeyHeader, keyHeadersOf } from './sdks.ts'
import { isPlainName, type Placed, sealedVariables, sealProvider } from './sealing.ts'

/** What the keys of a run's providers are kept out with. */
export type KeyKeeping = {
  readonly inputs: Pick<Inputs, 'model' | 'fallbackModels' | 'config' | 'passEnv'>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ids of the providers in use. */
  readonly used: readonly string[]
  /** Opens a way through the broker; returns its base URL. */
  readonly open: (route: Route) => string
}

/** What became of the keys. */
export type KeptKeys = {
  /** Entries of the providers, with placeholders for keys and the broker for the address. */
  readonly providers: Readonly<Record<string, ProviderConfig>>
  /** Providers that are reached through the broker, those without a key included. */
  readonly brokered: readonly string[]
  readonly values: readonly string[]
  /** The providers with a key that was kept, and the variables that hold it. */
  readonly sources: ReadonlyMap<string, readonly string[]>
}

/** Puts the broker before each provider whose address is known and whose SDK takes a key. */
export function keepKeys(keeping: KeyKeeping): KeptKeys {
  const kept = keeping.used.map((id) => ({ id, ...keepProvider(id, keeping) }))
  const brokered = kept.filter(({ isBrokered }) => isBrokered)
  return {
    providers: Object.fromEntries(kept.flatMap(({ id, entry }) => (entry ? [[id, entry]] : []))),
    brokered: brokered.map(({ id }) => id),
    values: kept.flatMap(({ values }) => values),
    sources: new Map(
      brokered.filter(({ values }) => values.length > 0).map(({ id, sources }) => [id, sources]),
    ),
  }
}

type Kept = {
  readonly entry: ProviderConfig | undefined
  readonly isBrokered: boolean
  readonly values: readonly string[]
  readonly sources: readonly string[]
}

function keepProvider(id: string, keeping: KeyKeeping): Kept {
  const { inputs, env, open } = keeping
  const entry = inputs.config.provider?.[id]
  const key = keyVariables(id, inputs.config).find(
    (name) => env[name] && !isPlainName(name) && !isRunnerVariable(name),
  )
  const unchanged = { entry, isBrokered: false, values: [], sources: [] }
  if (!entry && !key) return unchanged
  const models = modelsOf(id, inputs)
  const addresses = signsItself({ id, entry })
    ? undefined
    : findAddresses({ id, entry, models, env })
  if (!addresses) {
    refuseUnnamed({ id, entry }, keeping)
    return unchanged
  }
  const hasKey = entry?.options?.apiKey !== undefined || key === undefined
  const declared = hasKey
    ? (entry ?? {})
    : { ...entry, options: { ...entry?.options, apiKey: `{env:${key}}` } }
  const sealed = sealProvider(declared, env)
  const passwords = addresses.all.map(({ base }) => decodeURIComponent(new URL(base).password))
  const secrets = [...sealed.placed.flatMap((one) => one.secrets), ...passwords]
  const route = ({ base, packages }: Address) =>
    open({
      provider: id,
      base,
      calls: callsOf(packages),
      slots: sealed.placed.flatMap((one) => slotsOf(one, packages)),
      secrets,
    })
  return {
    entry: withAddresses(sealed.entry, addresses, route),
    isBrokered: true,
    values: secrets.filter((value) => value !== ''),
    sources: sealedVariables(declared),
  }
}

/** Where opencode sends an option with these SDKs. */
function slotsOf({ option, name, text, value }: Placed, packages: readonly string[]): Slot[] {
  switch (option) {
    case 'apiKey':
      return keyHeadersOf(packages).map((header) => inHeader(header, { text, value }))
    case 'authToken':
      return [inHeader({ name: 'authorization', before: 'Bearer ' }, { text, value })]
    case 'headers':
      return [inHeader({ name: name.toLowerCase(), before: '' }, { text, value })]
    case 'queryParams':
      return [{ part: 'query', name, text, value }]
  }
}

function inHeader(
  { name, before }: KeyHeader,
  { text, value }: Pick<Slot, 'text' | 'value'>,
): Slot {
  return { part: 'header', name, text: before + text, value: before + value }
}

function withAddresses(
  entry: ProviderConfig,
  { all, bases }: Addresses,
  route: (address: Address) => string,
): ProviderConfig {
  const routes = new Map(all.map((address) => [address.base, route(address)]))
  const [first] = routes.values()
  if (!bases) return { ...entry, options: { ...entry.options, baseURL: first } }
  const models = [...bases].map(([id, base]) => {
    const model = entry.models?.[id]
    return [id, { ...model, provider: { ...model?.provider, api: routes.get(base) } }]
  })
  return { ...entry, models: Object.fromEntries(models) }
}

/** The models of a provider that the run names. */
function modelsOf(id: string, { model, fallbackModels, config }: KeyKeeping['inputs']): string[] {
  const named = [...(model ? [model] : []), ...fallbackModels, ...configuredModels(config)]
  return named.filter(({ providerID }) => providerID === id).map(({ modelID }) => modelID)
}

type Declared = { readonly id: string; readonly entry: ProviderConfig | undefined }

/** A key that can't be kept out goes in only where `pass-env` says so. */
function refuseUnnamed({ id, entry }: Declared, { inputs, env }: KeyKeeping): void {
  const { passEnv } = inputs
  const unnamed = sealedVariables(entry).filter((name) => !passEnv.includes(name))
  if (unnamed.length === 0) return
  throw new UserError(
    'provider-unavailable',
    passAdvice({ id, variables: unnamed, signs: signsItself({ id, entry }) }, { env, passEnv }),
  )
}

/** What the summary says of the keys, given the names of the variables that the agent sees. */
export function describeKeys(
  { brokered, sources }: KeptKeys,
  { used, config, seen }: Described,
): NonNullable<Result['keys']> {
  const passedIn = used.flatMap((provider) => {
    const names = [...keyVariables(provider, config), ...(sources.get(provider) ?? [])]
    const variables = [...new Set(names)].filter((name) => seen.includes(name))
    const apiKey = brokered.includes(provider)
      ? undefined
      : config.provider?.[provider]?.options?.apiKey
    const places = apiKey && !apiKey.includes('{env:') ? ['opencode-config'] : []
    const holdsKey = places.length > 0 || variables.some((name) => !isPlainName(name))
    return holdsKey ? [{ provider, names: [...variables, ...places] }] : []
  })
  return { kept: [...sources.keys()], passedIn }
}

type Described = {
  readonly used: readonly string[]
  readonly config: OpencodeConfig
  readonly seen: readonly string[]
}
