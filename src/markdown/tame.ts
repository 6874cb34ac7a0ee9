import { findInvisible } from '../secrets/invisible.ts'
import { editAddresses } from './address-edits.ts'
import type { Place } from './addresses.ts'
import { decodeCharacter } from './characters.ts'
import { asCode } from './code-block.ts'
import { applyEdits, type Edit, outside } from './edits.ts'
import { editHtml } from './html-edits.ts'
import { uncrafted } from './parse-limits.ts'
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
  return uncrafted(() => settle(markdown, publication)) ?? asCode(markdown)
}

function settle(markdown: string, publication: Publication): string | undefined {
  let text = markdown.toWellFormed().replace(quotedTab, ' ')
  for (let round = 0; round < rounds; round++) {
    const edits = findEdits(text, publication)
    if (edits.length === 0) return text
    text = applyEdits(text, edits)
  }
  return undefined
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
