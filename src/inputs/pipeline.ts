import * as z from 'zod'
import { UserError } from '../errors.ts'
import type { Env } from '../programs/environment.ts'
import type { RawInputs } from './source.ts'
import { splitList } from './values.ts'

/** Takes a sentence that says what is wrong and how to fix it. */
export type Note = (problem: string) => void

/** The step that the inputs belong to. */
export type Step = { readonly env: Env; readonly note: Note }

/** A check of several inputs together; it runs unless an input that it `needs` is wrong by itself. */
export type CrossCheck<V> = {
  readonly needs: readonly (keyof V & string)[]
  readonly check: (values: V, step: Step) => void
}

/** The inputs of these fields, with the checks that cross them. */
export function inputSchema<F extends z.ZodRawShape>(
  fields: F,
  checks: readonly CrossCheck<z.infer<z.ZodObject<F>>>[],
  env: Env,
): z.ZodObject<F> {
  return checks.reduce(
    (schema, { needs, check }) =>
      schema.superRefine((values, { addIssue }) => check(values, { env, note: addIssue }), {
        when: ({ issues }) => !issues.some(({ path }) => needs.some((name) => name === path?.[0])),
      }),
    z.object(fields),
  )
}

/** Parses all inputs at once. Throws one `UserError` (`config-invalid`) that names everything that is wrong. */
export function parseInputs<T>(schema: z.ZodType<T>, raw: RawInputs): T {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => problemOf(issue, raw))
  throw new UserError('config-invalid', problems)
}

const mayHoldSecret: readonly unknown[] = [
  'server-url',
  'server-password',
  'pass-env',
  'opencode-config',
  'permissions',
  'github-token',
]

/** An issue as a sentence; those of a check across inputs are sentences already. */
function problemOf({ path: [name, ...places], message }: z.core.$ZodIssue, raw: RawInputs): string {
  if (typeof name !== 'string') return message
  const value = raw[name]
  if (value === undefined) return `${name}: is missing.`
  const [at, ...inner] = places
  const isItem = typeof at === 'number' && inner.length === 0
  if (mayHoldSecret.includes(name)) {
    const place = isItem ? ` (item ${at + 1})` : ` at ${places.join('.')}`
    return `${name}: ${message}${places.length > 0 ? place : ''}.`
  }
  const wrong = isItem ? (splitList(value)[at] ?? value) : value
  return `${name}: ${JSON.stringify(cut(wrong))} ${message}.`
}

function cut(value: string): string {
  return value.length > 80 ? `${value.slice(0, 80)}…` : value
}
