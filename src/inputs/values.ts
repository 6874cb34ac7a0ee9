import * as z from 'zod'
import { parseModel } from '../opencode/model.ts'
import { supportedVersions, unsupportedVersion } from '../opencode/version.ts'
import { globProblem } from '../policy/globs.ts'
import { either, parseJson } from '../text/text.ts'

/** The value that `read` finds in a text; `message` completes `"TEXT" …` if it finds none. */
function readBy<T>(read: (text: string) => T | undefined, message: string) {
  return z.string().transform((text, context): T => {
    const value = read(text.trim())
    if (value !== undefined) return value
    context.addIssue(message)
    return z.NEVER
  })
}

/** A number with a unit, the first one if it has none, in the smallest unit: more than zero and at most `most`. */
function quantity(units: Readonly<Record<string, number>>, most: number, message: string) {
  const names = Object.keys(units)
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*(${names.join('|')})?$`)
  return readBy((text) => {
    const [, number, unit = names[0] ?? ''] = pattern.exec(text) ?? []
    const value = Math.round(Number(number) * (units[unit] ?? 0))
    return value > 0 && value <= most ? value : undefined
  }, message)
}

/** A duration (`90s`, `15m`, `1h`, bare seconds) in milliseconds, at most five days. */
export const duration = quantity(
  { s: 1000, m: 60_000, h: 3_600_000 },
  5 * 24 * 3_600_000,
  'is not a valid duration: write 90s, 15m, 1h or a number of seconds, more than zero and at most 120h',
)

/** A size (`500KB`, `1MiB`, bare bytes) in bytes. */
export const size = quantity(
  { B: 1, KB: 1e3, kB: 1e3, MB: 1e6, KiB: 1024, MiB: 1024 ** 2 },
  Number.MAX_SAFE_INTEGER,
  'is not a valid size: write 1MiB, 500KB or a number of bytes',
)

/** A whole number of at least `least` and at most `most`. */
export function count({ least, most }: { least: number; most: number }) {
  return readBy((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return value >= least && value <= most ? value : undefined
  }, `is not a whole number from ${least} to ${most}`)
}

/** An amount of US dollars, more than zero: `2`, `0.50`, `$0.50`. */
export const amount = readBy((text) => {
  const value = /^\$?\d+(\.\d+)?$/.test(text) ? Number(text.replace('$', '')) : 0
  return value > 0 ? value : undefined
}, 'is not a valid amount of US dollars: write 2 or 0.50')

/** `provider/model` as opencode's pair; the model's part may contain slashes. */
export const modelName = readBy(
  (text) => (/^[^/\s]+\/\S+$/.test(text) ? parseModel(text) : undefined),
  'is not of the form provider/model',
)

/** An http(s) URL without user name, password, query, fragment and trailing slash. */
export const serverUrl = readBy((text) => {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  const hasMore = url.username + url.password + url.search + url.hash !== ''
  return hasMore ? undefined : url.href.replace(/\/+$/, '')
}, 'is not a valid server URL: write http://host:port, and set the password as server-password')

/** `true` or `false`. */
export const yesOrNo = choice(['true', 'false']).transform((text) => text === 'true')

/** One of several words. */
export function choice<const T extends readonly string[]>(words: T) {
  return z.enum(words, { error: `is not a valid value: set ${either(words)}` })
}

/** A GitHub login; an app's ends in `[bot]`. */
export const login = z
  .string()
  .regex(/^\w[\w-]*(\[bot\])?$/, {
    error:
      'is not a valid login: name each bot exactly, as in renovate[bot]; patterns are not supported',
  })
  .refine((text) => !/^(dependabot|github-actions)$/i.test(text), {
    error: 'is not the login of a bot: add the suffix, as in dependabot[bot]',
  })

/** Name of an environment variable. */
export const variableName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'is not the name of an environment variable: give names, without values',
  )

/** An exact version of opencode 1.x. */
export const version = z.string().superRefine((text, context) => {
  if (!/^\d+\.\d+\.\d+$/.test(text))
    context.addIssue('is not an exact version: write three numbers, like 1.18.33')
  else if (unsupportedVersion(text)) context.addIssue(`is not supported: ${supportedVersions}`)
})

/** A branch name, mostly as `git check-ref-format` defines it. */
export const branchName = z
  .string()
  .regex(/^(?![/.-])(?!.*(\.\.|\/\/|@\{|\.lock(\/|$)))[^\s~^:?*[\\\p{Cc}]+(?<![/.])$/u, {
    error: 'is not a valid branch name',
  })
  .refine((name) => !name.startsWith('refs/'), {
    error: 'is not a valid branch name: write it without refs/heads/',
  })

/** A glob that names paths of the repository. */
export const glob = z.string().superRefine((text, context) => {
  const message = globProblem(text)
  if (message) context.addIssue(message)
})

/** A list with commas or line breaks, as YAML (`- a`) or as JSON, without duplicates. */
export function list<T>(item: z.ZodType<T, string>) {
  return z
    .string()
    .optional()
    .transform((text) => splitList(text ?? ''))
    .pipe(z.array(item))
    .readonly()
}

const jsonList = z.array(z.string())

/** The items of a list as text. */
export function splitList(text: string): string[] {
  const json = jsonList.safeParse(parseJson(text)).data
  const parts = json ?? text.split(/[\r\n]+/).flatMap(partsOfLine)
  return [...new Set(parts.map((part) => part.trim()))].filter((part) => part !== '')
}

function partsOfLine(line: string): string[] {
  const parts = line.replace(/^\s*-\s+(?=\S)/, '').split(',')
  return parts.map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
}

/** JSON text of this schema. */
export function json<T extends z.ZodType>(schema: T) {
  return readBy<unknown>(parseJson, 'is not valid JSON').pipe(schema)
}
