import { cutCode } from './code.ts'
import { type Cut, readCuts } from './cuts.ts'
import { applyEdits } from './edits.ts'
import { CraftedMarkdownError, unlessCrafted } from './limits.ts'
import { type Node, readBlocks } from './parse.ts'

/** How a text is cut. Lengths in UTF-16 units, as GitHub's limits are kept. */
export type PageLimits = {
  readonly limit: number
  readonly pages?: number
  /** The sentence that ends a text that does not fit: it says where the whole is. */
  readonly rest: string
}

/**
 * The text as at most five pages that each fit. It is cut between blocks where it can be in the second half of a page, else
 * inside of code or a table, which is closed, and opened again on the next page. A text with a longer block is shown as code.
 */
export function cutPages(markdown: string, limits: PageLimits): readonly string[] {
  const { limit, pages = 5 } = limits
  if (markdown.length <= limit) return [markdown]
  // One character more than can fit shows on the last page that the text is cut.
  const readable = markdown
    .slice(0, limit * pages + 1)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
  const cut = unlessCrafted(() => cutMarkdown(readable, limits))
  return cut?.every(({ length }) => length <= limit) ? cut : cutCode(readable, { ...limits, pages })
}

function cutMarkdown(source: string, { limit, pages = 5, rest }: PageLimits): readonly string[] {
  const blocks = [...readBlocks(source)]
  const definitions = readDefinitions(source, blocks, limit / 8)
  const footnotes = readFootnotes(blocks)
  const end = { end: source.length, at: source.length, open: '', close: '', cost: -1 }
  const cuts = [...readCuts(source, blocks), end]
  // A footnote's mark has four characters at least.
  const spare = Math.min(footnotes.length, Math.ceil(limit / 5))
  const room = limit - lengthOf(definitions) - spare
  const texts: string[] = []
  let start: Pick<Cut, 'at' | 'open'> = { at: 0, open: '' }
  while (start.at < source.length && texts.length < pages) {
    const whole = chooseCut(cuts, start, room)
    const isLast = texts.length === pages - 1 && whole !== end
    const cut: Cut = isLast ? chooseCut(cuts, start, room - rest.length - 2) : whole
    const text = start.open + write(source, { footnotes, from: start.at, to: cut.end }) + cut.close
    texts.push(text + used(definitions, text) + (isLast ? `\n\n${rest}` : ''))
    start = cut
  }
  return texts
}

/** The cheapest cut of the second half of the page, of these the last; else the last of all. */
function chooseCut(
  cuts: readonly Cut[],
  { at, open }: Pick<Cut, 'at' | 'open'>,
  room: number,
): Cut {
  const limit = at + room - open.length
  const fits = cuts.filter((cut) => cut.at > at && cut.end + cut.close.length <= limit)
  const late = fits.filter(({ end }) => end >= (at + limit) / 2)
  const least = late.reduce((cost, cut) => Math.min(cost, cut.cost), Number.POSITIVE_INFINITY)
  const chosen = late.findLast(({ cost }) => cost === least) ?? fits.at(-1)
  if (chosen === undefined) throw new CraftedMarkdownError('There is no place for a cut.')
  return chosen
}

/** GitHub hides a footnote without its mark; here both become text, since the other may be on another page. */
function write(
  source: string,
  { footnotes, from, to }: { footnotes: readonly number[]; from: number; to: number },
): string {
  const marks = footnotes.filter((at) => at >= from && at < to).map((at) => at - from)
  return applyEdits(
    source.slice(from, to),
    marks.map((at) => ({ from: at, to: at, text: '\\' })),
  )
}

function readFootnotes(blocks: readonly Node[]): readonly number[] {
  return blocks.flatMap(({ type, from, children }) =>
    type.startsWith('gfmFootnote') ? [from, ...readFootnotes(children)] : readFootnotes(children),
  )
}

type Definition = { readonly text: string; readonly label: string }

/** The targets of reference links, which every page needs; none if they are too long for that. */
function readDefinitions(
  source: string,
  blocks: readonly Node[],
  longest: number,
): readonly Definition[] {
  const definitions = blocks
    .filter(({ type }) => type === 'definition')
    .map(({ from, to }) => source.slice(from, to))
    .map((text) => ({ text, label: (/^\[[^\]]+\]/.exec(text)?.[0] ?? text).toLowerCase() }))
  return lengthOf(definitions) <= longest ? definitions : []
}

function lengthOf(definitions: readonly Definition[]): number {
  return definitions.reduce((sum, { text }) => sum + text.length + 2, 0)
}

function used(definitions: readonly Definition[], page: string): string {
  if (definitions.length === 0) return ''
  const lower = page.toLowerCase()
  return definitions
    .filter(({ text, label }) => lower.includes(label) && !page.includes(text))
    .map(({ text }) => `\n\n${text}`)
    .join('')
}
