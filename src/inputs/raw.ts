import type * as z from 'zod'
import { splitList } from './values.ts'

/** Where inputs come from: the step's environment and the defaults of `action.yml` (an empty input is absent). */
export type InputSource = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly defaults: Readonly<Record<string, string>>
}

type Fields = Readonly<Record<string, z.ZodType>>
type Raw<F extends Fields> = Readonly<Record<keyof F & string, string | undefined>>

/** The inputs as text, by name. */
export function readRaw<F extends Fields>(fields: F, { env, defaults }: InputSource): Raw<F> {
  const value = (name: string) => nonEmpty(env[`INPUT_${name.toUpperCase()}`])
  const names = Object.keys(fields)
  return Object.fromEntries(
    names.map((name) => [name, value(name) ?? nonEmpty(defaults[name])]),
  ) as Raw<F>
}

/** The text, or undefined if there is nothing in it. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value
}

/** What is right of the fields; what is wrong is told to `note`, so that one field does not hide another. */
export function parseFields<F extends Fields>(
  fields: F,
  raw: Raw<F>,
  note: (problem: string) => void,
): Partial<{ [K in keyof F]: z.infer<F[K]> }> {
  const values = Object.entries(fields).flatMap(([name, field]) => {
    const parsed = field.safeParse(raw[name])
    for (const issue of parsed.error?.issues ?? []) note(sentence({ name, issue }, raw[name]))
    return parsed.success ? [[name, parsed.data]] : []
  })
  return Object.fromEntries(values)
}

const mayHoldSecret: readonly string[] = [
  'server-url',
  'server-password',
  'pass-env',
  'opencode-config',
  'permissions',
  'github-token',
]

type Wrong = { readonly name: string; readonly issue: z.core.$ZodIssue }

function sentence({ name, issue }: Wrong, value: string | undefined): string {
  if (value === undefined) return `${name}: is missing.`
  const [at, ...inner] = issue.path
  const isItem = typeof at === 'number' && inner.length === 0
  if (mayHoldSecret.includes(name)) {
    const place = isItem ? ` (item ${at + 1})` : ` at ${issue.path.join('.')}`
    return `${name}: ${issue.message}${issue.path.length > 0 ? place : ''}.`
  }
  const wrong = isItem ? (splitList(value)[at] ?? value) : value
  return `${name}: ${JSON.stringify(cut(wrong))} ${issue.message}.`
}

function cut(value: string): string {
  return value.length > 80 ? `${value.slice(0, 80)}…` : value
}
