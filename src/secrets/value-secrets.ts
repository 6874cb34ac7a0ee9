/** A shorter value is never searched for. */
const shortest = 6
/** A longer value is plainly something, but not a word or a path. */
const longest = 2000

/** A word in one case that can be spoken, such as a flag, a level or a stage. */
const oneCase = /^(?:[a-z]{1,12}|[A-Z]{1,12}|[A-Z][a-z]{1,11})$/
const spoken = /^(?=.*[aeiouy])(?!.*[^aeiouy]{5})(?!.*[aeiou]{4})(?!.*(.)\1\1)/

const shapes: readonly RegExp[] = [
  // A number; a long one that is not round could be a code.
  /^[+-]?(?:\d{1,7}(?:\.\d{1,6})?|\d{1,15}000)$/,
  /^\d{1,5}(?:\.\d{1,3})?(?:ms|[smhdw]|[kmgt]i?b?|%)$/i,
  // A version or an address of IPv4, and a date.
  /^v?\d{1,5}(?:\.(?:\d{1,5}|x)){1,3}(?:-[a-z]{1,8}(?:\.\d{1,4})?)?(?::\d{1,5})?$/,
  /^\d{4}-\d{2}-\d{2}(?:-[a-z]{1,12})?$/,
  // A locale, a region of a cloud, a host.
  /^(?:C|[a-z]{2,3}(?:[_-](?:[A-Z]{2}|[A-Z][a-z]{3}|[a-z]{2})){1,2})(?:\.(?:UTF|utf|ISO)[\d-]{1,7})?$/,
  /^(?:[a-z]{2,12}-){1,2}(?:north|south|east|west|central){1,2}-?\d{0,2}[a-z]?$/,
  /^(?:localhost|(?:[a-z][a-z-]{0,23}\d{0,3}\.){1,4}[a-z]{2,8})(?::\d{1,5})?$/,
]

/** What a connection string has after `Password=` and the like. */
const assigned =
  /(?:^|[;&?\s])[\w -]{0,20}(?:passw(?:or)?d|pwd|secret|token|key)\s?=\s?([^;&\s]+)/gi

/** Passwords of databases that nobody means to keep. */
const samples = /^(?:password|passwd|postgres|secret|example|changeme)$/i

/**
 * What of a value that an agent is given counts as a secret: the value as a whole, and each password in it. Nothing, if
 * it plainly is none: a flag, a number, a short word, a path, a locale, a host, or a URL without a password.
 */
export function secretsInValue(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim())
  if (lines.every(isPlainLine)) return []
  const inside = lines.flatMap((line) => [
    withoutScheme(line),
    ...passwordsIn(line),
    ...Array.from(line.matchAll(assigned), ([, found = '']) => found),
    ...partsOfURL(line),
  ])
  return [...new Set([value, ...lines, ...inside.filter((text) => !samples.test(text))])]
}

/** What a header such as `Bearer …` has after the name of its scheme. */
export function withoutScheme(text: string): string {
  return text.replace(/^(?:basic|bearer|token|key)\s+/i, '')
}

/** The password of a URL, as it is written and decoded; its user name, if there is no password. */
export function passwordsIn(value: string): string[] {
  const { username = '', password = '' } = URL.parse(value) ?? {}
  // One that is not encoded may hold the marks at which a URL is divided.
  const [, written = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^:/?#@\s]*:(.+)@[^@\s]*$/i.exec(value) ?? []
  const isSample = (text: string) => samples.test(text) || (text === username && isWord(text))
  return [password, written, password ? '' : username]
    .flatMap((text) => [text, decode(text)])
    .filter((text) => text !== '' && !(password && isSample(text)))
}

function isPlainLine(line: string): boolean {
  if (line.length < shortest) return true
  if (line.length > longest) return false
  return isPlain(line) || line.split(',').every((part) => isPlain(part.trim()))
}

function isPlain(text: string): boolean {
  return (
    text === '' ||
    isWord(text) ||
    shapes.some((shape) => shape.test(text)) ||
    isPath(text) ||
    isOptions(text) ||
    isPlainURL(text)
  )
}

function isWord(text: string): boolean {
  return oneCase.test(text) && spoken.test(text.toLowerCase())
}

/** A path from the root, the home or the current folder, several of them as in `PATH`, or one like `src/main.ts`. */
function isPath(text: string): boolean {
  const several = text.split(/^[A-Za-z]:/.test(text) ? ';' : ':')
  const parts = text.replace(/\/$/, '').split('/')
  return several.every(isRooted) || (parts.length > 1 && parts.every(isSpelt))
}

function isRooted(path: string): boolean {
  return (
    /^(?:~?\/|\.{1,2}\/|[A-Za-z]:[\\/])[\w@ .:+~()\\/-]*$/.test(path) &&
    !path.split(/[\\/]/).some(isRandom)
  )
}

function isSpelt(part: string): boolean {
  const pieces = part.replace(/^\./, '').split(/[._-]/)
  return pieces.every((piece) => isWord(piece) || /^[a-z\d]{1,4}$/.test(piece))
}

/** True for what no person makes up: letters in both cases with digits, or very many without a break. */
export function isRandom(part: string): boolean {
  if (part.length < 12) return false
  const isMixed = [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(part))
  return isMixed || /[A-Za-z0-9+=]{24}/.test(part)
}

/** `--max-old-space-size=4096 --enable-source-maps` */
function isOptions(text: string): boolean {
  return text.split(/\s+/).every((part) => {
    const [, name = '', value = ''] = /^--?([A-Za-z][\w.-]{0,40})(?:=(.*))?$/.exec(part) ?? []
    return name !== '' && !isRandom(name) && isPlain(value)
  })
}

function isPlainURL(text: string): boolean {
  const hasNoUser = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[\w.:[\]-]*(?:[/?#]|$)/i.test(text)
  return hasNoUser && URL.canParse(text) && partsOfURL(text).length === 0
}

/** What in the path, the query or the fragment of a URL could be a secret. */
function partsOfURL(text: string): string[] {
  const url = URL.parse(text)
  if (!url) return []
  const named = [...url.searchParams.values(), url.hash.slice(1)]
  const found = [...url.pathname.split('/').filter(isRandom), ...named.filter(isTold)]
  return found.flatMap((part) => [part, decode(part)])
}

function isTold(part: string): boolean {
  return part.length >= shortest && !isPlain(part)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
