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

/** What opencode sends for such a text, a placeholder if it holds a key, and what the provider gets. */
export type Substitution = RequestText & {
  readonly value: string
  /** The keys in the value. */
  readonly secrets: readonly string[]
}

/** The entry of a provider with a placeholder for each text that holds a key. */
export function insertPlaceholders(entry: ProviderConfig, env: Env) {
  const masked = structuredClone(entry)
  const substitutions = placesIn(masked).map(({ record, ...place }): Substitution => {
    const substitution = substitute(place, env)
    if (substitution.secrets.length > 0) record[place.name] = substitution.text
    return { ...place, ...substitution }
  })
  return { entry: masked, substitutions }
}

/** The variables that hold a provider's keys, by its entry. */
export function keyReferences(entry: ProviderConfig): string[] {
  const names = new Set(requestTexts(entry).flatMap(variablesIn))
  return [...names].filter((name) => !isSettingName(name))
}

/** The texts of a provider's entry that opencode puts into its requests. */
export function requestTexts(entry: ProviderConfig): string[] {
  return placesIn(entry).map(({ text }) => text)
}

type Json = Record<string, unknown>

function placesIn({ options = {}, models = {} }: ProviderConfig) {
  const owners: Json[] = [options, ...Object.values(models)]
  return owners.flatMap((owner) => [
    ...textsIn(owner, 'apiKey', ['apiKey']),
    ...textsIn(owner, 'authToken', ['authToken']),
    ...textsIn(owner.headers, 'headers'),
    ...textsIn(owner.queryParams, 'queryParams'),
  ])
}

function textsIn(record: unknown, option: RequestText['option'], names?: readonly string[]) {
  if (!isRecord(record)) return []
  return (names ?? Object.keys(record)).flatMap((name) => {
    const text = record[name]
    return typeof text === 'string' && text !== '' ? [{ record, option, name, text }] : []
  })
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

/** A text that holds a key becomes one placeholder as a whole, so that the broker can compare it. */
function substitute({ option, name, text }: RequestText, env: Env) {
  const { value, secrets } = resolveText(text, env)
  const key = value.trim()
  if (secrets.length > 0) return { text: createPlaceholder(), value: key, secrets }
  const isNamed = option === 'apiKey' || option === 'authToken' || isSecretName(name)
  const isKey = isNamed || text.split(/\s+/).some(isRandom)
  if (!isKey || variablesIn(text).length > 0) return { text: value, value, secrets }
  return { text: createPlaceholder(), value: key, secrets: [key, withoutScheme(key)] }
}

/** It has the shape of no known token. */
function createPlaceholder(): string {
  return `placeholder-${randomBytes(16).toString('hex')}`
}

/** A text as opencode expands it, and the keys in it. */
export function resolveText(text: string, env: Env) {
  const secrets: string[] = []
  const value = text.replace(/\{env:([^}]+)\}/g, (_, name: string) => {
    // Secrets are often stored with a line break at the end, which no header may have.
    const found = env[name]?.trim() ?? ''
    if (found !== '' && !isSettingName(name)) secrets.push(found)
    return found
  })
  return { value, secrets }
}
