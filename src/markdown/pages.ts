import { cutCode } from './code-pages.ts'
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
 * The text as at most five pages that each fit. Between blocks where there is such a place in the second half of a page,
 * else inside of one: what is open there is closed, and opened again on the next page. A text for which this can't be
 * done is shown as code.
 */
export function cutPages(markdown: string, limits: PageLimits): readonly string[] {
  const { limit, pages = 5 } = limits
  if (markdown.length <= limit) return [markdown]
  // What can't fit is not read; that it is cut is seen on the last page.
  const readable = markdown
    .slice(0, limit * pages + 1)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
  const cut = unlessCrafted(() => cutMarkdown(readable, limits))
  return cut?.every(({ length }) => length <= limit) ? cut : cutCode(readable, { ...limits, pages })
}

function cutMarkdown(markdown: string, { limit, pages = 5, rest }: PageLimits): readonly string[] {
  const { source, blocks, definitions } = prepare(markdown, limit / 8)
  const cuts = [...readCuts(source, blocks)]
  const room = limit - lengthOf(definitions)
  const cut: string[] = []
  let start: Start | undefined = { at: 0, open: '' }
  while (start && cut.length < pages) {
    const whole: Page = takePage(source, cuts, { ...start, room })
    const isLast = cut.length === pages - 1 && whole.next !== undefined
    const short = { ...start, room: room - rest.length - 2 }
    const page: Page = isLast ? takePage(source, cuts, short) : whole
    cut.push(page.text + used(definitions, page.text) + (isLast ? `\n\n${rest}` : ''))
    start = page.next
  }
  return cut
}

type Start = Pick<Cut, 'at' | 'open'>
type Page = { readonly text: string; readonly next: Start | undefined }

function takePage(
  source: string,
  cuts: readonly Cut[],
  { at, open, room }: Start & { readonly room: number },
): Page {
  const limit = at + room - open.length
  if (source.length <= limit) return { text: open + source.slice(at), next: undefined }
  const cut = chooseCut(cuts, { at, limit })
  return { text: open + source.slice(at, cut.end) + cut.close, next: cut }
}

/** The cheapest cut of the second half, of these the last; else the last of all. */
function chooseCut(cuts: readonly Cut[], { at, limit }: { at: number; limit: number }): Cut {
  const fits = cuts.filter((cut) => cut.at > at && cut.end + cut.close.length <= limit)
  const late = fits.filter(({ end }) => end >= at + (limit - at) / 2)
  const least = late.reduce((cost, cut) => Math.min(cost, cut.cost), Number.POSITIVE_INFINITY)
  const chosen = late.findLast(({ cost }) => cost === least) ?? fits.at(-1)
  if (chosen === undefined) throw new CraftedMarkdownError('There is no place for a cut.')
  return chosen
}

type Definition = { readonly text: string; readonly label: string }
type Prepared = {
  readonly source: string
  readonly blocks: readonly Node[]
  readonly definitions: readonly Definition[]
}

/**
 * The targets of reference links, which every page needs; none, if they are too long for that. A footnote without its
 * mark, or a mark without its footnote, is not shown: both become text.
 */
function prepare(markdown: string, longest: number): Prepared {
  const first = [...readBlocks(markdown)]
  const footnotes = first.flatMap(withDescendants).filter(({ type }) => /^gfmFootnote/.test(type))
  const marks = footnotes.map(({ from }) => ({ from, to: from, text: '\\' }))
  const source = applyEdits(markdown, marks)
  const blocks = marks.length > 0 ? [...readBlocks(source)] : first
  const definitions = blocks
    .filter(({ type }) => type === 'definition')
    .map(({ from, to }) => source.slice(from, to))
    .map((text) => ({ text, label: (/^\[[^\]]+\]/.exec(text)?.[0] ?? text).toLowerCase() }))
  const fits = lengthOf(definitions) <= longest
  return { source, blocks, definitions: fits ? definitions : [] }
}

function withDescendants(node: Node): readonly Node[] {
  return node.children.length === 0 ? [node] : [node, ...node.children.flatMap(withDescendants)]
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
