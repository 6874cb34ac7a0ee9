import type { parse } from 'micromark'

/** Thrown for a text that would take the parser more time than its length justifies. */
export class CraftedMarkdownError extends Error {
  override readonly name = 'CraftedMarkdownError'
}

/** Returns the result of `act`; undefined if a text is crafted to be hard to parse. */
export function unlessCrafted<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof CraftedMarkdownError) return undefined
    throw error
  }
}

/** Throws a `CraftedMarkdownError` if a count is above its limit. */
export function limitTo(most: number, count: number): void {
  if (count > most) throw new CraftedMarkdownError('The text is too hard to parse.')
}

type Extension = NonNullable<NonNullable<Parameters<typeof parse>[0]>['extensions']>[number]
type Construct = Extract<NonNullable<NonNullable<Extension['text']>['null']>, { tokenize: unknown }>

/** An ordinary text takes about 4 steps a character. */
const stepsPerCharacter = 50
const spareSteps = 100_000
/** The parser compares the marks of a text with each other, and copies what is in brackets. */
const mostEvents = 12_000
const mostBrackets = 100
const marks = Array.from('!&*<[\\]_`~', (mark) => mark.charCodeAt(0))

/**
 * Counts the steps of the parser, and throws a `CraftedMarkdownError` when it takes more than an ordinary text needs: some
 * of its rules read to the end of a paragraph and fail, again and again.
 */
export function limitParsing(length: number): Extension {
  const mostSteps = stepsPerCharacter * length + spareSteps
  const brackets = new WeakMap<object, number>()
  let steps = 0
  const limited: Construct = {
    // Otherwise it would begin a piece of text where the parser does not.
    previous: () => false,
    tokenize(effects, _ok, nok) {
      limitTo(mostEvents, this.events.length)
      const { consume } = effects
      if (!brackets.has(effects))
        effects.consume = (code) => {
          limitTo(mostSteps, ++steps)
          consume(code)
        }
      const open = brackets.get(effects) ?? 0
      return (code) => {
        const step = code === 91 ? 1 : code === 93 ? -1 : 0
        brackets.set(effects, Math.max(0, open + step))
        limitTo(mostBrackets, open)
        return nok(code)
      }
    },
  }
  const text = Object.fromEntries([...marks, 'null'].map((key) => [key, limited]))
  return { contentInitial: { null: limited }, string: text, text }
}

const prefix = /^(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))+/gm
const widestPrefix = 200

/** Lists and quotes cost time on each of their lines, so the marks at the beginning of a line are limited. */
export function limitNesting(markdown: string): void {
  for (const [marks] of markdown.matchAll(prefix))
    if (/[^ \t]/.test(marks)) limitTo(widestPrefix, marks.replaceAll('\t', '    ').length)
}
