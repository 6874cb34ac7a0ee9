import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

/** Markdown as HTML, raw HTML let through, as GitHub has it before its sanitizer. */
export function toHtml(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
}

/** The tags that open and close nothing, or in the wrong order. */
export function unbalanced(html: string): readonly string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^>]*)?>/gi)) {
    if (/^(?:br|hr|img|input)$/.test(name)) continue
    if (!slash) open.push(name)
    else if (open.at(-1) === name) open.pop()
    else wrong.push(`/${name}`)
  }
  return [...wrong, ...open]
}

/** The text of HTML without code, or that of its code. */
export function textOf(html: string, part: 'code' | 'text'): string {
  const pattern = /<(pre|code)\b[^>]*>[\s\S]*?<\/\1>/g
  const chosen = part === 'code' ? (html.match(pattern) ?? []).join(' ') : html.replace(pattern, '')
  return chosen.replace(/<[^>]*>/g, '').replace(/\s+/g, '')
}
