import type { Route } from '../broker/broker.ts'
import { createPlaceholder } from '../broker/placeholder.ts'
import { UserError } from '../errors.ts'
import type { Inputs } from '../inputs.ts'
import type { Result } from '../result.ts'
import { isRunnerVariable } from '../trust/environment.ts'
import { type Addresses, findAddresses, isBundled, signsItself } from './addresses.ts'
import { configuredModels, type OpencodeConfig, type ProviderConfig } from './config.ts'
import { keyVariables, passAdvice } from './providers.ts'
import { isPlainName, sealedVariables, sealProvider } from './sealing.ts'

/** What the keys of a run's providers are kept out with. */
export type KeyKeeping = {
  readonly inputs: Pick<Inputs, 'model' | 'fallbackModels' | 'config' | 'passEnv' | 'directory'>
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
  const keys = new Map<string, string>()
  const seal = (value: string) => {
    const placeholder = createPlaceholder()
    // A secret is easily stored with the end of its line, which no header may have.
    keys.set(placeholder, value.trim())
    return placeholder
  }
  const sealed = sealProvider(entry ?? {}, { seal, env, directory: inputs.directory })
  const ownKey = sealed.options?.apiKey === undefined && key ? env[key] : undefined
  const options = { ...sealed.options, ...(ownKey && { apiKey: seal(ownKey) }) }
  const anyPath = !isBundled({ id, entry })
  const route = (base: string) => open({ provider: id, base, keys, anyPath })
  const passwords = basesOf(addresses).map((base) => decodeURIComponent(new URL(base).password))
  return {
    entry: withAddresses({ ...sealed, options }, addresses, route),
    isBrokered: true,
    values: [...keys.values(), ...passwords].filter((value) => value !== ''),
    sources: [...new Set([...sealedVariables(entry), ...(ownKey && key ? [key] : [])])],
  }
}

function withAddresses(
  entry: ProviderConfig,
  addresses: Addresses,
  route: (base: string) => string,
): ProviderConfig {
  if (addresses.kind === 'one')
    return { ...entry, options: { ...entry.options, baseURL: route(addresses.base) } }
  const routes = new Map([...new Set(addresses.bases.values())].map((base) => [base, route(base)]))
  const models = [...addresses.bases].map(([id, base]) => {
    const model = entry.models?.[id]
    return [id, { ...model, provider: { ...model?.provider, api: routes.get(base) } }]
  })
  return { ...entry, models: Object.fromEntries(models) }
}

function basesOf(addresses: Addresses): string[] {
  return addresses.kind === 'one' ? [addresses.base] : [...addresses.bases.values()]
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
