import { decodeString } from 'micromark-util-decode-string'
import { isForeignIssue, isOnServer, type Place, redirect } from './addresses.ts'

/** A tag that may stay, a comment, or `text`: a `<` that would begin anything else. */
export type Tag = {
  readonly kind: 'open' | 'close' | 'empty' | 'comment' | 'text'
  readonly at: number
  readonly source: string
  readonly name: string
  readonly attributes: string
}

const allowed = new Set(
  `a b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s
  samp small strike strong sub summary sup table tbody td tfoot th thead tr tt ul var`.split(/\s+/),
)
const empty = new Set(['br', 'hr', 'img'])
const comments = /<!--[\s\S]*?-->/g
const tags = /<(\/?)([a-z][a-z\d-]*)((?:\s[^<>]{0,2000})?)\/?>|<(?=[a-z/!?])/gi
const attributes =
  /\s(align|alt|colspan|height|href|open|rowspan|src|start|title|valign|width)(?:=("[^"]*"|'[^']*'|[\w%-]+))?(?=\s|\/|$)/gi

/** The tags and comments of raw HTML, in order. A tag that is longer than anyone writes is text. */
export function readTags(html: string): readonly Tag[] {
  // Behind the last end no comment is looked for: each would be read to the end of the text.
  const end = html.lastIndexOf('-->') + 3
  const found: Tag[] = []
  const head = html.slice(0, end).replace(comments, (source, at: number) => {
    found.push({ kind: 'comment', at, source, name: '', attributes: '' })
    return ' '.repeat(source.length)
  })
  for (const match of (head + html.slice(end)).matchAll(tags)) found.push(readTag(match))
  return found.toSorted((one, other) => one.at - other.at)
}

function readTag({
  index: at,
  0: source,
  1: slash,
  2: word = '',
  3: rest = '',
}: RegExpExecArray): Tag {
  const name = word.toLowerCase()
  const isText = !allowed.has(name) || (slash === '/' && empty.has(name))
  const kind = slash === '/' ? 'close' : empty.has(name) ? 'empty' : 'open'
  return { kind: isText ? 'text' : kind, at, source: isText ? '<' : source, name, attributes: rest }
}

/** A tag with no attribute but those that may stay; an image of another host as a link. */
export function cleanTag({ kind, source, name, attributes: written }: Tag, place: Place): string {
  if (kind === 'close') return source
  const kept = Array.from(written.matchAll(attributes), ([text, key = '', value = '']) => ({
    text,
    key: key.toLowerCase(),
    value: readValue(value),
  }))
  const find = (wanted: string) => kept.find(({ key }) => key === wanted)?.value.trim()
  const image = name === 'img' ? find('src') : undefined
  if (image !== undefined && !isOnServer(image, place))
    return `<a href="${escapeHtml(image)}">${escapeHtml(find('alt') || image)}</a>`
  const safe = kept
    .filter(({ key }) => (key !== 'href' || name === 'a') && (key !== 'src' || name === 'img'))
    .map(({ text, key, value }) => {
      if (key !== 'href' || !isForeignIssue(value, place)) return text
      return ` href="${escapeHtml(redirect(value, place) ?? '')}"`
    })
  return source.slice(0, name.length + 1) + safe.join('') + (/\s*\/?>$/.exec(source)?.[0] ?? '>')
}

/** Browsers read character references without a semicolon, too. */
function readValue(written: string): string {
  return written
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .replace(/&(#\d{1,7}|#x[\da-f]{1,6}|\w{1,31});?/gi, (_, name) => decodeString(`&${name};`))
}

/** Text for an HTML attribute or element, also where Markdown is read. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0)};`)
}
