import { distance } from 'fastest-levenshtein'
import { bundledRelease } from '../install/release.ts'
import type { OpencodeConfig } from '../opencode/config.ts'
import { signsItself } from './addresses.ts'
import { isPlainName, isSecretName } from './sealing.ts'

/** A provider that is connected, and its models. */
export type Provider = { readonly id: string; readonly models: readonly string[] }

const keyTable = new Map(Object.entries(bundledRelease.providers).map(([id, { env }]) => [id, env]))

/** The variables that a provider's key is read from, by opencode's catalogue and the run's configuration. */
export function keyVariables(providerID: string, config: OpencodeConfig): string[] {
  const declared = config.provider?.[providerID]?.env ?? []
  return [...new Set([...(keyTable.get(providerID) ?? []), ...declared])]
}

const settings = new Set([...keyTable.values()].flat().filter(isPlainName))

/** True for a variable of opencode's catalogue that holds no key, but a region, a host, a project. */
export function isProviderSetting(name: string): boolean {
  return settings.has(name)
}

/** The providers of opencode's catalogue that `env` holds a key for. */
export function providersWithKey(env: Readonly<Record<string, string | undefined>>): string[] {
  const usable = (name: string) => Boolean(env[name]) && !name.startsWith('GITHUB_')
  return [...keyTable].filter(([, names]) => names.some(usable)).map(([id]) => id)
}

/** What the step gives, and what of it the agent gets. */
type Given = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly passEnv: readonly string[]
}

/** Why a provider is not among the connected ones, and what would connect it. */
export function missingProvider(
  id: string,
  {
    providers,
    config,
    ...given
  }: Given & { readonly providers: readonly string[]; readonly config: OpencodeConfig },
): string {
  const listed = `Connected: ${providers.join(', ') || 'none'}.`
  const variables = keyVariables(id, config)
  if (!keyTable.has(id)) {
    const near = nearest(id, [...providers, ...keyTable.keys()])
    return `No provider "${id}".${near} ${listed} Check the name, or declare the provider in opencode-config.`
  }
  if (variables.some((name) => name.startsWith('GITHUB_')))
    return `Provider "${id}" is not connected. ${listed} Its key would be the runner's own token, which never reaches the agent: declare the provider in opencode-config with a key of another name.`
  if (signsItself({ id, entry: config.provider?.[id] }))
    return `Provider "${id}" is not connected. ${listed} ${passAdvice({ id, variables, signs: true }, given)}`
  return `Provider "${id}" is not connected. ${listed} Set ${choiceOf(variables)} in the env of the step, or configure the provider in opencode-config.`
}

type Unkept = {
  readonly id: string
  readonly variables: readonly string[]
  /** True for a provider that signs its requests; the address of any other is not known. */
  readonly signs: boolean
}

/** Why a provider gets its key only by `pass-env`, and what is to be set or named there. */
export function passAdvice({ id, variables, signs }: Unkept, { env, passEnv }: Given): string {
  const why = signs ? 'this provider signs its requests itself' : 'its address is not known'
  const kept = `The key of "${id}" can't be kept from the agent, since ${why}.`
  const unnamed = variables.filter((name) => env[name] && !passEnv.includes(name))
  const it = unnamed.length === 1 ? 'it' : 'them'
  const may = `in pass-env, if the agent may have`
  if (unnamed.every(isPlainName))
    return `${kept} Set ${choiceOf(variables)} in the env of the step, and name what you set ${may} it.`
  return `${kept} ${enumerate(unnamed, 'and')} ${it === 'it' ? 'is' : 'are'} set: name ${it} ${may} ${it}.`
}

const pair: readonly string[] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']

/** What a provider needs: one of its keys (AWS has one in two parts), and all of its settings. */
function choiceOf(variables: readonly string[]): string {
  const settings = variables.filter((name) => !isSecretName(name))
  const whole = pair.every((name) => variables.includes(name))
  const others = variables.filter((name) => !settings.includes(name) && !pair.includes(name))
  const keys = [...(whole ? [pair.join(' with ')] : []), ...others]
  const one = enumerate(keys, 'or')
  return [...(one ? [one] : []), ...settings].join(keys.length > 1 ? ', and ' : ' and ')
}

function enumerate(names: readonly string[], last: 'and' | 'or'): string {
  const end = names.at(-1) ?? ''
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} ${last} ${end}` : end
}

/** ` Did you mean …?` with up to three names that are close to `name`, or ` Some of what there is: …`. */
export function nearest(name: string, names: readonly string[]): string {
  const wanted = name.toLowerCase()
  const ranked = [...new Set(names)]
    .map((text) => ({ text, far: distance(wanted, text.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  const close = ranked.filter(({ text, far }) => far <= 3 || text.toLowerCase().includes(wanted))
  if (close.length > 0) return ` Did you mean ${textOf(close)}?`
  return ranked.length > 0 ? ` Nearest: ${textOf(ranked)}.` : ''
}

function textOf(ranked: readonly { text: string }[]): string {
  return ranked
    .slice(0, 3)
    .map(({ text }) => text)
    .join(', ')
}
