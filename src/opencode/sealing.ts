import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { UserError } from '../errors.ts'
import type { ProviderConfig } from './config.ts'

/** What keys are put in the place of. */
export type Sealing = {
  /** Gives a key its placeholder. */
  readonly seal: (value: string) => string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What `{file:PATH}` is relative to. */
  readonly directory: string
}

const reference = /\{(env|file):([^}]+)\}/g
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

/** The entry of a provider with a placeholder wherever a key stands: key, token, headers and query of its requests. */
export function sealProvider(entry: ProviderConfig, sealing: Sealing): ProviderConfig {
  const { options, models } = entry
  const sealed = {
    ...options,
    ...keysOf(options, (text) => sealWhole(text, sealing)),
    ...recordsOf(options, (name, text) => sealNamed({ name, text }, sealing)),
  }
  const sealedModels = Object.entries(models ?? {}).map(([id, model]) => [
    id,
    { ...model, ...recordsOf(model, (name, text) => sealNamed({ name, text }, sealing)) },
  ])
  return {
    ...entry,
    ...(options && { options: sealed }),
    ...(models && { models: Object.fromEntries(sealedModels) }),
  }
}

/** The variables that stand where a provider's entry has its keys. */
export function sealedVariables(entry: ProviderConfig | undefined): string[] {
  const names: string[] = []
  const note = (text: string) => {
    for (const [, kind, name] of text.matchAll(reference))
      if (kind === 'env' && name) names.push(name)
    return text
  }
  const noteNamed = (_: string, text: string) => note(text)
  keysOf(entry?.options, note)
  for (const place of [entry?.options, ...Object.values(entry?.models ?? {})])
    recordsOf(place, noteNamed)
  return [...new Set(names)].filter((name) => !isPlainName(name))
}

type Place = Readonly<Record<string, unknown>> | undefined

function keysOf(place: Place, change: (text: string) => string) {
  const entries = ['apiKey', 'authToken'].flatMap((name) => {
    const value = place?.[name]
    return typeof value === 'string' && value !== '' ? [[name, change(value)]] : []
  })
  return Object.fromEntries(entries)
}

function recordsOf(place: Place, change: (name: string, text: string) => string) {
  const records = ['headers', 'queryParams'].flatMap((part) => {
    const record = place?.[part]
    if (typeof record !== 'object' || record === null) return []
    const entries = Object.entries(record).map(([name, value]) => [
      name,
      typeof value === 'string' ? change(name, value) : value,
    ])
    return [[part, Object.fromEntries(entries)]]
  })
  return Object.fromEntries(records)
}

/** A key that is written out is one as a whole. */
function sealWhole(text: string, sealing: Sealing): string {
  return hasReference(text) ? sealReferences(text, sealing) : sealing.seal(text)
}

/** A header that is written out is a key if it is called so. */
function sealNamed({ name, text }: { name: string; text: string }, sealing: Sealing): string {
  if (hasReference(text)) return sealReferences(text, sealing)
  return isSecretName(name) && text !== '' ? sealing.seal(text) : text
}

function hasReference(text: string): boolean {
  return text.search(reference) !== -1
}

function sealReferences(text: string, sealing: Sealing): string {
  return text.replace(reference, (whole, kind: string, name: string) => {
    if (kind === 'env' && isPlainName(name)) return whole
    const value = kind === 'env' ? sealing.env[name] : readKey(name, sealing.directory)
    return value ? sealing.seal(value) : whole
  })
}

/** opencode takes the path from the directory that it works in, or from the home folder. */
function readKey(path: string, directory: string): string {
  const file = path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(directory, path)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, cause: unknown): UserError {
  const message = `opencode-config: {file:${path}} can't be read. The path is relative to working-directory.`
  return new UserError('config-invalid', message, { cause })
}
