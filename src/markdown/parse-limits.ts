import type { MarkdownConfig } from '@lezer/markdown'

/** A text that would take the parser more than a time in proportion to its length. */
export class CraftedMarkdownError extends Error {
  override readonly name = 'CraftedMarkdownError'
}

/** What `act` returns; undefined where it parses a text that is too hard. */
export function uncrafted<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof CraftedMarkdownError) return undefined
    throw error
  }
}

const deepestBlock = 100
/** Places at which the parser looks back or ahead, in one block of text. */
const mostMarks = 4000
const longestBlank = 1000
/** Marks that the parser may compare with each character, over all blocks of text. */
const marksPerCharacter = 2000
/** So that a short text may have one long table. */
const spareWork = 20_000_000

const marks = /[[\]<~\n]|`+|\*+|_+/g
const blanks = /[[>\s]--\n]+/gv

/**
 * Ends the parsing of `markdown` as soon as it would take the square of its length: the parser compares each mark of a
 * block with all that is in that block. Throws a `CraftedMarkdownError`.
 */
export function limitParsing(markdown: string): MarkdownConfig {
  let left = spareWork + marksPerCharacter * markdown.length
  const spend = (work: number) => {
    left -= work
    if (left < 0) throw new CraftedMarkdownError('The text is too hard to parse.')
  }
  const refuse = () => spend(Number.POSITIVE_INFINITY)
  if (Array.from(markdown.matchAll(blanks)).some(([run]) => run.length > longestBlank)) refuse()
  return {
    parseBlock: [
      {
        name: 'Limit',
        before: 'LinkReference',
        parse({ depth }) {
          if (depth > deepestBlock) refuse()
          return false
        },
        // What may define a link is read again with each line.
        leaf: (_, { content }) =>
          content.startsWith('[')
            ? {
                nextLine(_cx, _line, leaf) {
                  spend(4 * leaf.content.length)
                  return false
                },
                finish: () => false,
              }
            : null,
      },
    ],
    parseInline: [
      {
        name: 'Limit',
        before: 'Escape',
        parse({ offset, text }, _, position) {
          if (position !== offset) return -1
          const count = text.match(marks)?.length ?? 0
          if (count > mostMarks) refuse()
          spend(count * text.length)
          return -1
        },
      },
    ],
  }
}
