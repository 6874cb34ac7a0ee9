import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import formats from 'ajv-formats'
import * as z from 'zod'

const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query']),
  required: z.boolean(),
  multiSegment: z.boolean(),
  schema: z.record(z.string(), z.unknown()),
})
const operation = z.object({
  id: z.string(),
  path: z.string(),
  method: z.string(),
  documentation: z.string(),
  parameters: z.array(parameter),
  body: z.object({ required: z.boolean() }).optional(),
})
const file = join(import.meta.dirname, 'description.json')

/** GitHub's REST description, trimmed by `scripts/github-description.ts`. */
export const document: object = z.looseObject({}).parse(JSON.parse(readFileSync(file, 'utf8')))
const { operations } = z.object({ operations: z.array(operation) }).parse(document)

/** An operation of GitHub's REST API; `id` is the one that octokit's method names come from. */
export type Operation = z.infer<typeof operation>

/** The values of parameters from path and query, with the types that the description gives. */
export type Parameters = Readonly<Record<string, unknown>>

/** A request that has an operation, and what does not fit in it. */
export type Match = {
  readonly operation: Operation
  readonly parameters: Parameters
  readonly problems: readonly string[]
}

const options = { strict: false, allErrors: true } as const
// ajv-formats is CommonJS: its function is in `default`.
const schemas = formats.default(new Ajv(options)).addFormat('repo.nwo', /^[^/\s]+\/[^/\s]+$/)
schemas.addSchema(document, 'github')
const coercing = formats.default(new Ajv({ ...options, coerceTypes: true }))

const templates = operations
  .map((one) => ({ operation: one, pattern: patternOf(one) }))
  .sort((a, b) => a.operation.parameters.length - b.operation.parameters.length)

/** The operation that method and path name, with its parameters checked; undefined where there is none. */
export function matchOperation(method: string, url: URL): Match | undefined {
  for (const { operation, pattern } of templates) {
    const found = method === operation.method ? pattern.exec(url.pathname) : null
    if (found === null) continue
    const path = Object.entries(found.groups ?? {}).map(([name, value]) => {
      return [name, decodeURIComponent(value)]
    })
    const values = { ...Object.fromEntries(url.searchParams), ...Object.fromEntries(path) }
    const validate = coercing.compile(schemaOfParameters(operation))
    const problems = validate(values) ? [] : explain(validate.errors, 'parameter')
    return { operation, parameters: values, problems }
  }
  return undefined
}

/** What does not fit in the body of a request. */
export function problemsOfBody(operation: Operation, body: unknown): readonly string[] {
  if (operation.body === undefined) return body === undefined ? [] : ['a body is not expected']
  if (body === undefined) return operation.body.required ? ['a body is required'] : []
  return problemsAt(`${pointerTo(operation)}/body/schema`, body)
}

/** What does not fit in an answer of this status, which keeps the stand-in itself honest. */
export function problemsOfAnswer(operation: Operation, status: number, body: unknown) {
  return problemsAt(`${pointerTo(operation)}/responses/${status}`, body)
}

/** Where the operation stands in the document, as a JSON pointer. */
export function pointerTo(operation: Operation): string {
  return `#/operations/${operations.indexOf(operation)}`
}

function problemsAt(pointer: string, value: unknown): readonly string[] {
  const validate = schemas.getSchema(`github${pointer}`)
  if (validate === undefined) return [`the description has nothing at ${pointer}`]
  return validate(value) ? [] : explain(schemas.errors ?? validate.errors, 'body')
}

function explain(errors: readonly ErrorObject[] | null | undefined, what: string) {
  return (errors ?? []).map(({ instancePath, message, params }) => {
    return `${what}${instancePath} ${message} ${JSON.stringify(params)}`
  })
}

function patternOf({ path, parameters }: Operation): RegExp {
  const source = path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, (_all, name: string) => {
    const several = parameters.some((one) => one.name === name && one.multiSegment)
    return `(?<${name}>${several ? '.+' : '[^/]+'})`
  })
  return new RegExp(`^${source}$`)
}

function schemaOfParameters({ parameters }: Operation): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: parameters.filter((one) => one.required).map((one) => one.name),
    properties: Object.fromEntries(parameters.map((one) => [one.name, one.schema])),
  }
}
