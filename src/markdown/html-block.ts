import type { BlockContext, Line, MarkdownConfig } from '@lezer/markdown'

const blankLine = /^[ \t]*$/

const blocks =
  `address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div
  dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link
  main menu menuitem nav noframes ol optgroup option p param section source summary table tbody td tfoot th thead title
  tr track ul`.replace(/\s+/g, '|')
const attribute = String.raw`\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>\x60]+|'[^']*'|"[^"]*"))?`

/** How blocks of raw HTML begin and end, as in the CommonMark specification. */
const kinds = [
  {
    start: /^<(?:script|pre|style|textarea)(?:\s|>|$)/i,
    end: /<\/(?:script|pre|style|textarea)>/i,
  },
  { start: /^<!--/, end: /-->/ },
  { start: /^<\?/, end: /\?>/ },
  { start: /^<![A-Z]/i, end: />/ },
  { start: /^<!\[CDATA\[/, end: /\]\]>/ },
  { start: new RegExp(`^</?(?:${blocks})(?:\\s|/?>|$)`, 'i'), end: blankLine },
  {
    start: new RegExp(
      `^(?:</[a-z][a-z\\d-]*\\s*>|<[a-z][a-z\\d-]*(?:${attribute})*\\s*/?>)\\s*$`,
      'i',
    ),
    end: blankLine,
  },
]

/** In @lezer/markdown 1.8.1 a blank line of a quote (`>`) does not end a block of HTML; here it does. */
export const htmlBlocks: MarkdownConfig = {
  parseBlock: [{ name: 'HTMLBlock', parse: parseHtmlBlock }],
}

function parseHtmlBlock(context: BlockContext, line: Line): boolean {
  const text = line.text.slice(line.pos)
  const kind = kinds.find(({ start }) => start.test(text))
  if (kind === undefined) return false
  const from = context.lineStart + line.pos
  const marks: Line['markers'] = []
  let inside = true
  while (inside && !kind.end.test(line.text.slice(line.basePos))) {
    inside = context.nextLine() && depthOf(line) >= context.depth
    if (inside) marks.push(...line.markers)
  }
  if (inside && kind.end !== blankLine) context.nextLine()
  context.addElement(context.elt('HTMLBlock', from, context.prevLineEnd(), marks))
  return true
}

/** In how many of the blocks around it the line still is; @lezer/markdown has it, but does not declare it. */
function depthOf(line: Line): number {
  return 'depth' in line && typeof line.depth === 'number' ? line.depth : 0
}
