import type { OpencodeConfig } from '../opencode/config.ts'
import { keyVariables } from './providers.ts'
import { isPlainName } from './sealing.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The variables of which one would have to hold the provider's key, if none does; empty where there is a key, or none is
 * needed. What the configuration declares counts before opencode's catalogue.
 */
export function missingKey(
  providerID: string,
  { config, env }: { config: OpencodeConfig; env: Env },
): readonly string[] {
  const { apiKey, headers = {}, baseURL } = config.provider?.[providerID]?.options ?? {}
  const isEmpty = (names: readonly string[]) => names.every((name) => !env[name])
  if (apiKey) return emptyOf(variablesIn(apiKey), isEmpty)
  const inHeaders = Object.values(headers).flatMap(variablesIn)
  if (inHeaders.length > 0) return emptyOf(inHeaders, isEmpty)
  if (baseURL) return []
  const keys = keyVariables(providerID, config).filter((name) => !isPlainName(name))
  return emptyOf(keys, isEmpty)
}

function emptyOf(names: readonly string[], isEmpty: (names: readonly string[]) => boolean) {
  return isEmpty(names) ? names : []
}

function variablesIn(value: unknown): readonly string[] {
  if (typeof value !== 'string') return []
  return [...value.matchAll(/\{env:([^}]+)\}/g)].map(([, name = '']) => name)
}
