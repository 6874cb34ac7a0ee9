/** Characters that a chunk has at most: of a very long secret one expression would be too big. */
const CHUNK = 64

/** Three levels of JSON; each doubles the backslashes. */
const MOST_BACKSLASHES = 8

const LETTERS: Readonly<Record<string, string>> = {
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\f': 'f',
  '\r': 'r',
}

const ENTITIES: Readonly<Record<string, string>> = {
  '"': 'quot',
  '&': 'amp',
  "'": 'apos',
  '<': 'lt',
  '>': 'gt',
}

/**
 * Finds a value in text where any of its characters may be escaped, in any mixture: as in JSON or
 * Markdown, percent-encoded, as an HTML entity; each also repeatedly. Yields start and end.
 */
export function createEscapeFinder(
  value: string,
): (text: string) => Iterable<readonly [number, number]> {
  const [first = '', ...rest] = chunksOf(value)
  const start = new RegExp(first, 'g')
  const following = rest.map((source) => new RegExp(source, 'y'))
  return function* find(text) {
    for (const match of text.matchAll(start)) {
      const end = follow(text, match.index + match[0].length, following)
      if (end !== undefined) yield [match.index, end]
    }
  }
}

function follow(text: string, from: number, expressions: readonly RegExp[]): number | undefined {
  let at = from
  for (const expression of expressions) {
    expression.lastIndex = at
    if (!expression.test(text)) return undefined
    at = expression.lastIndex
  }
  return at
}

function chunksOf(value: string): readonly string[] {
  // Backslashes in a row are one: apart, an expression for each would try too many divisions.
  const units = value.match(/\\+|[^\\]/gu) ?? []
  // In front of all no more than one is needed, and more would make long runs of them slow.
  const sources = units.map((unit, at) => formsOf(unit, at === 0 ? 1 : MOST_BACKSLASHES))
  return Array.from({ length: Math.ceil(sources.length / CHUNK) }, (_, at) =>
    sources.slice(at * CHUNK, (at + 1) * CHUNK).join(''),
  )
}

/** All that may stand for a character, or for backslashes, with up to so many backslashes before it. */
function formsOf(unit: string, most: number): string {
  if (unit.startsWith('\\')) return backslashes(unit.length, most)
  const forms = [literal(unit, most), percent(unit), entity(unit), unicode(unit, most)]
  const letter = LETTERS[unit]
  if (letter !== undefined) forms.push(`\\\\{1,${most}}${letter}`)
  if (unit === ' ') forms.push('\\+')
  return `(?:${forms.join('|')})`
}

/** At least so many, where each may be encoded; written so that there is one way to divide a long run. */
function backslashes(count: number, most: number): string {
  const encoded = [percent('\\'), entity('\\'), unicode('\\', most)].join('|')
  const run = `\\\\{0,${count * MOST_BACKSLASHES}}`
  return `(?=(?:${encoded}|\\\\){${count}})${run}(?:(?:${encoded})${run}){0,${count}}`
}

/** JSON and Markdown put a backslash before punctuation. */
function literal(character: string, most: number): string {
  const escaped = RegExp.escape(character)
  return /[!-/:-@[-`{-~]/.test(character) ? `\\\\{0,${most - 1}}${escaped}` : escaped
}

function percent(character: string): string {
  const bytes = [...Buffer.from(character)]
  return bytes.map((byte) => `%(?:25){0,3}${digits(byte, 2)}`).join('')
}

function entity(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const forms = [`#0{0,6}${code}`, `#[xX]0{0,6}${digits(code)}`]
  const name = ENTITIES[character]
  if (name !== undefined) forms.push(name)
  return `&(?:amp;){0,3}(?:${forms.join('|')});`
}

function unicode(character: string, most: number): string {
  const code = character.codePointAt(0) ?? 0
  const run = `\\\\{1,${most}}`
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
  const forms = [
    units.map((unit) => `${run}u${digits(unit, 4)}`).join(''),
    `${run}u\\{0{0,6}${digits(code)}\\}`,
  ]
  if (code < 256) forms.push(`${run}x${digits(code, 2)}`)
  return forms.join('|')
}

/** A number in hexadecimal digits of either case. */
function digits(value: number, length = 1): string {
  const text = value.toString(16).padStart(length, '0')
  return text.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
}
