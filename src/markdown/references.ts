import { decodeString } from 'micromark-util-decode-string'
import { findInvisible } from '../text/invisible.ts'
import { isForeignIssue, type Place, readIssue, redirect } from './addresses.ts'
import type { Edit } from './edits.ts'

// As it is written, with escapes and character references. Letters, `@` and `/` are decoded before.
const hash = String.raw`(?:\\?#|&#0*35;?|&#x0*23;?|&num;)`
const name = String.raw`(?:[\w.-]|\\[_.-]|&#?\w{1,8};){1,100}`
const slash = String.raw`\\?\/`
const address = String.raw`(?:https?(?:\\?:|&[#\w]{1,8};)${slash}${slash}|www\\?\.)(?:(?!https?:|www\.)[^\s<>"'${'`'}()[\]*])+`
const issue = String.raw`(?:${name}${slash}${name})?${hash}\d+|GH-\d+|${address}`
const closing = String.raw`(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\s:*_~"'()[\]-]*(?<issue>${issue})`

const patterns = {
  mention: find(String.raw`(?<![A-Za-z0-9])\\?@\w+(?:[@./-]+\w+)*`),
  issue: find(String.raw`(?<![\w.-])${name}${slash}${name}${hash}\d+`),
  address: find(address),
  closing: find(closing),
  image: find(String.raw`!(?=\[)`),
}

/** In Markdown, an escaped character begins nothing. */
function find(pattern: string): { readonly markdown: RegExp; readonly html: RegExp } {
  const markdown = new RegExp(`(?<hit>${pattern})|\\\\[!-/:-@[-\`{-~]`, 'dgi')
  return { markdown, html: new RegExp(`(?<hit>${pattern})`, 'dgi') }
}

/** A stretch of text as it is written. `before` is what stands before it in the same block. */
export type Text = {
  /** `address` if every parser reads it as one. */
  readonly language: 'markdown' | 'html' | 'address'
  readonly written: string
  readonly at: number
  readonly before: string
}

const clear = /^https?:\/\/[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?\/[\w@/.%#?=&+-]*$/i

/** Whether every parser reads the text as one address, so that an `@` in it mentions no one. */
export function isClearAddress(written: string): boolean {
  return clear.test(written)
}

/** Disarms what would mention someone, refer to another repository or, if `closes`, close an issue. */
export function editReferences(
  text: Text,
  { closes = false, ...place }: Place & { readonly closes?: boolean | undefined },
): readonly Edit[] {
  const decoded = decode(text)
  if (decoded.length > 0) return decoded
  const names = [
    ...hits(text, 'mention'),
    ...hits(text, 'issue').filter((issue) => !isOwn(issue, place)),
  ]
  const closing = closes ? hits(text, 'closing').filter((issue) => canClose(issue, place)) : []
  return [
    ...(text.language === 'address' ? [] : names).map(asCode),
    ...closing.map(asCode),
    ...hits(text, 'address').flatMap((hit) => redirectForeign(hit, place)),
    ...(text.language === 'markdown' ? hits(text, 'image').map(escapeMark) : []),
  ]
}

function hits(
  { language, written, at, before }: Text,
  kind: keyof typeof patterns,
): readonly Edit[] {
  const whole = kind === 'closing' ? before + written : written
  const start = at + written.length - whole.length
  const pattern = patterns[kind][language === 'html' ? 'html' : 'markdown']
  return Array.from(whole.matchAll(pattern), ({ indices }) => {
    const [from, to] = indices?.groups?.issue ?? indices?.groups?.hit ?? [0, 0]
    return { from: start + from, to: start + to, text: whole.slice(from, to) }
  }).filter(({ from, to }) => from >= at && to > from)
}

function isOwn({ text }: Edit, { repository }: Place): boolean {
  return decodeString(text).split('#')[0]?.toLowerCase() === repository.toLowerCase()
}

const isAddress = /^(?:https?\W|www\W)/i

function canClose({ text }: Edit, place: Place): boolean {
  return !isAddress.test(text) || readIssue(decodeString(text), place) !== undefined
}

/** An element, since a backtick next to it can't change it; but in an element an address would still be a link. */
function asCode(edit: Edit): Edit {
  const { text } = edit
  return { ...edit, text: isAddress.test(text) ? `\`${text}\`` : `<code>${text}</code>` }
}

function redirectForeign(edit: Edit, place: Place): readonly Edit[] {
  const address = decodeString(edit.text)
  if (!isForeignIssue(address, place)) return []
  const text = redirect(address, place)
  return [text === undefined ? asCode(edit) : { ...edit, text }]
}

function escapeMark(edit: Edit): Edit {
  return { ...edit, text: `\\${edit.text}` }
}

const characterReference = /&(#\d{1,7}|#x[\da-f]{1,6}|\w{1,31});?/gi

/** Letters, `@` and `/` that are written as character references, and invisible characters. */
function decode({ written, at }: Text): readonly Edit[] {
  return Array.from(written.matchAll(characterReference), ({ 0: reference, 1: name, index }) => {
    const character = decodeString(`&${name};`)
    const text = findInvisible(character).length > 0 ? '' : character
    return { from: at + index, to: at + index + reference.length, text }
  }).filter(({ text }) => /^[A-Za-z0-9@/]?$/.test(text))
}
