import { bundledRelease } from '../install/release.ts'
import { type OpencodeConfig, variablesIn } from '../opencode/config.ts'
import type { Env } from '../programs/environment.ts'

const settingName =
  /region|location|project|account_?id|resource|endpoint|host|url|deployment|profile|name$/i
const secretName = /key|token|secret|passw|pwd|credential|auth|cookie|private|dsn|(^|_)pat($|_)/i

/** True for the name of a variable or header that probably holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** True for the name of a setting, which a provider needs but which is not secret. */
export function isSettingName(name: string): boolean {
  return settingName.test(name) && !secretName.test(name)
}

const catalogue = new Map(
  Object.entries(bundledRelease.providers).map(([id, { env }]) => [id, env]),
)

/** The providers of opencode's catalogue. */
export const knownProviders: readonly string[] = [...catalogue.keys()]

/** The variables that a provider's key and settings are read from, by opencode's catalogue and the run's configuration. */
export function providerVariables(id: string, config: OpencodeConfig): string[] {
  return [...new Set([...(catalogue.get(id) ?? []), ...(config.provider?.[id]?.env ?? [])])]
}

const settings = new Set([...catalogue.values()].flat().filter(isSettingName))

/** True for a variable of opencode's catalogue that holds a region, a host or a project, not a key. */
export function isProviderSetting(name: string): boolean {
  return settings.has(name)
}

/** The providers of opencode's catalogue that `env` holds a key for. */
export function providersWithKey(env: Env): string[] {
  const isUsable = (name: string) => Boolean(env[name]) && !name.startsWith('GITHUB_')
  return [...catalogue].filter(([, names]) => names.some(isUsable)).map(([id]) => id)
}

/** The variables that could hold the provider's key if none does; empty if there is a key, or none is needed. */
export function missingKey(
  id: string,
  { config, env }: { config: OpencodeConfig; env: Env },
): readonly string[] {
  const names = keySources(id, config)
  return names.every((name) => !env[name]) ? names : []
}

/** The configuration takes precedence over opencode's catalogue. */
function keySources(id: string, config: OpencodeConfig): string[] {
  const { apiKey, headers = {}, baseURL } = config.provider?.[id]?.options ?? {}
  if (apiKey) return variablesIn(apiKey)
  const inHeaders = variablesIn(JSON.stringify(headers))
  if (inHeaders.length > 0 || baseURL) return inHeaders
  return providerVariables(id, config).filter((name) => !isSettingName(name))
}
