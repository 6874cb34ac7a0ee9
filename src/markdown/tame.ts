import { findInvisible } from '../trust/invisible.ts'
import { editAddresses } from './address-edits.ts'
import type { Place } from './addresses.ts'
import { fenceAfter } from './blocks.ts'
import { decodeCharacter } from './characters.ts'
import { applyEdits, type Edit } from './edits.ts'
import { editHtml, type Range } from './html-edits.ts'
import { editReferences } from './references.ts'
import { isCode, isHtmlBlock, isLeaf, type Node, parseMarkdown } from './tree.ts'

/** Where an answer is published. `closes`: whether its words could close an issue, as in a pull request's body. */
export type Publication = Place & { readonly closes?: boolean }

/** An edit can make new Markdown of what stands around it; honest text settles in two or three rounds. */
const rounds = 8

/**
 * An agent's Markdown that mentions nobody, closes and cross-references no issue, loads nothing from other hosts, and
 * hides nothing: no comments, no invisible characters. Code stays as it is, and so does the rest of the text. A text
 * that is crafted to be hard, or that does not settle, is shown as code as a whole.
 */
export function tameMarkdown(markdown: string, publication: Publication): string {
  if (isCrafted(markdown)) return asCode(markdown)
  let text = markdown.toWellFormed().replace(quotedTab, ' ')
  for (let round = 0; round < rounds; round++) {
    const edits = findEdits(text, publication)
    if (edits.length === 0) return text
    text = applyEdits(text, edits)
  }
  return asCode(markdown)
}

/** A parser takes the square of a block's length on nested marks, and a level of its stack for each level of nesting. */
const longestBlock = 30_000
const deepestNesting = 50

/** True if a block outside of fences is longer, or a line more deeply nested, than anything that is meant to be read. */
function isCrafted(markdown: string): boolean {
  const nesting = new RegExp(`^(?:[ \\t]*(?:>|[-*+]|\\d+[.)])){${deepestNesting}}`, 'm')
  if (nesting.test(markdown)) return true
  let fence: string | undefined
  let length = 0
  for (const line of markdown.split('\n')) {
    fence = fenceAfter(line, fence)
    length = fence !== undefined || line.trim() === '' ? 0 : length + line.length
    if (length > longestBlock) return true
  }
  return false
}

/** A tab after a quotation mark: how wide it is, and so whether it makes code, is read in more than one way. */
const quotedTab = /(?<=^[ \t>*+\d.)-]{0,100}>)\t/gm

function findEdits(source: string, { closes = false, ...place }: Publication): readonly Edit[] {
  const root = parseMarkdown(source)
  const html = editHtml(root, { source, place })
  const { code, blocks, entities, definitions } = sort(root)
  const hidden = [
    ...findInvisible(source).filter(outside(code)),
    ...entities.filter(({ from, to }) => {
      const character = decodeCharacter(source.slice(from, to))
      return findInvisible(character).length > 0
    }),
  ]
  const references = blocks
    .flatMap((block) => editReferences(block, { source, place, closes }))
    .filter(outside(html.code))
  return [
    ...hidden.map((range) => ({ ...range, text: '' })),
    ...html.edits,
    ...editAddresses(root, { source, place }),
    ...references,
    ...definitions.flatMap((node) => endDefinition(source, node)),
    ...endOf(root, source, html.ends),
  ]
}

/** The pieces that matter: code, blocks with text, character references. */
function sort(root: Node): Record<'code' | 'blocks' | 'entities' | 'definitions', Node[]> {
  const found = {
    code: [] as Node[],
    blocks: [] as Node[],
    entities: [] as Node[],
    definitions: [] as Node[],
  }
  const visit = (node: Node): void => {
    if (isCode(node)) found.code.push(node)
    if (isLeaf(node) || isHtmlBlock(node)) found.blocks.push(node)
    if (node.name === 'Entity') found.entities.push(node)
    if (node.name === 'LinkReference') found.definitions.push(node)
    node.children.forEach(visit)
  }
  visit(root)
  return found
}

/** What follows a definition without a blank line may be text for GitHub where it looks like code or HTML. */
function endDefinition(source: string, { to }: Node): readonly Edit[] {
  const next = /^[ \t]*\n(?![ \t]*(?:\n|$)|[ >]{0,3}\[)/.test(source.slice(to, to + 1000))
  return next ? [{ from: to, to, text: '\n' }] : []
}

function outside(ranges: readonly Range[]): (place: Range) => boolean {
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

/** A fence or an element that the text leaves open would swallow what follows it. */
function endOf(root: Node, source: string, ends: string): readonly Edit[] {
  const last = root.children.at(-1)
  const marks = last?.children.filter(({ name }) => name === 'CodeMark') ?? []
  const [mark] = marks
  const open = last?.name === 'FencedCode' && marks.length === 1 && mark
  const fence = open ? `\n${source.slice(open.from, open.to)}` : ''
  const text = fence + ends
  return text === '' ? [] : [{ from: source.length, to: source.length, text }]
}

function asCode(markdown: string): string {
  const longest = Math.max(2, ...Array.from(markdown.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${markdown}\n${fence}`
}
