/** Takes known secret values out of text. */
export type Secrets = {
  /** Remembers a value, masks it in the log, and returns it. Short values are no secrets. */
  readonly add: (value: string) => string
  readonly redact: (text: string) => string
}

const shortest = 6

/** An empty set of secrets; `mask` is told each value before anything can show it. */
export function createSecrets(mask: (value: string) => void): Secrets {
  const values = new Set<string>()
  let pattern: RegExp | undefined
  return {
    add(value) {
      for (const line of [value, ...value.split(/\r?\n/)]) {
        if (line.length < shortest || values.has(line)) continue
        mask(line)
        values.add(line)
        values.add(JSON.stringify(line).slice(1, -1))
      }
      pattern = patternOf(values)
      return value
    },
    redact: (text) => (pattern ? text.replace(pattern, '***') : text),
  }
}

function patternOf(values: ReadonlySet<string>): RegExp | undefined {
  if (values.size === 0) return undefined
  const longestFirst = [...values].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map((value) => RegExp.escape(value)).join('|'), 'g')
}
