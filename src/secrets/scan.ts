import { formsOf } from './forms.ts'
import { createValueFinder, type Place, replacePlaces } from './known-values.ts'
import { findTokenShapes } from './token-shapes.ts'
import { visibleText } from './visible.ts'

/** What was found, never its value: the rule that knows a token's shape, or how a known value is written. */
export type Finding = string

/** Finds secrets in text: known values in their forms, and tokens of well-known shapes. */
export type Scan = {
  /** Puts `***` in place of the secrets in texts: many at the price of one. */
  readonly redact: (texts: readonly string[]) => {
    readonly texts: readonly string[]
    readonly found: readonly Finding[]
  }
  /** The same for a text that comes in pieces; `write` gets it in pieces, too. */
  readonly sweep: (pieces: Iterable<string>, write: (clean: string) => void) => readonly Finding[]
}

/** Stands between texts that are looked at together: no token goes on after it. */
const separator = '\n\n'

/** So much of a long text is held at once. */
const heldLength = 1024 * 1024

/** A scan for these values. Those of less than six characters are no secrets. */
export function createScan(values: readonly string[]): Scan {
  const findValues = createValueFinder(values)
  const longestForm = Math.max(0, ...values.flatMap(formsOf).map(({ text }) => text.length))
  const overlap = Math.max(longestForm, 32 * 1024)
  const locate = (text: string) => [...findValues(text), ...findTokenShapes(text)]
  const locateAll = (texts: readonly string[]): readonly (readonly Place[])[] => {
    const places = locateIn(texts, locate)
    const hidden = texts.flatMap((text, index) => {
      const visible = visibleText(text)
      return visible ? [{ ...visible, index }] : []
    })
    const ofVisible = locateIn(
      hidden.map(({ text }) => text),
      locate,
    )
    for (const [at, { index, locate: original }] of hidden.entries())
      for (const { start, end, finding } of ofVisible[at] ?? [])
        places[index]?.push({ ...original(start, end), finding })
    return places
  }
  return {
    redact(texts) {
      const places = locateAll(texts)
      const clean = texts.map((text, at) => replacePlaces(text, places[at] ?? []))
      return { texts: clean, found: distinct(places.flat()) }
    },
    sweep(pieces, write) {
      const found = new Set<Finding>()
      let held = ''
      const pass = (isLast: boolean) => {
        const [places = []] = locateAll([held])
        const cut = isLast ? held.length : cutBehind(places, held.length - overlap)
        const done = places.filter(({ start }) => start < cut)
        for (const { finding } of done) found.add(finding)
        write(replacePlaces(held.slice(0, cut), done))
        held = held.slice(cut)
      }
      for (const piece of pieces) {
        held += piece
        if (held.length > heldLength + overlap) pass(false)
      }
      pass(true)
      return [...found]
    },
  }
}

function distinct(places: readonly Place[]): readonly Finding[] {
  return [...new Set(places.map(({ finding }) => finding))]
}

/** Where nothing that begins before `least` goes on. */
function cutBehind(places: readonly Place[], least: number): number {
  let cut = least
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start))
    if (start < cut) cut = Math.max(cut, end)
  return cut
}

/** The places in each of several texts, found in all of them at once. */
function locateIn(
  texts: readonly string[],
  locate: (text: string) => readonly Place[],
): readonly Place[][] {
  const places: Place[][] = texts.map(() => [])
  let end = -separator.length
  const ranges = texts.map(({ length }) => {
    const start = end + separator.length
    end = start + length
    return { start, end }
  })
  const sorted = locate(texts.join(separator)).toSorted((a, b) => a.start - b.start)
  let first = 0
  for (const place of sorted) {
    while ((ranges[first]?.end ?? Number.POSITIVE_INFINITY) <= place.start) first++
    // A private key may stand line by line in a list.
    for (let at = first; (ranges[at]?.start ?? place.end) < place.end; at++) {
      const range = ranges[at] ?? place
      const start = Math.max(place.start, range.start) - range.start
      places[at]?.push({ start, end: place.end - range.start, finding: place.finding })
    }
  }
  return places
}
