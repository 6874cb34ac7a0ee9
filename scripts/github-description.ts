/**
 * Trims GitHub's published REST description to the operations that the GitHub fake of the tests serves.
 *
 * `npm install --no-save @octokit/openapi` in a folder elsewhere (it is 385 MB), then
 * `node scripts/github-description.ts FOLDER/node_modules/@octokit/openapi` and `npm run format`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const operations = [
  'git/create-blob',
  'git/create-commit',
  'git/create-ref',
  'git/create-tree',
  'git/delete-ref',
  'git/get-blob',
  'git/get-commit',
  'git/get-ref',
  'git/get-tree',
  'git/update-ref',
  'issues/add-labels',
  'issues/create-comment',
  'issues/delete-comment',
  'issues/get',
  'issues/get-comment',
  'issues/list-comments',
  'issues/update-comment',
  'pulls/create',
  'pulls/get',
  'pulls/list',
  'pulls/list-files',
  'pulls/update',
  'repos/compare-commits-with-basehead',
  'repos/get',
  'repos/get-collaborator-permission-level',
  'users/get-authenticated',
  'users/get-by-username',
]

/** Keywords of JSON Schema that validate; the others are prose, examples and extensions. */
const kept = [
  ...['type', 'enum', 'required', 'additionalProperties', 'items', 'properties', '$ref', 'format'],
  ...['oneOf', 'anyOf', 'allOf', 'minItems', 'maxItems', 'minimum', 'maximum', 'pattern'],
  ...['minLength', 'maxLength'],
]

type Json = Readonly<Record<string, unknown>>
const json = z.record(z.string(), z.unknown())
const content = z.record(z.string(), z.object({ schema: json.optional() }))
const parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: json,
  'x-multi-segment': z.boolean().optional(),
})
const response = z.object({ content: content.optional() })
const reference = z.object({ $ref: z.string() })
const operation = z.object({
  operationId: z.string(),
  externalDocs: z.object({ url: z.string() }),
  parameters: z.array(z.union([reference, parameter])).default([]),
  requestBody: z.object({ required: z.boolean().default(false), content }).optional(),
  responses: z.record(z.string(), z.union([reference, response])),
})
const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() })
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    schemas: z.record(z.string(), json),
    parameters: z.record(z.string(), parameter),
  }),
})

const folder = process.argv[2] ?? '.'
const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'))
const { name, version, license } = manifest.parse(read('package.json'))
const { paths, components } = document.parse(read('generated/api.github.com.json'))
const schemas: Record<string, unknown> = {}

const found = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, value]) => {
    const parsed = operation.safeParse(value)
    const wanted = parsed.success && operations.includes(parsed.data.operationId)
    return wanted ? [trimOperation({ path, method: method.toUpperCase() }, parsed.data)] : []
  }),
)
const missing = operations.filter((id) => !found.some((one) => one.id === id))
if (missing.length > 0) throw new Error(`Not in the description: ${missing.join(', ')}`)

const file = join(import.meta.dirname, '../__tests__/support/github/rest/description.json')
const source = { package: name, version, license, trimmedBy: 'scripts/github-description.ts' }
writeFileSync(file, `${JSON.stringify({ source, operations: found, schemas })}\n`)

function trimOperation(
  place: { readonly path: string; readonly method: string },
  value: z.infer<typeof operation>,
) {
  const body = value.requestBody?.content['application/json']?.schema
  return {
    id: value.operationId,
    ...place,
    documentation: value.externalDocs.url.replace(/#.*/, ''),
    parameters: value.parameters.map(trimParameter),
    ...(body && { body: { required: value.requestBody?.required, schema: close(trim(body)) } }),
    responses: Object.fromEntries(
      Object.entries(value.responses).flatMap(([status, answer]) => {
        if (!status.startsWith('2') || '$ref' in answer) return []
        const schema = answer.content?.['application/json']?.schema
        return [[status, schema ? trim(schema) : {}]]
      }),
    ),
  }
}

function trimParameter(value: z.infer<typeof reference> | z.infer<typeof parameter>) {
  const key = '$ref' in value ? value.$ref.replace(/.*\//, '') : undefined
  const whole = parameter.parse(key === undefined ? value : components.parameters[key])
  const { name, in: place, required, schema, 'x-multi-segment': multiSegment = false } = whole
  return { name, in: place, required, multiSegment, schema: trim(schema) }
}

/** Converts an OpenAPI 3.0 schema, and those that it refers to, to JSON Schema: `nullable` becomes a type. */
function trim(schema: Json): Json {
  const entries = Object.entries(schema).filter(([key]) => kept.includes(key))
  const trimmed = Object.fromEntries(entries.map(([key, value]) => [key, trimKeyword(key, value)]))
  return schema.nullable === true ? allowNull(trimmed) : trimmed
}

function trimKeyword(key: string, value: unknown): unknown {
  if (key === '$ref') return refer(z.string().parse(value))
  if (key === 'enum' || key === 'required' || key === 'type') return value
  if (key === 'properties') return mapValues(json.parse(value))
  if (Array.isArray(value)) return z.array(json).parse(value).map(trim)
  const nested = json.safeParse(value)
  return nested.success ? trim(nested.data) : value
}

function mapValues(properties: Json): Json {
  const entries = Object.entries(properties)
  return Object.fromEntries(entries.map(([key, value]) => [key, trim(json.parse(value))]))
}

function refer(pointer: string): string {
  const key = pointer.replace(/.*\//, '')
  const schema = components.schemas[key]
  if (schema === undefined) throw new Error(`No schema ${pointer}`)
  if (!(key in schemas)) {
    schemas[key] = {}
    schemas[key] = trim(schema)
  }
  return `#/schemas/${key}`
}

function allowNull(schema: Json): Json {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = Array.isArray(schema.enum) ? { enum: [...new Set([...schema.enum, null])] } : {}
  return { ...schema, ...values, type: [schema.type, 'null'] }
}

/** GitHub ignores unknown names in a body. The tests reject them, so that a typo shows. */
function close(schema: Json): Json {
  const closed = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closeKeyword(key, value)]),
  )
  const open = 'properties' in schema && !('additionalProperties' in schema)
  return open ? { ...closed, additionalProperties: false } : closed
}

function closeKeyword(key: string, value: unknown): unknown {
  if (key === 'items') return close(json.parse(value))
  if (key === 'oneOf') return z.array(json).parse(value).map(close)
  if (key !== 'properties') return value
  const entries = Object.entries(json.parse(value))
  return Object.fromEntries(entries.map(([name, schema]) => [name, close(json.parse(schema))]))
}
