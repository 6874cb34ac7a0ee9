import { isForeignIssue, type Place, readIssue, redirect } from './addresses.ts'
import { type Edit, outside } from './edits.ts'
import { isHtmlBlock, type Node } from './tree.ts'
import { bareLink, gap, readVisible, type Visible } from './visible.ts'

const mention =
  /(?:(?<![A-Za-z0-9])|(?<=@[\w.-]{1,100}))@[A-Za-z0-9](?:[\w.-]*\w)?(?:\/\w(?:[\w.-]*\w)?)*/g
const crossReference = /(?<![\w.-])([\w-][\w.-]*\/[\w.-]+)#\d+/g
const address = /(?:https?:\/\/|www\.)(?:(?!https?:\/\/|www\.)[^\s<>"'`()[\]*\uFFF9\uFFFC])+/gi
/** Anything that GitHub could make a link of by itself. */
const anyAddress = /(?:https?:\/\/|ftp:\/\/|www\.)[^\s\uFFFC]*/gi
/** An address that every reader takes for one, so that an `@` in it mentions nobody. */
const clear = /(?<![\w@])https?:\/\/[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?\/[\w@/.%#?=&+-]*/gi
/** The names of accounts and repositories have at most 100 characters. */
const closing = new RegExp(
  `(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\\s:${gap}]*((?:[\\w-][\\w.-]{0,99}/[\\w.-]{1,100})?#\\d+|GH-\\d+|(?:https?://|www\\.)[^\\s${gap}]+|${bareLink})`,
  'dgi',
)

type Source = { readonly source: string; readonly place: Place; readonly closes: boolean }
type Span = { readonly start: number; readonly end: number }

/** Takes the effect from what would mention somebody, refer to another repository or, if asked for, close an issue. */
export function editReferences(block: Node, text: Source): readonly Edit[] {
  const visible = readVisible(text.source, block)
  // In raw HTML, and behind a bracket that no link may come of, GitHub does not always see addresses.
  const bracket = text.source.slice(block.from, block.to).search(isHtmlBlock(block) ? /^/ : /\[|$/)
  const plain = spansOf(visible.text, clear)
    .map((span) => rangeOf(visible, span))
    .filter(({ from }) => from <= block.from + bracket)
  const names = [...spansOf(visible.text, mention), ...crossReferences(visible.text, text.place)]
  const codes = [
    ...names.map((span) => rangeOf(visible, span)).filter(outside(plain)),
    ...closings(visible, text).map((span) => rangeOf(visible, span)),
  ]
  return [
    ...codes.map((range) => asCode(text.source, range)),
    ...foreignAddresses(visible, text),
    ...separations(visible, text),
  ]
}

/** GitHub takes a backslash, backtick or bracket after an address into it: there it escapes or begins nothing. */
function separations(visible: Visible, { source }: Source): readonly Edit[] {
  return spansOf(visible.text, anyAddress).flatMap(({ start, end }) => {
    const places = visible.from.slice(start, end + 1)
    const at = places.find((place) => /^(?:[\\`[]|!\[)/.test(source.slice(place, place + 2)))
    return at === undefined ? [] : [{ from: at, to: at, text: ' ' }]
  })
}

function spansOf(text: string, pattern: RegExp): readonly Span[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }))
}

function crossReferences(text: string, { repository }: Place): readonly Span[] {
  return spansOf(text, crossReference).filter(({ start, end }) => {
    const [name = ''] = text.slice(start, end).split('#')
    return name.toLowerCase() !== repository.toLowerCase()
  })
}

function closings(visible: Visible, { source, place, closes }: Source): readonly Span[] {
  if (!closes) return []
  return Array.from(visible.text.matchAll(closing), ({ indices }) => {
    const [start, end] = indices?.[1] ?? [0, 0]
    return { start, end }
  }).filter((span) => {
    const { from, to } = rangeOf(visible, span)
    const text = source.slice(from, to).replace(/^<|>$/g, '')
    return !/^(?:https?:|www\.)/i.test(text) || readIssue(text, place) !== undefined
  })
}

function foreignAddresses(visible: Visible, { source, place }: Source): readonly Edit[] {
  return spansOf(visible.text, address)
    .map((span) => ({ ...span, text: visible.text.slice(span.start, span.end) }))
    .filter(({ text }) => isForeignIssue(text, place))
    .map(({ text, ...span }) => {
      const range = rangeOf(visible, span)
      const other = redirect(text, place)
      return other === undefined ? asCode(source, range) : { ...range, text: other }
    })
}

function rangeOf(visible: Visible, { start, end }: Span): { from: number; to: number } {
  return { from: visible.from[start] ?? 0, to: visible.to[end - 1] ?? 0 }
}

/** As an element, which no backtick beside it changes; but in Markdown, an address would be a link even there. */
function asCode(source: string, range: { from: number; to: number }): Edit {
  const text = source.slice(range.from, range.to).replace(/^<|>$/g, '')
  const isAddress = /^(?:https?:|www\.)/i.test(text)
  return { ...range, text: isAddress ? `\`${text}\`` : `<code>${text}</code>` }
}
