import { shortest } from './forms.ts'
import { createValueFinder, replacePlaces } from './known-values.ts'
import { mapStrings } from './strings.ts'
import { findWebTokens } from './web-tokens.ts'

/** Known secret values, and a quick way to take them out of lines as they come. */
export type Secrets = {
  /** Remembers a value, masks it in the log, and returns it. Short values are no secrets. */
  readonly add: (value: string) => string
  /** What the redactor looks for. */
  readonly values: () => readonly string[]
  readonly redact: (text: string) => string
  /** Redacts every string in a plain value. */
  readonly clean: <T>(value: T) => T
}

/** An empty set of secrets; `mask` is told each value before anything can show it. */
export function createSecrets(mask: (value: string) => void): Secrets {
  const values = new Set<string>()
  let find = createValueFinder([])
  const redact = (text: string) => replacePlaces(text, [...find(text), ...findWebTokens(text)])
  return {
    values: () => [...values],
    redact,
    clean: (value) => mapStrings(value, redact),
    add(value) {
      for (const line of [value, ...value.split(/\r?\n/)]) {
        if (line.length < shortest || values.has(line)) continue
        mask(line)
        values.add(line)
      }
      find = createValueFinder([...values])
      return value
    },
  }
}
