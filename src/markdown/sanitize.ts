import { decodeString } from 'micromark-util-decode-string'
import { findInvisible } from '../text/invisible.ts'
import { isForeignIssue, isOnServer, type Place, redirect } from './addresses.ts'
import { asCode } from './code.ts'
import { applyEdits, type Edit } from './edits.ts'
import { cleanTag, readTags, type Tag } from './html.ts'
import { limitTo, unlessCrafted } from './limits.ts'
import { type Node, type Range, readBlocks, readFence } from './parse.ts'
import { editReferences, isClearAddress, type Text } from './references.ts'

/** Where an answer is published. `closes`: whether its words could close an issue, as in a pull request's body. */
export type Publication = Place & { readonly closes?: boolean }

/** An edit can make new Markdown of what stands around it; an honest text settles in two or three rounds. */
const rounds = 8

/**
 * Makes an agent's Markdown safe to publish: it mentions no one, closes and cross-references no issue, loads nothing from
 * other hosts, and has no comments and no invisible characters. Code and all other text stay as they are. A text that is
 * crafted to be hard to parse, or that does not settle, is shown as code as a whole.
 */
export function sanitizeMarkdown(markdown: string, publication: Publication): string {
  return unlessCrafted(() => settle(markdown, publication)) ?? asCode(markdown)
}

function settle(markdown: string, publication: Publication): string | undefined {
  let text = markdown
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/^\uFEFF+/, '')
    .replace(quotedTab, ' ')
  for (let round = 0; round < rounds; round++) {
    const edits = findEdits(text, publication)
    if (edits.length === 0) return text
    text = applyEdits(text, edits)
  }
  return undefined
}

/** A tab after a quotation mark: parsers differ in how wide it is, and so in whether it makes code. */
const quotedTab = /(?<=^[ \t>*+\d.)-]{0,100}>)\t/gm

type Element = Range & { readonly name: string }
type State = {
  readonly source: string
  readonly publication: Publication
  readonly edits: Edit[]
  readonly code: Range[]
  /** The text in the same block before the current one. */
  before: string
}

function findEdits(source: string, publication: Publication): readonly Edit[] {
  const state: State = { source, publication, edits: [], code: [], before: '' }
  const open: Element[] = []
  let last: Node | undefined
  for (const block of readBlocks(source)) {
    editNode(block, state, open)
    last = block
  }
  escapeTags(
    open.filter(({ name }) => name !== 'details'),
    state,
  )
  const ends = open.filter(({ name }) => name === 'details').map(() => '\n\n</details>')
  const text = endFence(source, last) + ends.join('')
  if (text !== '') state.edits.push({ from: source.length, to: source.length, text })
  removeInvisible(state)
  return state.edits
}

function endFence(source: string, last: Node | undefined): string {
  const fence = last?.type === 'codeFenced' ? readFence(source, last.from) : undefined
  return fence?.isOpen ? `${source.endsWith('\n') ? '' : '\n'}${fence.mark}` : ''
}

function removeInvisible({ source, code, edits }: State): void {
  let done = 0
  for (const { from, to } of [...code, { from: source.length, to: source.length }]) {
    for (const place of findInvisible(source.slice(done, from)))
      edits.push({ from: done + place.from, to: done + place.to, text: '' })
    done = to
  }
}

const mostOpen = 200
const blockWithText = /^(?:paragraph|atxHeading|setextHeading|tableHeader|tableData|htmlFlow)$/

/** `open` are the HTML elements that are open where a node begins and must end in the same parent. */
type Editor = (node: Node, state: State, open: Element[]) => void

const editors: Readonly<Record<string, Editor>> = {
  htmlFlow: editHtml,
  htmlText: editHtml,
  codeFenced: editCode,
  codeIndented: editCode,
  codeText: editCode,
  text: editText,
  literalAutolink: editText,
  autolink: editAutolink,
  image: editImage,
  link: editLink,
  definition: editLink,
}

function editNode(node: Node, state: State, open: Element[]): void {
  const { type, children } = node
  if (blockWithText.test(type)) state.before = ''
  editors[type]?.(node, state, open)
  if (type === 'image') return
  const inside: Element[] = []
  for (const child of children) editNode(child, state, inside)
  escapeTags(inside, state)
}

function editCode({ from, to }: Node, state: State): void {
  state.code.push({ from, to })
  state.before = '`'
}

function editText({ type, from, to }: Node, state: State, open: readonly Element[]): void {
  const written = state.source.slice(from, to)
  const isAddress = type === 'literalAutolink' && isClearAddress(written)
  const language = isAddress ? 'address' : 'markdown'
  if (!open.some(isCode)) editWords({ written, at: from, language }, state)
}

function editWords(text: Omit<Text, 'before'>, state: State): void {
  const { publication, before, edits } = state
  edits.push(...editReferences({ ...text, before }, publication))
  state.before = (before + text.written).slice(-200)
}

function isCode({ name }: Element): boolean {
  return name === 'code' || name === 'pre' || name === 'tt'
}

function editAutolink({ from, to }: Node, { source, publication, edits }: State): void {
  const address = source.slice(from + 1, to - 1)
  if (!isForeignIssue(address, publication)) return
  const other = redirect(address, publication)
  edits.push({ from, to, text: other === undefined ? `\`${address}\`` : `<${other}>` })
}

/** An image of another host becomes a link. */
function editImage(node: Node, { source, publication, edits }: State): void {
  const { from } = node
  const address = readAddress(source, node)
  if (address !== undefined && isOnServer(decodeString(address.text), publication)) return
  edits.push({ from, to: from + 1, text: source[from - 1] === '!' ? '\\!' : '' })
}

function editLink(node: Node, { source, publication, edits }: State): void {
  const { from } = node
  const address = readAddress(source, node)
  if (address === undefined || !isForeignIssue(decodeString(address.text), publication)) return
  const other = redirect(decodeString(address.text), publication)
  edits.push(other === undefined ? { from, to: from, text: '\\' } : { ...address, text: other })
}

function readAddress(source: string, { children }: Node): Edit | undefined {
  const node = children.find(({ type }) => type.endsWith('DestinationString'))
  return node && { from: node.from, to: node.to, text: source.slice(node.from, node.to) }
}

function editHtml({ type, from, to }: Node, state: State, open: Element[]): void {
  const html = state.source.slice(from, to)
  let done = 0
  const editUntil = (end: number) => {
    const written = html.slice(done, end)
    // An element that another block has opened may have ended for a browser.
    const inCode = open.some((element) => isCode(element) && element.from >= from)
    if (type === 'htmlFlow' && !inCode)
      editWords({ written, at: from + done, language: 'html' }, state)
  }
  for (const tag of readTags(html)) {
    editUntil(tag.at)
    done = tag.at + tag.source.length
    editTag(tag, { open, from: from + tag.at }, state)
  }
  editUntil(html.length)
}

function editTag(tag: Tag, { open, from }: { open: Element[]; from: number }, state: State): void {
  const { kind, name, source } = tag
  const element = { from, to: from + source.length, name }
  if (kind === 'text') escapeTags([element], state)
  if (kind === 'text') return
  const text = kind === 'comment' ? '' : cleanTag(tag, state.publication)
  if (text !== source) state.edits.push({ ...element, text })
  if (kind === 'open') limitTo(mostOpen, open.push(element))
  if (kind === 'close') closeElement(element, open, state)
}

/** Elements that are still open inside it never end. */
function closeElement(element: Element, open: Element[], state: State): void {
  const start = open.findLastIndex(({ name }) => name === element.name)
  escapeTags(start === -1 ? [element] : open.splice(start).slice(1), state)
}

function escapeTags(tags: readonly Range[], { edits }: State): void {
  for (const { from } of tags) edits.push({ from, to: from + 1, text: '&lt;' })
}
