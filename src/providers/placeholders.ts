import { randomBytes } from 'node:crypto'
import { type ProviderConfig, variablesIn } from '../opencode/config.ts'
import type { Env } from '../programs/environment.ts'
import { isRandom, withoutScheme } from '../secrets/value-secrets.ts'
import { isSecretName, isSettingName } from './variables.ts'

/** A text in a provider's entry that opencode puts into its requests. */
type RequestText = {
  readonly option: 'apiKey' | 'authToken' | 'headers' | 'queryParams'
  /** Of the header or parameter. */
  readonly name: string
  readonly text: string
}

/** What opencode is given for such a text, a placeholder where it holds a key, and what the provider is to get. */
export type Substitution = RequestText & {
  readonly value: string
  /** The keys in the value. */
  readonly secrets: readonly string[]
}

/** The entry of a provider with a placeholder for each key, token, header and parameter of its requests that holds a key. */
export function insertPlaceholders(entry: ProviderConfig, env: Env) {
  const substitutions: Substitution[] = []
  const masked = mapRequestTexts(entry, (place) => {
    const { text, ...given } = substitute(place, env)
    substitutions.push({ ...place, text, ...given })
    return given.secrets.length > 0 ? text : place.text
  })
  return { entry: masked, substitutions }
}

/** The variables that stand where a provider's entry has its keys. */
export function keyReferences(entry: ProviderConfig): string[] {
  const names = new Set(requestTexts(entry).flatMap(variablesIn))
  return [...names].filter((name) => !isSettingName(name))
}

/** The texts of a provider's entry that opencode puts into its requests. */
export function requestTexts(entry: ProviderConfig): string[] {
  const texts: string[] = []
  mapRequestTexts(entry, ({ text }) => {
    texts.push(text)
    return text
  })
  return texts
}

type Change = (place: RequestText) => string

function mapRequestTexts(entry: ProviderConfig, change: Change): ProviderConfig {
  const { options, models } = entry
  return {
    ...entry,
    ...(options && {
      options: { ...options, ...mapKeys(options, change), ...mapRecords(options, change) },
    }),
    ...(models && {
      models: Object.fromEntries(
        Object.entries(models).map(([id, model]) => [
          id,
          { ...model, ...mapRecords(model, change) },
        ]),
      ),
    }),
  }
}

type Options = Readonly<Record<string, unknown>>

function mapKeys(options: Options, change: Change) {
  const entries = (['apiKey', 'authToken'] as const).flatMap((option) => {
    const text = options[option]
    const isSet = typeof text === 'string' && text !== ''
    return isSet ? [[option, change({ option, name: option, text })]] : []
  })
  return Object.fromEntries(entries)
}

function mapRecords(options: Options, change: Change) {
  const records = (['headers', 'queryParams'] as const).flatMap((option) => {
    const record = options[option]
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
function substitute({ option, name, text }: RequestText, env: Env) {
  const { value, secrets } = resolveText(text, env)
  if (secrets.length > 0) return { text: createPlaceholder(), value: value.trim(), secrets }
  const isNamed = option === 'apiKey' || option === 'authToken' || isSecretName(name)
  const isKey = isNamed || text.split(/\s+/).some(isRandom)
  if (!isKey || text === '' || variablesIn(text).length > 0) return { text: value, value, secrets }
  const key = value.trim()
  return { text: createPlaceholder(), value: key, secrets: [key, withoutScheme(key)] }
}

/** A value that stands for a key: of no shape that is known for a token. */
function createPlaceholder(): string {
  return `placeholder-${randomBytes(16).toString('hex')}`
}

/** A text as opencode would expand it, and the keys in it. */
export function resolveText(text: string, env: Env) {
  const secrets: string[] = []
  const value = text.replace(/\{env:([^}]+)\}/g, (_, name: string) => {
    // A secret is easily stored with the end of its line, which no header may have.
    const found = env[name]?.trim() ?? ''
    if (found !== '' && !isSettingName(name)) secrets.push(found)
    return found
  })
  return { value, secrets }
}
