import * as z from 'zod'
import { UserError } from '../errors.ts'
import type { Env } from '../programs/environment.ts'
import { type InputSource, readRaw } from './source.ts'
import { splitList } from './values.ts'

/** Reports a sentence that says what is wrong and how to fix it. */
export type Note = (problem: string) => void

/** The step that the inputs belong to. */
export type Step = { readonly env: Env; readonly note: Note }

/** A check of several inputs together; it runs unless an input that it `needs` is wrong by itself. */
export type CrossCheck<V> = {
  readonly needs: readonly (keyof V & string)[]
  readonly check: (values: V, step: Step) => void
}

/** Parses and checks all inputs. Throws one `UserError` (`config-invalid`) that names every problem. */
export function parseInputs<F extends z.ZodRawShape>(
  fields: F,
  checks: readonly CrossCheck<z.infer<z.ZodObject<F>>>[],
  { env, defaults }: Required<InputSource>,
): z.infer<z.ZodObject<F>> {
  const raw = Object.fromEntries(
    Object.keys(fields).map((name) => [name, readRaw(name, { env, defaults })]),
  )
  const schema = checks.reduce(
    (checked, { needs, check }) =>
      checked.superRefine((values, { addIssue }) => check(values, { env, note: addIssue }), {
        when: ({ issues }) => !issues.some(({ path }) => needs.some((name) => name === path?.[0])),
      }),
    z.object(fields),
  )
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => problemOf(issue, raw))
  throw new UserError('config-invalid', problems)
}

const mayHoldSecret: readonly unknown[] = [
  ...['server-url', 'server-password', 'pass-env', 'opencode-config', 'permissions'],
  'github-token',
]

/** An issue as a sentence. The issue of a cross check is one already. */
function problemOf(
  { path: [name, ...places], message }: z.core.$ZodIssue,
  raw: Readonly<Record<string, string | undefined>>,
): string {
  if (typeof name !== 'string') return message
  const value = raw[name]
  if (value === undefined) return `${name}: is missing.`
  const [item] = places.length === 1 ? places.filter((place) => typeof place === 'number') : []
  if (mayHoldSecret.includes(name)) {
    const at = item === undefined ? ` at ${places.join('.')}` : ` (item ${item + 1})`
    return `${name}: ${message}${places.length > 0 ? at : ''}.`
  }
  return `${name}: ${shorten(splitList(value)[item ?? -1] ?? value)} ${message}.`
}

function shorten(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
}
