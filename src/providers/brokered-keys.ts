import querystring from 'node:querystring'
import { UserError } from '../errors.ts'
import type { ProviderConfig } from '../opencode/config.ts'
import type { Env } from '../programs/environment.ts'
import type { Result } from '../result.ts'
import type { Addresses } from './addresses.ts'
import type { Route, Slot } from './broker/route.ts'
import { passAdvice } from './missing-provider.ts'
import { insertPlaceholders, keyReferences, type Substitution } from './placeholders.ts'
import type { ProviderPlan } from './plan.ts'
import { callsOf, keyHeadersOf } from './sdks.ts'
import { isSettingName } from './variables.ts'

/** The keys that the broker holds, and what opencode gets instead. */
export type BrokeredKeys = {
  /** Entries of the providers, with placeholders for keys and the broker's address. */
  readonly entries: Readonly<Record<string, ProviderConfig>>
  readonly secrets: readonly string[]
  /** The variables that hold each provider's key. */
  readonly sources: ReadonlyMap<string, readonly string[]>
}

/** Adds a route to the broker; returns its base URL. */
export type OpenRoute = (route: Route) => string

/** Routes each provider through the broker whose plan says so. */
export function brokerKeys(
  plans: readonly ProviderPlan[],
  { env, open }: { readonly env: Env; readonly open: OpenRoute },
): BrokeredKeys {
  const entries: Record<string, ProviderConfig> = {}
  const sources = new Map<string, readonly string[]>()
  const all: string[] = []
  for (const plan of plans) {
    if (plan.entry) entries[plan.id] = plan.entry
    if (!plan.brokered) continue
    const { id, addresses } = plan
    const { entry, substitutions } = insertPlaceholders(plan.entry, env)
    const passwords = addresses.all.map(({ base }) => querystring.unescape(new URL(base).password))
    const secrets = [...substitutions.flatMap((one) => one.secrets), ...passwords].filter(Boolean)
    const routes = addresses.all.map(({ base, packages }) => {
      const slots = substitutions.flatMap((one) => slotsOf(one, packages))
      const url = open({ provider: id, base, calls: callsOf(packages), slots, secrets })
      return [base, url] as const
    })
    entries[id] = withRoutes(entry, addresses, new Map(routes))
    all.push(...secrets)
    if (secrets.length > 0) sources.set(id, keyReferences(plan.entry))
  }
  return { entries, secrets: all, sources }
}

/** The places where opencode sends an option with these SDKs. */
function slotsOf({ option, name, text, value }: Substitution, packages: readonly string[]): Slot[] {
  if (option === 'queryParams') return [{ part: 'query', name, text, value }]
  const headers = {
    apiKey: () => keyHeadersOf(packages),
    authToken: () => [{ name: 'authorization', before: 'Bearer ' }],
    headers: () => [{ name: name.toLowerCase(), before: '' }],
  }
  return headers[option]().map(({ before, ...header }) => ({
    part: 'header',
    name: header.name,
    text: before + text,
    value: before + value,
  }))
}

function withRoutes(
  entry: ProviderConfig,
  { bases }: Addresses,
  routes: ReadonlyMap<string, string>,
): ProviderConfig {
  const [baseURL] = routes.values()
  if (!bases) return { ...entry, options: { ...entry.options, baseURL } }
  const models = [...bases].map(([id, base]) => {
    const model = entry.models?.[id]
    return [id, { ...model, provider: { ...model?.provider, api: routes.get(base) } }]
  })
  return { ...entry, models: Object.fromEntries(models) }
}

/** Throws `UserError` for a key that can't be brokered and that `pass-env` does not name. */
export function refuseUnnamedKeys(
  plans: readonly ProviderPlan[],
  step: { readonly env: Env; readonly passEnv: readonly string[] },
): void {
  const problems = plans.flatMap((plan) => {
    const names = plan.brokered || !plan.entry ? [] : keyReferences(plan.entry)
    const unnamed = names.filter((name) => !step.passEnv.includes(name))
    return unnamed.length > 0 ? [passAdvice({ ...plan, variables: unnamed }, step)] : []
  })
  if (problems.length > 0) throw new UserError('provider-unavailable', problems)
}

/** The keys for the summary, given the names of the variables that the agent sees. */
export function describeKeys(
  plans: readonly ProviderPlan[],
  { sources }: Pick<BrokeredKeys, 'sources'>,
  seen: readonly string[],
): NonNullable<Result['keys']> {
  const passedIn = plans.flatMap(({ id, variables, brokered, entry }) => {
    const names = new Set([...variables, ...(sources.get(id) ?? [])])
    const visible = [...names].filter((name) => seen.includes(name))
    const apiKey = brokered ? undefined : entry?.options?.apiKey
    const places = apiKey && !apiKey.includes('{env:') ? ['opencode-config'] : []
    const holdsKey = places.length > 0 || visible.some((name) => !isSettingName(name))
    return holdsKey ? [{ provider: id, names: [...visible, ...places] }] : []
  })
  return { kept: [...sources.keys()], passedIn }
}
