import { distance } from 'fastest-levenshtein'
import type { OpencodeConfig } from '../opencode/config.ts'
import type { Env } from '../programs/environment.ts'
import { either } from '../text/text.ts'
import { type ProviderPlan, planProvider } from './plan.ts'
import { isSecretName, isSettingName, knownProviders } from './variables.ts'

/** The environment of the step, and the names of what the agent gets of it. */
type Step = { readonly env: Env; readonly passEnv: readonly string[] }

type Connections = Step & { readonly providers: readonly string[]; readonly config: OpencodeConfig }

/** Why a provider is not one of the connected `providers`, and how to connect it. */
export function missingProvider(id: string, { providers, config, ...step }: Connections): string {
  const listed = `Connected: ${providers.join(', ') || 'none'}.`
  if (!knownProviders.includes(id)) {
    const near = nearest(id, [...providers, ...knownProviders])
    return `There is no provider "${id}".${near} ${listed} Check the name, or declare the provider in opencode-config.`
  }
  const plan = planProvider(id, { config, models: [], env: step.env })
  const missing = `Provider "${id}" is not connected. ${listed}`
  if (plan.variables.some((name) => name.startsWith('GITHUB_')))
    return `${missing} Its key would be the runner's own token, which the action never gives to the agent. Declare the provider in opencode-config with a key under another name.`
  if (!plan.brokered && plan.reason === 'signs its requests')
    return `${missing} ${passAdvice(plan, step)}`
  return `${missing} Set ${choiceOf(plan.variables)} in the env of the step, or configure the provider in opencode-config.`
}

/** Why the key of a provider needs `pass-env`, and which variables to set or name there. */
export function passAdvice(
  { id, variables, ...plan }: ProviderPlan,
  { env, passEnv }: Step,
): string {
  const signs = !plan.brokered && plan.reason === 'signs its requests'
  const why = signs ? 'this provider signs its own requests' : 'its address is not known'
  const kept = `The action can't keep the key of "${id}" from the agent, because ${why}.`
  const unnamed = variables.filter((name) => env[name] && !passEnv.includes(name))
  if (unnamed.every(isSettingName))
    return `${kept} Set ${choiceOf(variables)} in the env of the step, and list what you set in pass-env, if the agent may have it.`
  const [are, them] = unnamed.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${kept} ${both.format(unnamed)} ${are} set. List ${them} in pass-env, if the agent may have ${them}.`
}

const both = new Intl.ListFormat('en-GB')
const pair: readonly string[] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']

/** What a provider needs: one of its keys (one of AWS's has two parts), and all of its settings. */
function choiceOf(variables: readonly string[]): string {
  const settings = variables.filter((name) => !isSecretName(name))
  const whole = pair.every((name) => variables.includes(name))
  const others = variables.filter((name) => !settings.includes(name) && !pair.includes(name))
  const keys = [...(whole ? [pair.join(' with ')] : []), ...others]
  const one = either(keys)
  return [...(one ? [one] : []), ...settings].join(keys.length > 1 ? ', and ' : ' and ')
}

/** ` Did you mean …?` with up to three names that are close to `name`, else ` Nearest: …`. */
export function nearest(name: string, names: readonly string[]): string {
  const wanted = name.toLowerCase()
  const ranked = [...new Set(names)]
    .map((text) => ({ text, far: distance(wanted, text.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  const close = ranked.filter(({ text, far }) => far <= 3 || text.toLowerCase().includes(wanted))
  const shown = (close.length > 0 ? close : ranked).slice(0, 3).map(({ text }) => text)
  if (close.length > 0) return ` Did you mean ${shown.join(', ')}?`
  return ranked.length > 0 ? ` Nearest: ${shown.join(', ')}.` : ''
}
