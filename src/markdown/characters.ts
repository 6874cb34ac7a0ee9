import { decodeNamedCharacterReference } from 'decode-named-character-reference'

/** What a character reference such as `&commat;` or `&#64;` stands for; itself, if for nothing. */
export function decodeCharacter(reference: string): string {
  const [, hex, decimal, name] = /^&(?:#[xX]([\dA-Fa-f]+)|#(\d+)|(\w+));?$/.exec(reference) ?? []
  if (name !== undefined) return decodeNamedCharacterReference(name) || reference
  const code = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD'
}

/** Text for an HTML attribute or element, also where Markdown is read. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0)};`)
}
