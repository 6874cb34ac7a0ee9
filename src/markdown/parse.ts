import { parse, postprocess, preprocess } from 'micromark'
import { gfm } from 'micromark-extension-gfm'
import { limitNesting, limitParsing, limitTo } from './limits.ts'

/** A stretch of a text, as offsets in UTF-16 units. */
export type Range = { readonly from: number; readonly to: number }

/** A piece of Markdown. The types are micromark's, and `text` and `listItem`. */
export type Node = Range & { readonly type: string; readonly children: readonly Node[] }

type Building = { type: string; from: number; to: number; column: number; children: Building[] }

const kept = new Set([
  ...['blockQuote', 'listOrdered', 'listUnordered', 'listItemPrefix', 'gfmFootnoteDefinition'],
  ...['paragraph', 'atxHeading', 'setextHeading', 'htmlFlow', 'codeFenced', 'codeIndented'],
  ...['table', 'tableHead', 'tableRow', 'tableHeader', 'tableData', 'definition', 'thematicBreak'],
  ...['codeText', 'htmlText', 'link', 'image', 'autolink', 'literalAutolink', 'gfmFootnoteCall'],
  ...['emphasis', 'strong', 'strikethrough'],
  ...['resourceDestinationString', 'definitionDestinationString'],
])
/** What is in these is not shown as text. */
const closed = new Set([
  ...['listItemPrefix', 'blockQuotePrefix', 'codeFenced', 'codeIndented', 'htmlFlow', 'codeText'],
  ...['htmlText', 'autolink', 'literalAutolink', 'gfmFootnoteCall', 'gfmFootnoteDefinitionLabel'],
  ...['resourceDestinationString', 'resourceTitle', 'reference', 'definitionLabel'],
  ...['definitionDestinationString', 'definitionTitle', 'tableDelimiterRow'],
])
const text = new Set(['data', 'characterEscape', 'characterReference'])

const deepest = 200
const window = { least: 8192, most: 65_536 }

/**
 * The blocks of GitHub Flavored Markdown in order; a list on the left margin is its items. The text is parsed in pieces,
 * since micromark takes up to 20 KB of memory for a line. Throws a `CraftedMarkdownError` if it is hard to parse.
 */
export function* readBlocks(source: string): Generator<Node> {
  limitNesting(source)
  let at = 0
  let size = window.least
  while (at < source.length) {
    limitTo(window.most, size)
    const { blocks, next } = readPiece(source, at, size)
    yield* blocks
    size = next === at ? size * 2 : window.least
    at = next ?? source.length
  }
}

/** Some blocks from a place on; `next` is where the others begin. */
function readPiece(
  source: string,
  at: number,
  size: number,
): { readonly blocks: readonly Node[]; readonly next: number | undefined } {
  const start = skipBlankLines(source, at)
  if (start > at) return { blocks: [], next: start }
  const code = readCode(source, at)
  if (code) return { blocks: [code], next: code.to + 1 }
  const lines = source.slice(at, at + size).split('\n')
  const piece = lines.slice(0, size / 32).join('\n')
  const blocks = parseBlocks(piece, at)
  if (at + piece.length === source.length) return { blocks, next: undefined }
  const border = blocks.findLastIndex((block) => isBorder(source, block))
  return { blocks: blocks.slice(0, Math.max(0, border)), next: blocks[border]?.from ?? at }
}

function skipBlankLines(source: string, at: number): number {
  const blank = /[ \t]*\n/y
  let start = at
  for (blank.lastIndex = at; blank.test(source); ) start = blank.lastIndex
  return start
}

/** A block of code, however long, needs no parser. */
function readCode(source: string, at: number): Node | undefined {
  const fence = readFence(source, at)
  if (fence) return { type: 'codeFenced', from: at, to: fence.to, children: [] }
  const line = /(?: {4}|\t).*\S.*|[ \t]*(?=\n)/y
  let to = at
  for (let next = at; next < source.length; next = line.lastIndex + 1) {
    line.lastIndex = next
    const [text] = line.exec(source) ?? []
    if (text === undefined) break
    if (/\S/.test(text)) to = line.lastIndex
  }
  return to > at ? { type: 'codeIndented', from: at, to, children: [] } : undefined
}

/** Whether a block begins here whatever comes before it. */
function isBorder(source: string, { type, from, column }: Building): boolean {
  if (column !== 1 || source[from] === '\uFEFF') return false
  const before = source.slice(Math.max(0, from - 100), from)
  return type === 'listItem' || type === 'codeFenced' || /\n[ \t]*\n$/.test(before)
}

/** The block of code that begins with a fence at a place; `mark` is the fence, `isOpen` whether it never ends. */
export function readFence(
  source: string,
  from: number,
): { readonly mark: string; readonly to: number; readonly isOpen: boolean } | undefined {
  const opening = /(`{3,}(?=[^`\n]*(?:\n|$))|~{3,}).*/y
  opening.lastIndex = from
  const [line = '', mark] = opening.exec(source) ?? []
  if (mark === undefined) return undefined
  const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/gm
  closing.lastIndex = from + line.length
  for (let end = closing.exec(source); end; end = closing.exec(source))
    if (end[1]?.startsWith(mark)) return { mark, to: closing.lastIndex, isOpen: false }
  return { mark, to: source.length, isOpen: true }
}

function parseBlocks(markdown: string, offset: number): readonly Building[] {
  const extensions = [gfm(), limitParsing(markdown.length)]
  const document = parse({ extensions }).document()
  const root: Building = { type: 'root', from: 0, to: 0, column: 0, children: [] }
  const open = [root]
  let hidden = 0
  const events = document.write(preprocess()(markdown, undefined, true))
  for (const [kind, { type, start, end }] of postprocess(events)) {
    const [from, to] = [offset + start.offset, offset + end.offset]
    const step = closed.has(type) ? 1 : 0
    if (kind === 'exit') hidden -= step
    if (hidden === 0) change[kind](open, { type, from, to, column: start.column })
    if (kind === 'enter') hidden += step
  }
  return root.children.flatMap((node) => (isList(node) ? node.children : [node]))
}

function isList({ type }: Pick<Node, 'type'>): boolean {
  return type === 'listOrdered' || type === 'listUnordered'
}

const change = { enter, exit }
type Token = Omit<Building, 'children'>

/** Of list items, micromark has only the markers. */
function enter(open: Building[], token: Token): void {
  const { type, from, to } = token
  if (type === 'listItemPrefix') {
    end(open, 'listItem', from)
    begin(open, { ...token, type: 'listItem' })
  }
  const siblings = open.at(-1)?.children
  const last = siblings?.at(-1)
  if (text.has(type) && last?.type === 'text' && last.to === from) last.to = to
  else if (text.has(type)) siblings?.push({ ...token, type: 'text', children: [] })
  else if (kept.has(type)) begin(open, token)
}

function exit(open: Building[], token: Token): void {
  const { type, to } = token
  if (isList(token)) end(open, 'listItem', to)
  if (kept.has(type)) end(open, type, to)
}

function begin(open: Building[], token: Token): void {
  limitTo(deepest, open.length)
  const node = { ...token, children: [] }
  open.at(-1)?.children.push(node)
  open.push(node)
}

function end(open: Building[], type: string, to: number): void {
  const last = open.at(-1)
  if (last?.type !== type) return
  last.to = to
  open.pop()
}
