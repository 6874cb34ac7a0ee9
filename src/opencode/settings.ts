import type { Inputs } from '../inputs.ts'
import { allowedEnvironment, withoutLoopbackProxy } from '../trust/environment.ts'
import { configuredProviders, mergeConfig } from './config.ts'
import { modelText } from './model.ts'
import { keyVariables, providersWithKey } from './providers.ts'

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
    snapshot: false,
    // A refusal would end the run; max-steps ends a loop.
    permission: { doom_loop: 'allow' },
    enabled_providers: used,
    provider: mergeConfig(patience(inputs, env, used), ownProviders),
    ...(model ? { small_model: model } : {}),
  }
  const fixed = { autoupdate: false, share: 'disabled', ...(model ? { model } : {}) }
  const config = { ...mergeConfig(defaults, inputs.config), ...fixed }
  return {
    config,
    env: withoutLoopbackProxy(allowed),
    secrets: secretsIn({ inputs, allowed, keys }),
  }
}

/** opencode notices a silent provider after 300 s by itself; this action after `stall-timeout`. */
const noticeMs = 5000

/**
 * How long opencode waits for a provider: a little longer than this action does. Only for providers that have a key or
 * are declared, since an entry of configuration alone makes opencode take a provider for connected.
 */
function patience(
  inputs: Inputs,
  env: Parts['env'],
  used: readonly string[],
): Readonly<Record<string, unknown>> {
  const waitMs = inputs.stallTimeoutMs + noticeMs
  const options = { headerTimeout: waitMs, chunkTimeout: waitMs }
  const there = used.filter((id) => {
    const keys = keyVariables(id, inputs.config)
    return inputs.config.provider?.[id] !== undefined || keys.some((name) => env[name])
  })
  return Object.fromEntries(there.map((id) => [id, { options }]))
}

/**
 * The providers that a run may use: those of its models, of `require-providers` and of `opencode-config`. A check that
 * names none looks at every provider that there is a key for.
 */
function providersInUse(inputs: Inputs, env: Parts['env']): string[] {
  const models = [...(inputs.model ? [inputs.model] : []), ...inputs.fallbackModels]
  const ids = models.map(({ providerID }) => providerID)
  const named = [...ids, ...inputs.requireProviders, ...configuredProviders(inputs.config)]
  const used = named.length > 0 ? named : providersWithKey(env)
  return [...new Set(used)]
}

type Named = {
  readonly inputs: Inputs
  readonly allowed: Readonly<Record<string, string>>
  readonly keys: readonly string[]
}

const secretName = /key|token|secret|passw|pwd|credential|auth|private|dsn|(^|_)pat($|_)/i
/** Names of variables that are settings of a provider, and no secrets. */
export const plainName =
  /region|location|project|account_?id|resource|endpoint|host|url|deployment|profile|name$/i

/**
 * What a key of a provider or the configuration is read from is a secret unless its name is that of a setting; another
 * variable if its name is that of a secret. Passwords in URLs always are.
 */
function secretsIn({ inputs, allowed, keys }: Named): string[] {
  const named = [...keys, ...inputs.configVariables]
  const variables = Object.entries(allowed).filter(
    ([name]) => secretName.test(name) || (named.includes(name) && !plainName.test(name)),
  )
  const passwords = Object.values(allowed).map((value) => URL.parse(value)?.password)
  const literals = Object.values(inputs.config.provider ?? {}).flatMap(({ options }) => [
    options?.apiKey,
    ...leaves(options?.headers),
  ])
  const servers = Object.values(inputs.config.mcp ?? {})
  const others = servers.flatMap(({ environment, headers }) => [
    ...leaves(environment),
    ...leaves(headers),
  ])
  const values = [...variables.map(([, value]) => value), ...passwords, ...literals, ...others]
  return values
    .filter((value) => typeof value === 'string')
    .filter((value) => !value.startsWith('{env:'))
}

function leaves(record: Readonly<Record<string, unknown>> | undefined): unknown[] {
  return Object.values(record ?? {})
}
