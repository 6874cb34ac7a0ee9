import { decodeCharacter, escapeHtml } from './characters.ts'

/** What GitHub shows of raw HTML and an answer has a use for. Everything else is shown as text. */
const allowed = new Set(
  `a b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s
  samp small strike strong sub summary sup table tbody td tfoot th thead tr tt ul var`.split(/\s+/),
)
const empty = new Set(['br', 'hr', 'img'])
const attributes = new Set(
  'align alt colspan height href open rowspan src start title valign width'.split(' '),
)

/** A tag that may stay. */
export type Tag = {
  readonly name: string
  readonly kind: 'open' | 'close' | 'empty'
  /** The values are decoded. */
  readonly attributes: Readonly<Record<string, string>>
}

const attribute = String.raw`\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>${'`'}]+|'[^']*'|"[^"]*"))?`
const tag = String.raw`<\/?[A-Za-z][A-Za-z0-9-]*(?:${attribute})*\s*\/?>`
const anyTag = new RegExp(`^${tag}`)
/** A longer one is shown as text, so that an attribute without an end is not read again for each tag in it. */
const longestTag = 2000

/** Comments, tags, and what else could begin something: a `<` that is none of them. */
export function scanHtml(html: string): readonly { readonly at: number; readonly text: string }[] {
  const found: { at: number; text: string }[] = []
  const lastEnd = html.lastIndexOf('-->')
  let done = 0
  for (const { index: at } of html.matchAll(/<(?=[A-Za-z/!?])/g)) {
    if (at < done) continue
    const text = commentAt(html, { at, lastEnd }) ?? tagAt(html, at) ?? '<'
    found.push({ at, text })
    done = at + text.length
  }
  return found
}

function commentAt(
  html: string,
  { at, lastEnd }: { at: number; lastEnd: number },
): string | undefined {
  if (!html.startsWith('<!--', at)) return undefined
  const [empty] = /^<!---?>/.exec(html.slice(at, at + 6)) ?? []
  if (empty !== undefined) return empty
  return at + 4 <= lastEnd ? html.slice(at, html.indexOf('-->', at + 4) + 3) : undefined
}

function tagAt(html: string, at: number): string | undefined {
  return anyTag.exec(html.slice(at, at + longestTag))?.[0]
}

/** The tag if it is one that may stay. */
export function readTag(text: string): Tag | undefined {
  const [, slash, word = '', rest = ''] =
    /^<(\/?)([A-Za-z][A-Za-z0-9-]*)([\s\S]*)>$/.exec(text) ?? []
  const name = word.toLowerCase()
  if (!allowed.has(name)) return undefined
  if (slash) return empty.has(name) ? undefined : { name, kind: 'close', attributes: {} }
  return { name, kind: empty.has(name) ? 'empty' : 'open', attributes: readAttributes(rest) }
}

function readAttributes(text: string): Record<string, string> {
  const pattern = /([A-Za-z_:][\w.:-]*)(?:\s*=\s*(?:([^\s"'=<>`]+)|'([^']*)'|"([^"]*)"))?/g
  const found: Record<string, string> = {}
  for (const [, word = '', bare, single, double] of text.matchAll(pattern)) {
    const name = word.toLowerCase()
    if (attributes.has(name)) found[name] ??= decodeAll(bare ?? single ?? double ?? '')
  }
  return found
}

function decodeAll(text: string): string {
  return text.replace(/&(?:#[xX][\dA-Fa-f]+|#\d+|\w+);?/g, decodeCharacter)
}

/** The tag on one line, with no attribute but those that may stay. */
export function writeTag({ name, kind, attributes }: Tag): string {
  if (kind === 'close') return `</${name}>`
  const pairs = Object.entries(attributes).map(([key, value]) =>
    value === '' ? ` ${key}` : ` ${key}="${escapeHtml(value.replace(/\s+/g, ' '))}"`,
  )
  return `<${name}${pairs.join('')}>`
}
