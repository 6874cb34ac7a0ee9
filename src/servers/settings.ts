import type { Inputs } from '../inputs/inputs.ts'
import {
  configuredProviders,
  mergeConfig,
  type OpencodeConfig,
  type ProviderConfig,
  referencedVariables,
} from '../opencode/config.ts'
import { type Model, modelText } from '../opencode/model.ts'
import { allowedEnvironment, type Env, withoutLoopbackProxy } from '../programs/environment.ts'
import {
  brokerKeys,
  describeKeys,
  type OpenRoute,
  refuseUnnamedKeys,
} from '../providers/brokered-keys.ts'
import { requestTexts, resolveText } from '../providers/placeholders.ts'
import { type ProviderPlan, planProvider } from '../providers/plan.ts'
import { isProviderSetting, providersWithKey } from '../providers/variables.ts'
import type { Result } from '../result.ts'
import { passwordsIn, secretsInValue } from '../secrets/value-secrets.ts'

/** What a server is started with. */
export type ServerSettings = {
  readonly config: object
  readonly env: Readonly<Record<string, string>>
  /** Likely secrets: keys of providers, and what the configuration or `pass-env` names. */
  readonly secrets: readonly string[]
  /** What became of the keys of providers, for the report. */
  readonly keys: NonNullable<Result['keys']>
}

type Parts = {
  readonly inputs: Inputs
  readonly env: Env
  /** Provider entries of the action's own, by id. */
  readonly ownProviders: Readonly<Record<string, ProviderConfig>>
  /** What the checkout's own configuration says, if it is loaded. */
  readonly project: OpencodeConfig
  readonly open: OpenRoute
}

/** Joins the action's defaults with the inputs: the configuration, and the environment that the agent may see. */
export function serverSettings(parts: Parts): ServerSettings {
  const { inputs, env, ownProviders, project, open } = parts
  const used = providersInUse(inputs, parts)
  const declared = { ...ownProviders, ...inputs.config.provider }
  const config = mergeConfig(project, { ...inputs.config, provider: declared })
  const models = namedModels(inputs)
  const plans = used.map((id) => planProvider(id, { config, models, env }))
  refuseUnnamedKeys(plans, { env, passEnv: inputs.passEnv })
  const brokered = brokerKeys(plans, { env, open })
  const own = { ...inputs.config, provider: { ...declared, ...brokered.entries } }
  const variables = referencedVariables(own)
  const named = [...variables, ...inputs.passEnv]
  const allowed = allowedEnvironment(env, named)
  const model = inputs.model && modelText(inputs.model)
  const seen = Object.keys(allowed)
  const defaults = {
    $schema: 'https://opencode.ai/config.json',
    snapshot: false,
    // A refusal would end the run; max-steps ends a loop.
    permission: { doom_loop: 'allow' },
    enabled_providers: used,
    provider: patience(
      inputs,
      plans.filter((plan) => isConnectable(plan, seen)),
    ),
    ...(model ? { small_model: model } : {}),
  }
  const fixed = { autoupdate: false, share: 'disabled', ...(model ? { model } : {}) }
  return {
    config: { ...mergeConfig(defaults, own), ...fixed },
    env: withoutLoopbackProxy(allowed),
    secrets: [...brokered.secrets, ...secretsIn({ inputs, allowed, named })],
    keys: describeKeys(plans, brokered, seen),
  }
}

/** opencode notices a silent provider after 300 s by itself; this action after `stall-timeout`. */
const noticeMs = 5000

/** How long opencode waits for a provider: a little longer than this action does. */
function patience(
  { stallTimeoutMs }: Inputs,
  plans: readonly ProviderPlan[],
): Readonly<Record<string, unknown>> {
  const waitMs = stallTimeoutMs + noticeMs
  const options = { headerTimeout: waitMs, chunkTimeout: waitMs }
  return Object.fromEntries(plans.map(({ id }) => [id, { options }]))
}

/** True for a provider that is declared or has a key: an entry of configuration alone makes opencode take one for connected. */
function isConnectable({ entry, variables }: ProviderPlan, seen: readonly string[]): boolean {
  return entry !== undefined || variables.some((name) => seen.includes(name))
}

function namedModels({ model, fallbackModels }: Inputs): Model[] {
  return [...(model ? [model] : []), ...fallbackModels]
}

/**
 * The providers that a run may use: those of its models, of `require-providers`, of `opencode-config` and of the
 * checkout's own configuration. A check that
 * names none looks at every provider that there is a key for.
 */
function providersInUse(
  inputs: Inputs,
  { env, project }: Pick<Parts, 'env' | 'project'>,
): string[] {
  const named = [
    ...namedModels(inputs).map(({ providerID }) => providerID),
    ...inputs.requireProviders,
    ...configuredProviders(inputs.config),
    ...configuredProviders(project),
  ]
  const used = named.length > 0 ? named : providersWithKey(env)
  return [...new Set(used)]
}

type AgentValues = {
  readonly inputs: Inputs
  readonly allowed: Readonly<Record<string, string>>
  /** The variables that the configuration or `pass-env` names; the others are settings of the machine. */
  readonly named: readonly string[]
}

/** What the agent is given and must not come out: each value, unless it plainly is no secret; see `secretsInValue`. */
function secretsIn({ inputs, allowed, named }: AgentValues): string[] {
  const { provider, mcp } = inputs.config
  const isSetting = (name: string) => !named.includes(name) || isProviderSetting(name)
  const passed = Object.entries(allowed).flatMap(([name, value]) =>
    isSetting(name) ? passwordsIn(value) : secretsInValue(value),
  )
  const requests = Object.values(provider ?? {}).flatMap((entry) => [
    entry.options?.baseURL,
    ...requestTexts(entry),
  ])
  const servers = Object.values(mcp ?? {}).flatMap((one) => [one.environment, one.headers, one.url])
  const written = [...requests, ...servers].flatMap(stringsIn).flatMap((text) => {
    const { value, secrets } = resolveText(text, allowed)
    return [value, ...secrets]
  })
  return [...passed, ...written.flatMap(secretsInValue)]
}

/** The strings of a value, or of a record of them. */
function stringsIn(value: unknown): string[] {
  const values = typeof value === 'object' && value !== null ? Object.values(value) : [value]
  return values.filter((one) => typeof one === 'string')
}
