import { distance } from 'fastest-levenshtein'
import { bundledRelease } from '../install/release.ts'
import { signsItself } from './addresses.ts'
import type { OpencodeConfig } from './config.ts'

/** A provider that is connected, and its models. */
export type Provider = { readonly id: string; readonly models: readonly string[] }

const keyTable = new Map(Object.entries(bundledRelease.providers).map(([id, { env }]) => [id, env]))

/** The variables that a provider's key is read from, by opencode's catalogue and the run's configuration. */
export function keyVariables(providerID: string, config: OpencodeConfig): string[] {
  const declared = config.provider?.[providerID]?.env ?? []
  return [...new Set([...(keyTable.get(providerID) ?? []), ...declared])]
}

/** The providers of opencode's catalogue that `env` holds a key for. */
export function providersWithKey(env: Readonly<Record<string, string | undefined>>): string[] {
  const usable = (name: string) => Boolean(env[name]) && !name.startsWith('GITHUB_')
  return [...keyTable].filter(([, names]) => names.some(usable)).map(([id]) => id)
}

/** Why a provider is not among the connected ones, and what would connect it. */
export function missingProvider(
  id: string,
  { providers, config }: { providers: readonly string[]; config: OpencodeConfig },
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
    return `Provider "${id}" is not connected. ${listed} ${passAdvice(id, variables)}`
  return `Provider "${id}" is not connected. ${listed} Set ${variables.join(' and ')} in the env of the step, or configure the provider in opencode-config.`
}

/** Why a provider gets its key only by `pass-env`. */
export function passAdvice(id: string, variables: readonly string[]): string {
  const names = variables.join(' and ')
  return `The key of "${id}" can't be kept from the agent, since this provider signs its requests itself or its address is not known. Set ${names} in the env of the step, and name them in pass-env to hand them to the agent.`
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
