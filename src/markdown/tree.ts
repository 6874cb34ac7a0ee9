import { parser, Strikethrough, Table, TaskList } from '@lezer/markdown'
import { htmlBlocks } from './html-block.ts'
import { CraftedMarkdownError, limitParsing } from './parse-limits.ts'

/** Bare addresses stay text: GitHub and this parser do not agree on where each ends. */
const gfm = parser.configure([Table, TaskList, Strikethrough, htmlBlocks])

/** A piece of Markdown by its offsets in the source; names as in @lezer/markdown. Text has no node. */
export type Node = {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly children: readonly Node[]
}

const deepestNode = 200

/**
 * The blocks and inline pieces of GitHub Flavored Markdown, with their places in the source. Throws a
 * `CraftedMarkdownError` where that would take more than a time in proportion to the length.
 */
export function parseMarkdown(markdown: string): Node {
  type Open = Node & { readonly children: Node[] }
  const root: Open = { name: 'Document', from: 0, to: markdown.length, children: [] }
  const path: Open[] = []
  const limited = gfm.configure(limitParsing(markdown))
  limited.parse(markdown).iterate({
    enter({ name, from, to }) {
      if (path.length > deepestNode)
        throw new CraftedMarkdownError('The text is nested too deeply.')
      const node = path.length === 0 ? root : { name, from, to, children: [] }
      path.at(-1)?.children.push(node)
      path.push(node)
    },
    leave() {
      path.pop()
    },
  })
  return root
}

/** Pieces whose content is shown as it is: nothing in them is a mention, a link or HTML. */
export function isCode({ name }: Node): boolean {
  return name === 'FencedCode' || name === 'CodeBlock' || name === 'InlineCode'
}

/** Blocks of text. */
export function isLeaf({ name }: Node): boolean {
  return /^(?:Paragraph|ATXHeading\d|SetextHeading\d|TableCell|Task)$/.test(name)
}

/** Blocks of raw HTML. */
export function isHtmlBlock({ name }: Node): boolean {
  return /^(?:HTML|Comment|ProcessingInstruction)Block$/.test(name)
}

/** What holds other blocks. */
export function isContainer({ name }: Node): boolean {
  return /^(?:Document|Blockquote|BulletList|OrderedList|ListItem)$/.test(name)
}
