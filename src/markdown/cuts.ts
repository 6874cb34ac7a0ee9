import { breakLine } from './code-pages.ts'
import { readTags } from './html.ts'
import { limitTo } from './limits.ts'
import type { Node, Range } from './parse.ts'

/** What is open at a place: `close` ends it, and `open` begins it again; `lead` is what a line in it begins with. */
type Frame = { readonly open: string; readonly close: string; readonly lead: string }

/** A place where a page may end: up to `end`, and the next one begins at `at`. It hurts by `cost`; 0 is best. */
export type Cut = Frame & { readonly end: number; readonly at: number; readonly cost: number }

type Element = { readonly name: string; readonly source: string }

/** Costs of a cut within a block of code or a table, and within a paragraph. */
const cost = { lines: 100, words: 200 }
const mostOpen = 100
const longLine = 500

/** The places where a text may be cut, in order. */
export function* readCuts(source: string, blocks: readonly Node[]): Generator<Cut> {
  const frame = { open: '', close: '', lead: '' }
  yield* cutContainer(source, blocks, { frame, depth: 0 })
}

type Around = { readonly frame: Frame; readonly depth: number }

function* cutContainer(
  source: string,
  nodes: Iterable<Node>,
  { frame, depth }: Around,
): Generator<Cut> {
  const elements: Element[] = []
  for (const node of nodes) {
    const inside = elements.reduce(inElement, frame)
    const start = source.lastIndexOf('\n', node.from - 1) + 1
    const before = source.slice(start, node.from)
    if (start > 0 && /^[ \t>]*$/.test(before))
      yield { ...inside, end: start - 1, at: start, cost: depth + elements.length }
    const around = { frame: { ...inside, lead: blank(before) }, depth: depth + elements.length }
    if (node.type === 'htmlFlow') changeElements(elements, source.slice(node.from, node.to))
    else yield* cutNode(source, node, around)
  }
}

function cutNode(source: string, node: Node, { frame, depth }: Around): Iterable<Cut> {
  const { type, children } = node
  if (type === 'listItem')
    return cutContainer(source, children.slice(1), {
      frame: inItem(source, node, frame),
      depth: depth + 1,
    })
  if (type === 'blockQuote')
    return cutContainer(source, children, {
      frame: { ...frame, lead: `${frame.lead}> ` },
      depth: depth + 1,
    })
  if (/^list/.test(type)) return cutContainer(source, children, { frame, depth })
  if (type === 'codeFenced') return cutFence(source, node, frame)
  if (type === 'codeIndented') return cutIndented(source, node, frame)
  if (type === 'table') return cutRows(source, node, frame)
  return type === 'paragraph' ? cutWords(source, node, frame) : []
}

function blank(text: string): string {
  return text.replace(/[^>\t]/g, ' ')
}

/** An item opens with an empty one of its kind; the mark of a quote stands in each line anyway. */
function inItem(source: string, { from, children }: Node, { open, close, lead }: Frame): Frame {
  const marker = source.slice(from, children[0]?.to).trimEnd()
  return { open: `${open}${lead}${marker}\n`, close, lead: `${lead}${blank(marker)} ` }
}

function inElement({ open, close, lead }: Frame, { name, source }: Element): Frame {
  const summary = name === 'details' ? `${lead}<summary>(continued)</summary>\n` : ''
  return {
    open: `${open}${lead}${source}\n${summary}${lead}\n`,
    close: `\n${lead}\n${lead}</${name}>${close}`,
    lead,
  }
}

function changeElements(elements: Element[], html: string): void {
  for (const { kind, name, source } of readTags(html)) {
    const start = elements.findLastIndex((element) => element.name === name)
    if (kind === 'open') limitTo(mostOpen, elements.push({ name, source }))
    if (kind === 'close' && start !== -1) elements.splice(start)
  }
}

function cutIndented(source: string, { from, to }: Node, frame: Frame): Iterable<Cut> {
  return cutLines(source.slice(from, to), from, { ...frame, lead: `${frame.lead}    ` })
}

function cutFence(source: string, { from, to }: Node, { open, close, lead }: Frame): Iterable<Cut> {
  const text = source.slice(from, to)
  const [first = '', mark = ''] = /^(`+|~+).*/.exec(text) ?? []
  const last = text.lastIndexOf('\n')
  const isEnd =
    last >= first.length &&
    text
      .slice(last)
      .replace(/^[\s>]+/, '')
      .startsWith(mark)
  const body = text.slice(first.length + 1, isEnd ? last : undefined)
  const frame = { open: `${open}${lead}${first}\n`, close: `\n${lead}${mark}${close}`, lead }
  return cutLines(body, from + first.length + 1, frame)
}

/** Between the lines of code, and within those that are very long. */
function* cutLines(code: string, from: number, frame: Frame): Generator<Cut> {
  const open = frame.open + frame.lead
  let at = from
  for (const line of code.split('\n')) {
    if (at > from) yield { ...frame, end: at - 1, at, cost: cost.lines }
    for (const place of breakLine(line, longLine))
      yield { ...frame, open, end: at + place, at: at + place, cost: cost.lines }
    at += line.length + 1
  }
}

function* cutRows(source: string, { from, children }: Node, frame: Frame): Generator<Cut> {
  const [head, , ...rows] = children
  const open = `${frame.open}${frame.lead}${source.slice(from, head?.to)}\n`
  for (const row of rows) {
    const at = source.lastIndexOf('\n', row.from) + 1
    yield { ...frame, open, end: at - 1, at, cost: cost.lines }
  }
}

/** Before words that stand in no inline piece and no element: at the beginning of a page, a letter is only text. */
function* cutWords(source: string, { children }: Node, frame: Frame): Generator<Cut> {
  let elements = 0
  for (const { type, from, to } of children) {
    if (type === 'htmlText') elements += stepOf(source.slice(from, to))
    if (type === 'text' && elements === 0) yield* cutText(source, { from, to }, frame)
  }
}

function* cutText(source: string, { from, to }: Range, frame: Frame): Generator<Cut> {
  const cut = { ...frame, open: frame.open + frame.lead, cost: cost.words }
  for (const { index } of source.slice(from, to).matchAll(/(?<=[ \t]|^)\p{L}/gu)) {
    const at = from + index
    const line = source.lastIndexOf('\n', at) + 1
    if (index > 0) yield { ...cut, end: at, at }
    else if (/^[ \t>]*$/.test(source.slice(line, at))) yield { ...cut, end: line - 1, at }
  }
}

const steps: Readonly<Partial<Record<string, number>>> = { open: 1, close: -1 }

function stepOf(html: string): number {
  return readTags(html).reduce((sum, { kind }) => sum + (steps[kind] ?? 0), 0)
}
