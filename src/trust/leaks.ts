import { createValueFinder, type Encoding } from './known-values.ts'
import { findTokenShapes } from './token-shapes.ts'

/** What was found, never its value: a known secret, or a token by the rule that knows its shape. */
export type Finding =
  | { readonly kind: 'known-secret'; readonly encoding: Encoding }
  | { readonly kind: 'token'; readonly rule: string }

/** The gate before anything is published. */
export type LeakScan = {
  /** Puts `***` in the place of each secret; a text without any stays as it is. */
  readonly redact: (
    text: string,
  ) => Promise<{ readonly text: string; readonly found: readonly Finding[] }>
  /** What a text, or a file's content, gives away. */
  readonly find: (content: Uint8Array | string) => Promise<readonly Finding[]>
}

type Place = { readonly start: number; readonly end: number; readonly finding: Finding }

const SHORTEST = 6

/** A scan for these secrets, however they are encoded, and for tokens of well-known shapes. Values of less than six characters are no secrets. */
export function createLeakScan(secrets: readonly string[]): LeakScan {
  const findValues = createValueFinder(secrets.filter(({ length }) => length >= SHORTEST))
  const locate = async (text: string): Promise<readonly Place[]> => {
    const known = findValues(text).map(({ start, end, encoding }) => {
      return { start, end, finding: { kind: 'known-secret', encoding } as const }
    })
    const shapes = await findTokenShapes(text)
    return [
      ...known,
      ...shapes.map(({ start, end, rule }) => {
        return { start, end, finding: { kind: 'token', rule } as const }
      }),
    ]
  }
  return {
    async redact(text) {
      const places = await locate(text)
      return { text: replace(text, places), found: distinct(places) }
    },
    async find(content) {
      const places: Place[] = []
      for (const text of textsOf(content)) places.push(...(await locate(text)))
      return distinct(places)
    },
  }
}

/** In UTF-16 a NUL stands beside each ASCII character. */
function textsOf(content: Uint8Array | string): readonly string[] {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString()
  return text.includes('\0') ? [text, text.replaceAll('\0', '')] : [text]
}

function replace(text: string, places: readonly Place[]): string {
  const kept: string[] = []
  let at = 0
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= at) continue
    // One that begins inside the one before continues its replacement.
    if (start >= at) kept.push(text.slice(at, start), '***')
    at = end
  }
  return kept.join('') + text.slice(at)
}

function distinct(places: readonly Place[]): readonly Finding[] {
  const byName = places.map(({ finding }) => [JSON.stringify(finding), finding] as const)
  return [...new Map(byName).values()]
}
