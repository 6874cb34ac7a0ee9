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
/** Marks at which the parser looks back or ahead, in one block of text. */
const mostMarks = 3000
/** Blanks in a row. */
const longestBlank = 1000
/** Characters of link definitions that are read again with each of their lines: so many, and so many for each character. */
const readAgain = { spare: 5_000_000, perCharacter: 500 }

const marks = /[[\]<~\n]|`+|\*+|_+/g
const blanks = /[[>\s]--\n]+/gv

/**
 * Ends the parsing of `markdown` as soon as it would take the square of its length: the parser compares each mark of a
 * block with all that is in that block. Throws a `CraftedMarkdownError`.
 */
export function limitParsing(markdown: string): MarkdownConfig {
  if (Array.from(markdown.matchAll(blanks)).some(([run]) => run.length > longestBlank)) refuse()
  let left = readAgain.spare + readAgain.perCharacter * markdown.length
  return {
    parseBlock: [
      {
        name: 'Limit',
        before: 'LinkReference',
        parse({ depth }) {
          if (depth > deepestBlock) refuse()
          return false
        },
        leaf: (_, { content }) =>
          content.startsWith('[')
            ? {
                nextLine(_cx, _line, leaf) {
                  left -= leaf.content.length
                  if (left < 0) refuse()
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
          if (position === offset && (text.match(marks)?.length ?? 0) > mostMarks) refuse()
          return -1
        },
      },
    ],
  }
}

function refuse(): never {
  throw new CraftedMarkdownError('The text is too hard to parse.')
}
