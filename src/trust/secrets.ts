/** Takes known secret values out of text. */
export type Secrets = {
  /** Remembers a value, masks it in the log, and returns it. Short values are no secrets. */
  readonly add: (value: string) => string
  /** What the scan before publishing looks for; see `createLeakScan`. */
  readonly values: () => readonly string[]
  readonly redact: (text: string) => string
  /** Redacts every string in a plain value. */
  readonly clean: <T>(value: T) => T
}

const shortest = 6

/** An empty set of secrets; `mask` is told each value before anything can show it. */
export function createSecrets(mask: (value: string) => void): Secrets {
  const values = new Set<string>()
  let pattern: RegExp | undefined
  const redact = (text: string) => (pattern ? text.replace(pattern, '***') : text)
  return {
    values: () => [...values],
    redact,
    clean: (value) => cleanWith(redact, value),
    add(value) {
      for (const line of [value, ...value.split(/\r?\n/)]) {
        if (line.length < shortest || values.has(line)) continue
        mask(line)
        values.add(line)
      }
      pattern = patternOf(values)
      return value
    },
  }
}

function cleanWith<T>(redact: (text: string) => string, value: T): T
function cleanWith(redact: (text: string) => string, value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => cleanWith(redact, item))
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  const entries = Object.entries(value).map(([key, item]) => [key, cleanWith(redact, item)])
  return Object.fromEntries(entries)
}

function patternOf(values: ReadonlySet<string>): RegExp | undefined {
  if (values.size === 0) return undefined
  const written = [...values].flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
  const longestFirst = [...new Set(written)].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map((value) => RegExp.escape(value)).join('|'), 'g')
}
