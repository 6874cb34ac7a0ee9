import { findInvisible } from './invisible.ts'

const longestQuote = 300

/** Foreign text in quotes, as one line, cut. */
export function quote(text: string, longest = longestQuote): string {
  const line = oneLine(showInvisible(text))
  return `“${line.length > longest ? `${line.slice(0, longest)}…` : line}”`
}

/** The name of a file as it is shown: one line, in which nothing is hidden or turned around. */
export function showName(name: string): string {
  return showInvisible(name).replace(/[\t\n\r]|[^\P{Z} ]/gu, escapeOf)
}

/** Text in which characters that no reader sees are shown by their code points, such as `\u202e`. */
export function showInvisible(text: string): string {
  const parts: string[] = []
  let done = 0
  for (const { from, to } of findInvisible(text)) {
    parts.push(text.slice(done, from), escapeOf(text.slice(from, to)))
    done = to
  }
  return parts.join('') + text.slice(done)
}

function escapeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}

/** Text as one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

/** `1 file`, `2 files`, `1,000 files`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `1,234,567`. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US')
}

const disjunction = new Intl.ListFormat('en-GB', { type: 'disjunction' })

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  return disjunction.format(words)
}

/** US dollars, to a hundredth of a cent. */
export function dollars(value: number): string {
  return `$${value.toFixed(4)}`
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The value of a JSON text; undefined, which no schema of an object takes, if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
