import type { Frame } from './frames.ts'
import { CraftedMarkdownError } from './parse-limits.ts'
import { readTag, scanHtml } from './raw-html.ts'
import { isCode, isContainer, isHtmlBlock, isLeaf, type Node, parseMarkdown } from './tree.ts'

/** A place between two lines where a page may end, what is open there, and how much it hurts: 0 is best. */
export type Cut = { readonly at: number; readonly cost: number; readonly frames: readonly Frame[] }

/** A block that can be cut inside, where it must. */
export type Leaf = { readonly node: Node; readonly frames: readonly Frame[] }

/** Where a Markdown text can be cut. */
export type Outline = { readonly cuts: readonly Cut[]; readonly leaves: readonly Leaf[] }

type State = { readonly source: string; readonly cuts: Cut[]; readonly leaves: Leaf[] }

const inside = 100

/** Reads where a text can be cut, in the order of the text. */
export function readOutline(source: string): Outline {
  const state: State = { source, cuts: [], leaves: [] }
  readContainer(parseMarkdown(source), [], state)
  return state
}

function readContainer(node: Node, frames: readonly Frame[], state: State): void {
  const elements: Frame[] = []
  for (const child of node.children) {
    if (/^(?:ListMark|QuoteMark|TaskMarker)$/.test(child.name)) continue
    const open = [...frames, ...elements]
    addCut(child.from, { cost: costOf(open), frames: open }, state)
    if (isHtmlBlock(child)) readHtml(child, { frames, elements }, state)
    else if (isContainer(child))
      readContainer(child, [...open, ...frameOf(child, state.source)], state)
    else readLeaf(child, open, state)
  }
}

function costOf(frames: readonly Frame[]): number {
  return frames.filter(({ kind }) => kind === 'container' || kind === 'element').length
}

/** A cut before the line of `at`, unless one was found there before, or something else begins the line. */
function addCut(at: number, { cost, frames }: Omit<Cut, 'at'>, { source, cuts }: State): void {
  const start = source.lastIndexOf('\n', at - 1) + 1
  if (/^[\s>]*$/.test(source.slice(start, at)) && start > (cuts.at(-1)?.at ?? -1))
    cuts.push({ at: start, cost, frames })
}

/** A list item opens with an empty item of its own kind; a quote's mark stands in each line anyway. */
function frameOf(node: Node, source: string): readonly Frame[] {
  if (!/^(?:ListItem|Blockquote)$/.test(node.name)) return []
  const lead = blank(source.slice(source.lastIndexOf('\n', node.from - 1) + 1, node.from))
  if (node.name === 'Blockquote') return [{ kind: 'container', open: '', lead: `${lead}> ` }]
  const [mark] = node.children
  const marker = source.slice(node.from, mark?.to ?? node.from)
  const spaces = /^ {1,4}(?=\S)/.exec(source.slice(mark?.to))?.[0] ?? ' '
  return [{ kind: 'container', open: lead + marker, lead: lead + blank(marker) + spaces }]
}

function blank(text: string): string {
  return text.replace(/[^>\t]/g, ' ')
}

/** Cuts inside of raw HTML, at lines; elements that it leaves open stay so for what follows. */
function readHtml(
  node: Node,
  { frames, elements }: { readonly frames: readonly Frame[]; readonly elements: Frame[] },
  state: State,
): void {
  const { source, leaves } = state
  let done = node.from
  const cutTo = (end: number) => {
    for (const at of linesIn(source, done, end)) {
      const open = [...frames, ...elements.map(asRaw)]
      addCut(at, { cost: inside + elements.length, frames: open }, state)
    }
  }
  leaves.push({ node, frames: [...frames, ...elements.map(asRaw)] })
  for (const { at, text } of scanHtml(source.slice(node.from, node.to))) {
    cutTo(node.from + at)
    const tag = readTag(text)
    if (tag?.kind === 'open') openElement(elements, { open: text, name: tag.name })
    if (tag?.kind === 'close') closeElement(elements, tag.name)
    done = node.from + at + text.length
  }
  cutTo(node.to)
}

const mostOpen = 100

function openElement(elements: Frame[], tag: { open: string; name: string }): void {
  if (elements.length === mostOpen)
    throw new CraftedMarkdownError('Too many elements are open at once.')
  elements.push({ kind: 'element', ...tag, raw: false })
}

function closeElement(elements: Frame[], name: string): void {
  const start = elements.findLastIndex((frame) => frame.kind === 'element' && frame.name === name)
  if (start !== -1) elements.splice(start)
}

function asRaw(frame: Frame): Frame {
  return frame.kind === 'element' ? { ...frame, raw: true } : frame
}

/** The starts of the lines that begin in a stretch, but not with it. */
function linesIn(source: string, from: number, to: number): readonly number[] {
  const starts: number[] = []
  for (let at = source.indexOf('\n', from); at !== -1 && at < to; at = source.indexOf('\n', at + 1))
    if (at + 1 <= to) starts.push(at + 1)
  return starts
}

function readLeaf(node: Node, frames: readonly Frame[], state: State): void {
  const { source, leaves, cuts } = state
  const open = [...frames, ...leafFrames(node, source)]
  leaves.push({ node, frames: open })
  const cost = inside * (isLeaf(node) ? 2 : 1)
  for (const at of innerLines(node, source)) cuts.push({ at, cost, frames: open })
}

function leafFrames(node: Node, source: string): readonly Frame[] {
  const slice = (child: { from: number; to: number } | undefined) =>
    source.slice(child?.from, child?.to)
  const [first] = node.children
  if (node.name === 'FencedCode') {
    const line = source.slice(node.from, node.to).split('\n', 1)[0] ?? ''
    return [{ kind: 'fence', open: line, close: slice(first) }]
  }
  if (node.name === 'Table') return [{ kind: 'rows', open: tableHead(node).map(slice) }]
  return node.name === 'CodeBlock' ? [{ kind: 'indent' }] : []
}

function tableHead({ children }: Node): readonly Node[] {
  return children.filter(({ name }) => name === 'TableHeader' || name === 'TableDelimiter')
}

/** Where the inner lines of a block begin that can begin a page. */
function innerLines(node: Node, source: string): readonly number[] {
  const starts = linesIn(source, node.from, node.to).filter((at) => at < node.to)
  if (node.name === 'FencedCode') return starts.slice(0, isClosed(node) ? -1 : undefined)
  if (node.name === 'Table') {
    const head = tableHead(node).at(-1)?.to
    return head === undefined ? [] : starts.filter((at) => at > head)
  }
  if (node.name === 'Paragraph') return textLines(node, starts, source)
  return isCode(node) ? starts : []
}

function isClosed({ children }: Node): boolean {
  return children.filter(({ name }) => name === 'CodeMark').length > 1
}

/** Lines of a paragraph that go on as text when they begin one: with a letter, outside of inline pieces. */
function textLines(node: Node, starts: readonly number[], source: string): readonly number[] {
  const spans = inlineSpans(node, source)
  let next = 0
  return starts.filter((at) => {
    while ((spans[next]?.to ?? at + 1) <= at) next++
    if ((spans[next]?.from ?? at) < at) return false
    return /^ {0,3}(?:> ?)*\s*\p{L}/u.test(source.slice(at, at + 100))
  })
}

type Span = { readonly from: number; readonly to: number }

/** The inline pieces of a block and what HTML elements enclose, in order, none overlapping. */
export function inlineSpans(node: Node, source: string): readonly Span[] {
  const spans: Span[] = []
  let depth = 0
  for (const child of node.children.filter(({ name }) => name !== 'QuoteMark')) {
    const enclosing = depth > 0 ? spans.pop() : undefined
    spans.push({ from: enclosing?.from ?? child.from, to: child.to })
    depth = Math.max(0, depth + stepOf(child, source))
  }
  return spans
}

function stepOf({ name, from, to }: Node, source: string): number {
  const kind = name === 'HTMLTag' ? readTag(source.slice(from, to))?.kind : undefined
  return kind === 'open' ? 1 : kind === 'close' ? -1 : 0
}
