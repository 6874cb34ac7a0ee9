import { createEscapeFinder } from './escapes.ts'
import { type CompactView, compactBase64, compactHex } from './views.ts'

/** How a known secret was written. */
export type Encoding = 'plain' | 'reversed' | 'json' | 'url' | 'html' | 'base64' | 'hex'

/** A known secret in a text, from `start` up to before `end`. */
export type KnownMatch = {
  readonly start: number
  readonly end: number
  readonly encoding: Encoding
}

/** A part of a longer base64 text that depends on the secret alone; characters that share bits with it stand `before` and `after`. */
type Base64Core = { readonly text: string; readonly before: number; readonly after: number }

/** Finds the values in a text, however they are encoded; see `Encoding`. */
export function createValueFinder(
  values: readonly string[],
): (text: string) => readonly KnownMatch[] {
  const wellFormed = [...new Set(values.map((value) => value.toWellFormed()))]
  const asWritten = new Set(wellFormed)
  const reversed = wellFormed.map((value) => [...value].reverse().join(''))
  const escapes = wellFormed.map(createEscapeFinder)
  const encoded = [...new Set(wellFormed.flatMap(formsOf))]
  const cores = encoded.flatMap(coresOf)
  const hex = encoded.map((form) => Buffer.from(form).toString('hex'))

  return (text) => [
    ...findAll(text, [...asWritten], 'plain'),
    ...findAll(text, reversed, 'reversed'),
    ...findEscaped(text, escapes, asWritten),
    ...compactBase64(text).flatMap((view) => findBase64(view, cores)),
    ...findHex(compactHex(text), hex),
  ]
}

/** What is encoded is often JSON or a query already. */
function formsOf(value: string): readonly string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]
}

function* positions(text: string, part: string): Generator<number> {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) yield at
}

function findAll(
  text: string,
  parts: readonly string[],
  encoding: Encoding,
): readonly KnownMatch[] {
  return parts.flatMap((part) =>
    Array.from(positions(text, part), (start) => ({ start, end: start + part.length, encoding })),
  )
}

function findEscaped(
  text: string,
  finders: readonly ReturnType<typeof createEscapeFinder>[],
  asWritten: ReadonlySet<string>,
): readonly KnownMatch[] {
  if (!/[%&\\+]/.test(text)) return []
  return finders.flatMap((find) =>
    [...find(text)].flatMap(([start, end]) => {
      const found = text.slice(start, end)
      return asWritten.has(found) ? [] : [{ start, end, encoding: escapeOf(found) }]
    }),
  )
}

function escapeOf(found: string): Encoding {
  if (/%[0-9a-f]{2}/i.test(found)) return 'url'
  return /&#?\w+;/.test(found) ? 'html' : 'json'
}

/** The three ways in which a value may lie in the groups of three bytes. */
function coresOf(value: string): readonly Base64Core[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].map((offset) => {
    const bits = { start: offset * 8, end: (offset + bytes.length) * 8 }
    const all = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return {
      text: all.slice(Math.ceil(bits.start / 6), Math.floor(bits.end / 6)),
      before: bits.start % 6 === 0 ? 0 : 1,
      after: bits.end % 6 === 0 ? 0 : 1,
    }
  })
}

function findBase64(view: CompactView, cores: readonly Base64Core[]): readonly KnownMatch[] {
  return cores.flatMap(({ text, before, after }) =>
    Array.from(positions(view.text, text), (at) => {
      const from = Math.max(0, at - before)
      const to = Math.min(view.text.length, at + text.length + after)
      return { ...view.locate(from, to), encoding: 'base64' }
    }),
  )
}

function findHex(view: CompactView, parts: readonly string[]): readonly KnownMatch[] {
  return parts.flatMap((part) =>
    Array.from(positions(view.text, part), (at) => ({
      ...view.locate(at, at + part.length),
      encoding: 'hex',
    })),
  )
}
