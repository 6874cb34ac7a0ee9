import { invisibleIn } from '../text/invisible.ts'

/** A text as a reader sees it, and the way back to the whole. */
export type VisibleText = {
  readonly text: string
  /** Where in the whole text a part is that reaches up to before `end`. */
  readonly locate: (start: number, end: number) => { readonly start: number; readonly end: number }
}

/** The text without HTML comments and invisible characters; undefined where it is all visible. */
export function visibleText(whole: string): VisibleText | undefined {
  const hidden = [...commentsIn(whole), ...runsOf(invisibleIn(whole))]
  if (hidden.length === 0) return undefined
  const kept: string[] = []
  /** Of each cut its place in the visible text, and how much is hidden up to there. */
  const cuts: { readonly at: number; readonly hidden: number }[] = []
  let total = 0
  let seen = 0
  for (const { from, to } of hidden.sort((a, b) => a.from - b.from)) {
    if (to <= seen) continue
    kept.push(whole.slice(seen, from))
    const at = from - total
    total += to - from
    seen = to
    cuts.push({ at, hidden: total })
  }
  const original = (at: number) => at + (cuts[lastUpTo(cuts, at)]?.hidden ?? 0)
  return {
    text: kept.join('') + whole.slice(seen),
    locate: (start, end) => ({ start: original(start), end: original(end - 1) + 1 }),
  }
}

type Range = { readonly from: number; readonly to: number }

function* commentsIn(text: string): Generator<Range> {
  let from = text.indexOf('<!--')
  while (from >= 0) {
    const end = text.indexOf('-->', from + 4)
    if (end < 0) return
    yield { from, to: end + 3 }
    from = text.indexOf('<!--', end + 3)
  }
}

/** Ranges in a row as one. */
function* runsOf(ranges: Iterable<Range>): Generator<Range> {
  let run: Range | undefined
  for (const range of ranges) {
    if (run && run.to !== range.from) yield run
    run = run && run.to === range.from ? { from: run.from, to: range.to } : range
  }
  if (run) yield run
}

/** The index of the last cut that is no further; -1 when all are. */
function lastUpTo(cuts: readonly { readonly at: number }[], limit: number): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cuts[middle]?.at ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
