import type { ProviderConfig } from '../opencode/config.ts'
import { isRandom, withoutScheme } from '../secrets/value-secrets.ts'
import { createPlaceholder } from './broker/placeholder.ts'

type Env = Readonly<Record<string, string | undefined>>

/** An option that opencode puts into its requests: what it puts there, and what the provider is to get instead. */
export type Placed = {
  readonly option: 'apiKey' | 'authToken' | 'headers' | 'queryParams'
  /** Of the header or parameter. */
  readonly name: string
  /** A placeholder where the value holds a key. */
  readonly text: string
  readonly value: string
  /** The keys in the value. */
  readonly secrets: readonly string[]
}

/** A provider's entry with placeholders, and what they stand for. */
export type Sealed = { readonly entry: ProviderConfig; readonly placed: readonly Placed[] }

const reference = /\{env:([^}]+)\}/g
const plainName =
  /region|location|project|account_?id|resource|endpoint|host|url|deployment|profile|name$/i
const secretName = /key|token|secret|passw|pwd|credential|auth|cookie|private|dsn|(^|_)pat($|_)/i

/** True for the name of a variable or header that holds a secret, as far as a name tells. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** True for the name of a setting, which is no secret although a provider needs it. */
export function isPlainName(name: string): boolean {
  return plainName.test(name) && !secretName.test(name)
}

/** The entry of a provider with a placeholder for each key, token, header and parameter of its requests that holds a key. */
export function sealProvider(entry: ProviderConfig, env: Env): Sealed {
  const { options, models } = entry
  const placed: Placed[] = []
  const seal: Change = (place) => {
    const sealed = sealText(place, env)
    placed.push({ ...place, ...sealed })
    return sealed.secrets.length > 0 ? sealed.text : place.text
  }
  const sealedModels = Object.entries(models ?? {}).map(([id, model]) => [
    id,
    { ...model, ...recordsOf(model, seal) },
  ])
  const sealed = {
    ...entry,
    ...(options && {
      options: { ...options, ...keysOf(options, seal), ...recordsOf(options, seal) },
    }),
    ...(models && { models: Object.fromEntries(sealedModels) }),
  }
  return { entry: sealed, placed }
}

/** The variables that stand where a provider's entry has its keys. */
export function sealedVariables(entry: ProviderConfig | undefined): string[] {
  const names: string[] = []
  const note: Change = ({ text }) => {
    for (const [, name] of text.matchAll(reference)) if (name) names.push(name)
    return text
  }
  keysOf(entry?.options, note)
  for (const place of [entry?.options, ...Object.values(entry?.models ?? {})])
    recordsOf(place, note)
  return [...new Set(names)].filter((name) => !isPlainName(name))
}

type Change = (place: Pick<Placed, 'option' | 'name' | 'text'>) => string
type Place = Readonly<Record<string, unknown>> | undefined

function keysOf(place: Place, change: Change) {
  const entries = (['apiKey', 'authToken'] as const).flatMap((option) => {
    const text = place?.[option]
    const isSet = typeof text === 'string' && text !== ''
    return isSet ? [[option, change({ option, name: option, text })]] : []
  })
  return Object.fromEntries(entries)
}

function recordsOf(place: Place, change: Change) {
  const records = (['headers', 'queryParams'] as const).flatMap((option) => {
    const record = place?.[option]
    if (typeof record !== 'object' || record === null) return []
    const entries = Object.entries(record).map(([name, text]) => [
      name,
      typeof text === 'string' ? change({ option, name, text }) : text,
    ])
    return [[option, Object.fromEntries(entries)]]
  })
  return Object.fromEntries(records)
}

/** All of a text that holds a key becomes one placeholder, so that the broker can compare it as a whole. */
function sealText(
  { option, name, text }: Pick<Placed, 'option' | 'name' | 'text'>,
  env: Env,
): Pick<Placed, 'text' | 'value' | 'secrets'> {
  const { value, secrets } = resolveText(text, env)
  if (secrets.length > 0) return { text: createPlaceholder(), value: value.trim(), secrets }
  const isNamed = option === 'apiKey' || option === 'authToken' || isSecretName(name)
  const isKey = isNamed || text.split(/\s+/).some(isRandom)
  if (!isKey || hasReference(text) || text === '') return { text: value, value, secrets }
  const key = value.trim()
  return { text: createPlaceholder(), value: key, secrets: [key, withoutScheme(key)] }
}

function hasReference(text: string): boolean {
  return text.search(reference) !== -1
}

/** A text as opencode would expand it, and the keys in it. */
export function resolveText(text: string, env: Env) {
  const secrets: string[] = []
  const value = text.replace(reference, (_, name: string) => {
    // A secret is easily stored with the end of its line, which no header may have.
    const found = env[name]?.trim() ?? ''
    if (found !== '' && !isPlainName(name)) secrets.push(found)
    return found
  })
  return { value, secrets }
}
