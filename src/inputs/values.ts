import * as z from 'zod'
import { unsupportedMajor } from '../install/platform.ts'
import { globProblem } from '../policy/globs.ts'

const units = { s: 1000, m: 60_000, h: 3_600_000 } as const
const longestMs = 5 * 24 * units.h

/** A duration (`90s`, `15m`, `1h`, bare seconds) as milliseconds: more than zero, at most five days. */
export const duration = z.string().transform((text, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*([smh])?$/.exec(text.trim())
  const ms = match
    ? Math.round(Number(match[1]) * units[(match[2] ?? 's') as keyof typeof units])
    : 0
  if (ms > 0 && ms <= longestMs) return ms
  const message =
    'is no duration: write 90s, 15m, 1h or a number of seconds, more than zero and at most 120h'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

/** A whole number of at least `least` and at most `most`. */
export function count({ least, most }: { least: number; most: number }) {
  return z.string().transform((text, context) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    context.addIssue({
      code: 'custom',
      message: `is no whole number from ${least} to ${most}`,
    })
    return z.NEVER
  })
}

const sizes = { '': 1, B: 1, KB: 1e3, MB: 1e6, KIB: 1024, MIB: 1024 ** 2 } as const

/** A size (`500KB`, `1MiB`, bare bytes) in bytes, more than zero. */
export const size = z.string().transform((text, context) => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KM]?i?B)?$/i.exec(text.trim()) ?? []
  const bytes = Math.round(Number(number) * sizes[unit.toUpperCase() as keyof typeof sizes])
  if (number !== '' && bytes > 0) return bytes
  context.addIssue({
    code: 'custom',
    message: 'is no size: write 1MiB, 500KB or a number of bytes',
  })
  return z.NEVER
})

/** `true` or `false`. */
export const yesOrNo = z
  .enum(['true', 'false'], { error: 'is neither: set true or false' })
  .transform((text) => text === 'true')

/** A login on GitHub; one of an app ends in `[bot]`. */
export const login = z
  .string()
  .regex(/^\w[\w-]*(\[bot\])?$/, {
    error: 'is no login: name each bot exactly, as in renovate[bot]; patterns are not known',
  })
  .refine((text) => !/^(dependabot|github-actions)$/i.test(text), {
    error: "is no bot's login: write it with its suffix, as in dependabot[bot]",
  })

/** A glob that names paths of the repository. */
export const glob = z.string().superRefine((text, context) => {
  const message = globProblem(text)
  if (message) context.addIssue({ code: 'custom', message })
})

/** A sum of US dollars, more than zero: `2`, `0.50`, `$0.50`. */
export const amount = z.string().transform((text, context) => {
  const value = /^\$?\d+(\.\d+)?$/.test(text.trim()) ? Number(text.trim().replace('$', '')) : 0
  if (value > 0) return value
  context.addIssue({ code: 'custom', message: 'is no sum of US dollars: write 2 or 0.50' })
  return z.NEVER
})

/** A list separated by commas or line breaks; blanks around and empty items are dropped, doubles once. */
export function list<T>(item: z.ZodType<T, string>) {
  return z
    .string()
    .optional()
    .transform((text) => splitList(text ?? ''))
    .pipe(z.array(item))
}

/** The items of a list as text. */
export function splitList(text: string): string[] {
  const parts = text.split(/[,\r\n]/).map((part) => part.trim())
  return [...new Set(parts)].filter((part) => part !== '')
}

/** One of several words; `remedy` names them in a natural order. */
export function choice<const T extends readonly string[]>(words: T, remedy: string) {
  return z.enum(words, { error: `is unknown: set ${remedy}` })
}

/** JSON text that holds `schema`. */
export function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)
}

/** `provider/model` as opencode's pair; the model's part may hold slashes. */
export const modelName = z
  .string()
  .regex(/^[^/\s]+\/\S+$/, 'is not of the form provider/model')
  .transform((text) => {
    const slash = text.indexOf('/')
    return { providerID: text.slice(0, slash), modelID: text.slice(slash + 1) }
  })

/** Name of an environment variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'names no environment variable: give names, without values')

/** An exact version of opencode 1.x. */
export const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+$/, {
    error: 'is no exact version: write three numbers, like 1.18.33',
    abort: true,
  })
  .superRefine((text, context) => {
    const message = 'has another API than opencode 1: choose a version 1.x'
    if (unsupportedMajor(text)) context.addIssue({ code: 'custom', message })
  })

/** An http(s) URL without user name, password, query or fragment; no slash at its end. */
export const serverUrl = z.string().transform((text, context) => {
  const url = URL.parse(text)
  const http = url !== null && /^https?:$/.test(url.protocol)
  if (http && url.username + url.password + url.search + url.hash === '')
    return url.href.replace(/\/+$/, '')
  const message =
    'is no URL of a server: write http://host:port, and the password as server-password'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})
