/** A text without what separates its parts, and the way back. */
export type CompactView = {
  readonly text: string
  /** Where in the whole text a part is that reaches up to before `end`. */
  readonly locate: (start: number, end: number) => { readonly start: number; readonly end: number }
}

const LINE_BREAKS = /(?:\s|\\{1,4}[nr])+/g
const PATCH_LINE_BREAKS = /[\r\n]+[-+> ]?\s*/g
const HEX_SEPARATORS = /(?:[\s:,-]|\\{1,4}[nrx]|0x)+/gi

/** Base64 in one piece and in the standard alphabet, as it is and as the lines of a patch. */
export function compactBase64(text: string): readonly CompactView[] {
  const breaks = /[\r\n][-+>]/.test(text) ? [LINE_BREAKS, PATCH_LINE_BREAKS] : [LINE_BREAKS]
  return breaks.map((separators) => {
    const view = compact(text, separators)
    return { ...view, text: view.text.replaceAll('-', '+').replaceAll('_', '/') }
  })
}

/** Hexadecimal digits in one piece and in lower case. */
export function compactHex(text: string): CompactView {
  // The only character whose lower case is longer.
  return compact(text.replaceAll('\u0130', 'I').toLowerCase(), HEX_SEPARATORS)
}

function compact(text: string, separators: RegExp): CompactView {
  /** Of each cut its place in the short text, and how much was taken out up to there. */
  const places: number[] = []
  const removed: number[] = []
  let total = 0
  const short = text.replace(separators, (cut: string, at: number) => {
    places.push(at - total)
    total += cut.length
    removed.push(total)
    return ''
  })
  const original = (at: number) => at + (removed[lastUpTo(places, at)] ?? 0)
  return {
    text: short,
    locate: (start, end) => ({ start: original(start), end: original(end - 1) + 1 }),
  }
}

/** The index of the last of ascending numbers that is no greater; -1 when all are. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
