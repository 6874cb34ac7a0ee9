import { type Frame, leadOf, type Start } from './frames.ts'
import { inlineSpans, type Leaf } from './outline.ts'
import { readTag, scanHtml } from './raw-html.ts'
import { isCode, isHtmlBlock, isLeaf, type Node } from './tree.ts'

/** Room for what closes elements and code at a cut. */
const spare = 300

/** Cuts where no line ends: between two characters of a block, at a word where it can. */
export function cutInside(
  source: string,
  leaves: readonly Leaf[],
  { from, limit }: { readonly from: number; readonly limit: number },
): { readonly end: number; readonly next: Start } {
  const target = Math.max(from + 1, limit - spare)
  const leaf = leaves.findLast(({ node }) => node.from <= target)
  if (leaf === undefined || leaf.node.to <= target) return cutPlain(source, { from, target })
  const { node, frames } = leaf
  if (isHtmlBlock(node)) return cutHtml(source, leaf, { from, target })
  if (isLeaf(node)) return cutText(source, leaf, { from, target })
  const end = characterBefore(source, { from, target })
  const indent = node.name === 'CodeBlock' ? '    ' : ''
  const row = isCode(node) ? '' : '| '
  return { end, next: { at: end, frames, lead: leadOf(frames) + indent + row } }
}

type Aim = { readonly from: number; readonly target: number }

function cutPlain(source: string, aim: Aim): { end: number; next: Start } {
  const end = characterBefore(source, aim)
  return { end, next: { at: end, frames: [], lead: '' } }
}

function cutText(source: string, { node, frames }: Leaf, aim: Aim): { end: number; next: Start } {
  const spans = inlineSpans(node, source)
  const within = (at: number) => spans.find((span) => span.from < at && at < span.to)
  const word = wordBefore(source, { aim, within })
  const around = within(aim.target)
  const early = around && around.from > (aim.from + aim.target) / 2 ? around.from : undefined
  const end = word ?? early ?? characterBefore(source, aim)
  const at = end + (/^[ \t]*/.exec(source.slice(end, end + 1000))?.[0].length ?? 0)
  const open = inlineFrames(node, source, end)
  const plain = word === undefined && open.length === 0 && !spans.some((span) => span.from === at)
  const mark = plain ? harmless(source, at) : { skip: 0, text: '' }
  const opened = open.map((frame) => frame.open).join('')
  const lead = leadOf(frames) + opened + mark.text
  return { end, next: { at: at + mark.skip, frames: [...frames, ...open], lead } }
}

/** The last place before the target where a word begins outside of inline pieces. */
function wordBefore(
  source: string,
  { aim, within }: { readonly aim: Aim; readonly within: (at: number) => unknown },
): number | undefined {
  const least = Math.max(aim.from + 1, aim.target - 2000)
  for (let at = aim.target; at > least; at--)
    if (/^[ \t]\p{L}/u.test(source.slice(at - 1, at + 2)) && !within(at)) return at
  return undefined
}

/** What keeps the rest of a line from becoming a list, a heading or a fence at the beginning of a page. */
function harmless(source: string, at: number): { skip: number; text: string } {
  const digits = /^\d{1,9}(?=[.)])/.exec(source.slice(at, at + 10))?.[0]
  if (digits !== undefined) return { skip: digits.length, text: `${digits}\\` }
  return { skip: 0, text: /^[!-/:-@[^-`{-~\]]/.test(source.slice(at, at + 1)) ? '\\' : '' }
}

type Inline = Frame & { readonly kind: 'inline' }

/** Code and HTML elements of a line that are open at a place in it. */
function inlineFrames(node: Node, source: string, at: number): readonly Inline[] {
  const before = node.children.filter(({ from }) => from < at)
  const elements: Inline[] = []
  for (const { from, to } of before.filter(({ name }) => name === 'HTMLTag')) {
    const open = source.slice(from, to)
    const tag = readTag(open)
    if (tag?.kind === 'open') elements.push({ kind: 'inline', open, close: `</${tag.name}>` })
    if (tag?.kind === 'close') elements.pop()
  }
  const code = before.find(({ name, to }) => name === 'InlineCode' && to > at)
  const ticks = code && /^`+/.exec(source.slice(code.from, code.to))?.[0]
  return ticks ? [...elements, { kind: 'inline', open: ticks, close: ticks }] : elements
}

function cutHtml(source: string, { node, frames }: Leaf, aim: Aim): { end: number; next: Start } {
  const around = scanHtml(source.slice(node.from, node.to))
    .map(({ at, text }) => ({ from: node.from + at, text }))
    .find(({ from, text }) => from < aim.target && from + text.length > aim.target)
  const end = around && around.from > aim.from ? around.from : characterBefore(source, aim)
  const open = [...frames]
  for (const { text } of scanHtml(source.slice(node.from, end))) {
    const tag = readTag(text)
    if (tag?.kind === 'open') open.push({ kind: 'element', open: text, name: tag.name, raw: true })
    const start = open.findLastIndex(
      (frame) => frame.kind === 'element' && frame.name === tag?.name,
    )
    if (tag?.kind === 'close' && start !== -1) open.splice(start)
  }
  return { end, next: { at: end, frames: open, lead: leadOf(frames) } }
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const longest = 100

/** The last border of a character, as a reader sees one, before the target; never after a backslash. */
function characterBefore(source: string, { from, target }: Aim): number {
  const at = /[\uDC00-\uDFFF]/.test(source.charAt(target)) ? target - 1 : target
  const back = Math.max(from, at - longest)
  const start = /[\uDC00-\uDFFF]/.test(source.charAt(back)) ? back + 1 : back
  const window = segmenter.segment(source.slice(start, at + longest))
  const index = window.containing(at - start)?.index ?? 0
  const end = index > 0 ? start + index : at
  return source[end - 1] === '\\' && end - 1 > from ? end - 1 : end
}
