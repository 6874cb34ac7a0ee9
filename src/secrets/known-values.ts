import { type Form, formsOf } from './forms.ts'

/** Something secret in a text, from `start` up to before `end`, and what it is, without its value. */
export type Place = { readonly start: number; readonly end: number; readonly finding: string }

/** Units whose hash says whether a form may begin there. */
const width = 4

/** Finds known values in every form, in one pass over a text, however many they are. */
export function createValueFinder(values: readonly string[]): (text: string) => readonly Place[] {
  const forms = values.flatMap(formsOf).sort((a, b) => b.text.length - a.text.length)
  const byStart = Map.groupBy(forms, ({ text }) => hashOf(text))
  const begins = new Uint8Array(0x10000)
  for (const hash of byStart.keys()) begins[hash] = 1

  return (text) => {
    const places: Place[] = []
    let hash = 0
    for (let at = 0; at < text.length; at++) {
      hash = next(hash, text.charCodeAt(at))
      const start = at - width + 1
      if (begins[hash] === 0 || start < 0) continue
      const found = byStart.get(hash)?.find((form) => text.startsWith(form.text, start))
      if (found) places.push(placeOf(found, start))
    }
    return places
  }
}

function placeOf({ text, encoding }: Form, start: number): Place {
  return { start, end: start + text.length, finding: `known value, ${encoding}` }
}

/** Of the last `width` units: those before are shifted out. */
function next(hash: number, unit: number): number {
  return ((hash << 4) ^ unit) & 0xffff
}

function hashOf(text: string): number {
  let hash = 0
  for (let at = 0; at < width; at++) hash = next(hash, text.charCodeAt(at))
  return hash
}

/** The text with `***` in place of what is secret; one that begins inside the one before continues its replacement. */
export function replacePlaces(text: string, places: readonly Place[]): string {
  if (places.length === 0) return text
  const kept: string[] = []
  let at = 0
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= at) continue
    if (start >= at) kept.push(text.slice(at, start), '***')
    at = end
  }
  return kept.join('') + text.slice(at)
}
