import type { Inputs } from '../inputs.ts'
import { allowedEnvironment, withoutLoopbackProxy } from '../trust/environment.ts'
import { configuredProviders, mergeConfig } from './config.ts'
import { keyVariables, modelText, providersWithKey } from './providers.ts'

/** What a server is started with. */
export type ServerSettings = {
  readonly config: object
  readonly env: Readonly<Record<string, string>>
  /** Values in it that are likely secrets: keys of providers, and what the configuration or `pass-env` names. */
  readonly secrets: readonly string[]
}

type Parts = {
  readonly inputs: Inputs
  readonly env: Readonly<Record<string, string | undefined>>
  /** Provider entries of the action's own, by id. */
  readonly ownProviders: Readonly<Record<string, object>>
}

/** Joins the action's defaults with the inputs: the configuration, and the environment that the agent may see. */
export function serverSettings({ inputs, env, ownProviders }: Parts): ServerSettings {
  const used = providersInUse(inputs, env)
  const keys = used.flatMap((id) => keyVariables(id, inputs.config))
  const names = [...keys, ...inputs.configVariables, ...inputs.passEnv]
  const allowed = allowedEnvironment(env, names)
  const model = inputs.model && modelText(inputs.model)
  const defaults = {
    $schema: 'https://opencode.ai/config.json',
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    enabled_providers: used,
    provider: ownProviders,
    ...(model ? { small_model: model } : {}),
  }
  const config = { ...mergeConfig(defaults, inputs.config), ...(model ? { model } : {}) }
  return {
    config,
    env: withoutLoopbackProxy(allowed),
    secrets: secretsIn({ inputs, allowed, names }),
  }
}

/**
 * The providers that a run may use: those of its model, of `require-providers` and of `opencode-config`. A check that
 * names none looks at every provider that there is a key for.
 */
function providersInUse(inputs: Inputs, env: Parts['env']): string[] {
  const model = inputs.model ? [inputs.model.providerID] : []
  const named = [...model, ...inputs.requireProviders, ...configuredProviders(inputs.config)]
  const used = named.length > 0 ? named : providersWithKey(env)
  return [...new Set(used)]
}

type Named = {
  readonly inputs: Inputs
  readonly allowed: Readonly<Record<string, string>>
  readonly names: readonly string[]
}

const secretName = /key|token|secret|passw|credential|auth/i

function secretsIn({ inputs, allowed, names }: Named): string[] {
  const variables = names.filter((name) => secretName.test(name)).map((name) => allowed[name])
  const literals = Object.values(inputs.config.provider ?? {}).map(({ options }) => options?.apiKey)
  const proxies = Object.entries(allowed).filter(([name]) => /_PROXY$/i.test(name))
  const passwords = proxies.map(([, url]) => URL.parse(url)?.password)
  const values = [...variables, ...literals, ...passwords]
  return values.filter((value) => value !== undefined && !value.startsWith('{')) as string[]
}
