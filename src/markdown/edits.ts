/** A stretch of a text, by offsets. */
export type Range = { readonly from: number; readonly to: number }

/** A change of a text: what stands between two offsets is replaced. */
export type Edit = Range & { readonly text: string }

/** The text with the edits made; of edits that overlap, the first. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let done = 0
  for (const { from, to, text } of edits.toSorted((one, other) => one.from - other.from)) {
    if (from < done) continue
    parts.push(source.slice(done, from), text)
    done = to
  }
  return parts.join('') + source.slice(done)
}

/** Tells of places whether they begin outside of all these ranges, none of which overlap. */
export function outside(ranges: readonly Range[]): (place: Range) => boolean {
  const sorted = ranges.toSorted((one, other) => one.from - other.from)
  return ({ from }) => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle]?.from ?? 0) <= from) low = middle + 1
      else high = middle
    }
    return (sorted[low - 1]?.to ?? 0) <= from
  }
}
