import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import * as z from 'zod'
import type { Model } from './model.ts'

const values = z.record(z.string(), z.unknown())

const model = z.looseObject({
  headers: values.optional(),
  provider: z.looseObject({ npm: z.string().optional(), api: z.string().optional() }).optional(),
})

const provider = z.looseObject({
  env: z.array(z.string()).optional(),
  npm: z.string().optional(),
  api: z.string().optional(),
  options: z
    .looseObject({
      apiKey: z.string().optional(),
      baseURL: z.string().optional(),
      headers: values.optional(),
    })
    .optional(),
  models: z.record(z.string(), model).optional(),
})

/** A provider's entry in opencode's configuration. */
export type ProviderConfig = z.infer<typeof provider>

const schema = z.looseObject({
  model: z.string().optional(),
  small_model: z.string().optional(),
  provider: z.record(z.string(), provider).optional(),
  mcp: z
    .record(
      z.string(),
      z.looseObject({ environment: values.optional(), headers: values.optional() }),
    )
    .optional(),
  agent: z.record(z.string(), z.looseObject({ model: z.string().optional() })).optional(),
  enabled_providers: z.array(z.string()).optional(),
})

/** opencode's configuration, as far as the action reads it; the rest is passed on as it is. */
export type OpencodeConfig = z.infer<typeof schema>

type Parsed =
  | { readonly value: OpencodeConfig; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string }

/** Parses opencode configuration from JSON or JSONC; the problem completes `NAME …`, and quotes no text, since that may hold secrets. */
export function parseConfig(text: string): Parsed {
  const errors: ParseError[] = []
  const json: unknown = parse(text, errors, { allowTrailingComma: true })
  const [error] = errors
  if (error) {
    const line = text.slice(0, error.offset).split('\n').length
    return {
      problem: `is not valid JSON or JSONC: ${printParseErrorCode(error.error)} in line ${line}`,
    }
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data }
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  return { problem: issues.join('; ') }
}

const fileReference = /\{file:([^}]+)\}/g

/** The configuration with what `read` finds in each file that it names with `{file:PATH}`. */
export function resolveFiles(
  config: OpencodeConfig,
  read: (path: string) => string,
): OpencodeConfig {
  const resolve = (text: string) => text.replace(fileReference, (_, path: string) => read(path))
  return schema.parse(mapTexts(config, resolve))
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]),
  )
}

/** The variables that a text of a configuration names with `{env:NAME}`. */
export function variablesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{env:([^}]+)\}/g), ([, name = '']) => name))]
}

/** The variables that a whole configuration names. */
export function referencedVariables(config: OpencodeConfig): string[] {
  return variablesIn(JSON.stringify(config))
}

/** The models that a configuration names. */
export function configuredModels(config: OpencodeConfig): Model[] {
  const agents = Object.values(config.agent ?? {}).map((agent) => agent.model)
  return [config.model, config.small_model, ...agents].flatMap((name) => {
    const [providerID, ...modelID] = name?.split('/') ?? []
    return providerID ? [{ providerID, modelID: modelID.join('/') }] : []
  })
}

/** The providers that a configuration declares, or names in a model. */
export function configuredProviders(config: OpencodeConfig): string[] {
  const named = configuredModels(config).map(({ providerID }) => providerID)
  return [...new Set([...Object.keys(config.provider ?? {}), ...named])]
}

type Json = Readonly<Record<string, unknown>>

/** Deep merge of plain JSON objects: what is in `over` wins, lists are replaced. */
export function mergeConfig(base: Json, over: Json): Json {
  // A map, as an assignment to `__proto__` would be another thing.
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key)
    merged.set(key, isObject(below) && isObject(value) ? mergeConfig(below, value) : value)
  }
  return Object.fromEntries(merged)
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
