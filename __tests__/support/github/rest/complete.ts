import * as z from 'zod'
import { document, type Operation, pointerTo } from './description.ts'

const schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
  oneOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
})
type Schema = z.infer<typeof schema>

/**
 * An answer with every field that GitHub promises: where the stand-in gives none, a neutral one of the right type stands.
 * So an operation says only what it knows, and a client that insists on GitHub's whole shape is served.
 */
export function completeAnswer(operation: Operation, status: number, value: unknown): unknown {
  return complete(resolve({ $ref: `${pointerTo(operation)}/responses/${status}` }), value)
}

function complete(shape: Schema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => complete(resolve(shape.items), item))
  if (typeof value !== 'object' || value === null) return value
  const given = Object.entries(value).filter(([, one]) => one !== undefined)
  const known = given.map(([key, one]) => [key, complete(resolve(shape.properties[key]), one)])
  const missing = shape.required
    .filter((key) => !given.some(([name]) => name === key))
    .map((key) => [key, neutral(resolve(shape.properties[key]))])
  return Object.fromEntries([...known, ...missing])
}

function neutral(shape: Schema): unknown {
  const types = [shape.type ?? 'object'].flat()
  if (types.includes('null')) return null
  if (shape.enum) return shape.enum[0]
  const values: Readonly<Record<string, unknown>> = {
    array: [],
    boolean: false,
    integer: 0,
    number: 0,
    string: neutralText(shape.format),
  }
  const [type = 'object'] = types
  return type in values ? values[type] : complete(shape, {})
}

function neutralText(format: string | undefined): string {
  if (format === 'date-time') return '2026-01-01T00:00:00Z'
  return format === 'uri' ? 'about:blank' : ''
}

/** Where there is a choice, the first stands for all. */
function resolve(given: unknown): Schema {
  const shape = schema.parse(given ?? {})
  const [choice] = shape.oneOf ?? shape.anyOf ?? shape.allOf ?? []
  if (choice !== undefined) return resolve(choice)
  return shape.$ref === undefined ? shape : resolve(lookUp(shape.$ref))
}

function lookUp(pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>((place, step) => {
    const parent = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).parse(place)
    return Array.isArray(parent) ? parent[Number(step)] : parent[step]
  }, document)
}
