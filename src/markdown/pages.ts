import { cutCode } from './code-block.ts'
import { close, reopen, type Start } from './frames.ts'
import { cutInside } from './inside.ts'
import { type Cut, type Outline, readOutline } from './outline.ts'
import { uncrafted } from './parse-limits.ts'
import { type Node, parseMarkdown } from './tree.ts'

/** How a text is cut. Lengths in UTF-16 units, as GitHub's limits are kept. */
export type PageLimits = {
  readonly limit: number
  readonly pages?: number
  /** The sentence that ends a text that does not fit: it says where the whole is. */
  readonly rest: string
}

/**
 * The text as at most five pages that each fit. Between blocks where there is such a place in the second half of a page,
 * else inside of one: what stands open there is closed and opened again on the next page. A text that is crafted so that
 * this can't be done is shown as code.
 */
export function cutPages(markdown: string, limits: PageLimits): readonly string[] {
  const { limit, pages = 5 } = limits
  if (markdown.length <= limit) return [markdown]
  // What can't fit is not read; that it is cut is seen on the last page.
  const readable = markdown.slice(0, limit * pages + 1).toWellFormed()
  const cut = uncrafted(() => cutMarkdown(readable, limits))
  return cut?.every(({ length }) => length <= limit) ? cut : cutCode(readable, { ...limits, pages })
}

function cutMarkdown(markdown: string, { limit, pages = 5, rest }: PageLimits): readonly string[] {
  const source = spellOutFootnotes(markdown)
  const definitions = readDefinitions(source, limit / 8)
  const text = { source, outline: readOutline(source) }
  const room = limit - definitions.reduce((sum, { text }) => sum + text.length + 2, 0)
  const cut: string[] = []
  let start: Start | undefined = { at: 0, frames: [], lead: '' }
  while (start && cut.length < pages) {
    const whole: Page = takePage(text, start, room)
    const isLast = cut.length === pages - 1 && whole.next !== undefined
    const page: Page = isLast ? takePage(text, start, room - rest.length - 2) : whole
    cut.push(page.text + used(definitions, page.text) + (isLast ? `\n\n${rest}` : ''))
    start = page.next
  }
  return cut
}

type Text = { readonly source: string; readonly outline: Outline }
type Page = { readonly text: string; readonly next: Start | undefined }

function takePage({ source, outline }: Text, start: Start, room: number): Page {
  const head = reopen(start.frames) + start.lead
  const limit = start.at + room - head.length
  if (source.length <= limit) return { text: head + source.slice(start.at), next: undefined }
  const cut = chooseCut(outline.cuts, { from: start.at, limit })
  if (cut) {
    const body = source.slice(start.at, cut.at).replace(/\n$/, '')
    return { text: head + body + close(cut.frames), next: { ...cut, lead: '' } }
  }
  const { end, next } = cutInside(source, outline.leaves, { from: start.at, limit })
  return { text: head + source.slice(start.at, end) + close(next.frames), next }
}

/** The cheapest cut of the second half, of these the last; else the last of all. */
function chooseCut(
  cuts: readonly Cut[],
  { from, limit }: { readonly from: number; readonly limit: number },
): Cut | undefined {
  const fits = cuts.filter(
    ({ at, frames }) => at > from && at <= limit && at + close(frames).length <= limit,
  )
  const half = from + (limit - from) / 2
  const late = fits.filter(({ at }) => at >= half)
  const least = late.reduce((cost, cut) => Math.min(cost, cut.cost), Number.POSITIVE_INFINITY)
  return late.findLast(({ cost }) => cost === least) ?? fits.at(-1)
}

type Definition = { readonly text: string; readonly label: string }

/** The targets of reference links, which every page needs; none, if they are too long for that. */
function readDefinitions(source: string, limit: number): readonly Definition[] {
  const found = parseMarkdown(source)
    .children.filter(({ name }) => name === 'LinkReference')
    .map(({ from, to }) => source.slice(from, to))
    .map((text) => ({ text, label: (/^\[[^\]]+\]/.exec(text)?.[0] ?? text).toLowerCase() }))
  return found.reduce((sum, { text }) => sum + text.length + 2, 0) <= limit ? found : []
}

function used(definitions: readonly Definition[], page: string): string {
  if (definitions.length === 0) return ''
  const lower = page.toLowerCase()
  return definitions
    .filter(({ text, label }) => lower.includes(label) && !page.includes(text))
    .map(({ text }) => `\n\n${text}`)
    .join('')
}

/** A footnote without its mark, or a mark without its footnote, is not shown: over several pages they become text. */
function spellOutFootnotes(source: string): string {
  if (!source.includes('[^')) return source
  const marks: number[] = []
  const visit = (node: Node): void => {
    if (/^(?:Link|LinkReference)$/.test(node.name) && source.startsWith('[^', node.from))
      marks.push(node.from)
    node.children.forEach(visit)
  }
  visit(parseMarkdown(source))
  return [0, ...marks]
    .map((at, index) => source.slice(at, marks[index] ?? source.length))
    .join('\\')
}
