/** Beginnings, marks and units of which a text is made that a careless expression reads again and again. */
const units: Readonly<Record<string, string>> = {
  'beginnings of comments': '<!--',
  'whole comments': '<!-- x -->',
  'ends of comments': '-->',
  'opening brackets': '[',
  'links that never end': '[](',
  backticks: '`',
  'double quotes': '"',
  'single quotes': "'",
  backslashes: '\\',
  'escaped line breaks': '\\n',
  'doubly escaped line breaks': '\\\\n',
  'percent signs': '%',
  'encoded percent signs': '%25',
  ampersands: '&',
  entities: '&amp;',
  blanks: ' ',
  tabs: '\t',
  'line breaks': '\n',
  'carriage returns': '\r',
  'lines of Windows': '\r\n',
  'indented lines': '\n  ',
  'line separators': '\u2028',
  digits: '7',
  letters: 'a',
  'capital letters': 'A',
  underscores: '_',
  dashes: '-',
  dots: '.',
  'dots between letters': 'a.',
  slashes: '/',
  equals: '=',
  colons: '::',
  'commands of the runner': '##[',
  'one long line': 'lorem ipsum dolor sit amet ',
  'the alphabet of Base64': 'aB3d+/Z9',
  'hexadecimal digits': '0123456789abcdef',
  'beginnings of private keys': '-----BEGIN PRIVATE KEY-----\n',
  'private keys without an end': `-----BEGIN RSA PRIVATE KEY-----\nMI${'aB3d'.repeat(30)}\n`,
  'dashed beginnings': '-----BEGIN ',
  'beginnings of JSON Web Tokens': 'eyJ',
  'headers of JSON Web Tokens': 'eyJhbGciOiJIUzI1NiJ9.',
  'whole JSON Web Tokens': `${['eyJhbGciOiJI', 'eyJzdWIiOiIx', 'c2lnbmF0dXJl'].join('.')} `,
  'prefixes of GitHub': 'ghp_',
  'prefixes of GitHub Apps': 'ghs_1_',
  'prefixes of OpenAI': 'sk-',
  'prefixes of Anthropic': 'sk-ant-api03-',
  'prefixes of Slack': 'xoxb-a-',
  'prefixes of SendGrid': `SG.a.${'a'.repeat(300)} `,
  'tokens of npm': '_authToken=',
  'names of AWS keys': 'aws_secret_access_key = ',
  'addresses with a password': 'https://a:b@',
  'addresses of databases': 'postgres://a:b@',
  'whole tokens': `ghp_${'aB3d'.repeat(9)} `,
  'a part of a known secret': 'the-secret-of-the-',
  'a known secret': 'the-secret-of-the-provider',
  'something like JSON': '{"a":"b\\"",',
  'colours of a terminal': '\u001b[31m',
  'titles of a terminal without an end': '\u001b]0;#',
  'parameters of a terminal': ';#',
  'one escape and its parameters': '\u001b',
  'halves of characters': '\ud83d',
  'combining marks': 'e\u0301',
  'joined pictures': '👩\u200d',
  'zero-width characters': '\u200b',
  'NUL characters': '\0',
  'stack traces': '\n    at f (a.js:1:1)',
  'reasons of git': 'Permission to ',
  'fields of a log': 'run= stack="a ',
  'heads of a diff': 'diff --git a/x b/x\n@@ -1 +1 @@\n',
  'lines of a diff': '+added\n-removed\n',
  'quoted octal names': '"\\303\\244',
  'reasons of providers': 'invalid account organization rate ',
}

/** Texts of `length` units, by what they are made of. */
export const hostileTexts = Object.entries(units).map(
  ([name, unit]) => [name, (length: number) => makeText(unit, length)] as const,
)

function makeText(unit: string, length: number): string {
  const beginning = unit === '\u001b' ? unit : ''
  const part = unit === '\u001b' ? ';#' : unit
  return (beginning + part.repeat(Math.ceil(length / part.length))).slice(0, length)
}

const little = 64 * 1024
const much = 1024 * 1024
/** Below that, the clock and the collector of garbage say more than the text, and no square of its length fits in. */
const leastMs = 100

/**
 * How the work on a text grows with it: `undefined` if twice the text takes about twice the CPU time up to 2 MB, else
 * the times. A text that is little and takes long is not tried any further.
 */
export function growthOf(
  work: (text: string) => unknown,
  textOf: (length: number) => string,
): string | undefined {
  const first = cpuMs(work, textOf(little))
  if (first > 1000) return `${Math.round(first)} ms for ${little} characters`
  for (const isLast of [false, false, true]) {
    const whole = cpuMs(work, textOf(2 * much))
    if (whole < leastMs) return undefined
    const half = cpuMs(work, textOf(much))
    if (whole < 3 * half) return undefined
    if (isLast) return `${Math.round(half)} ms, then ${Math.round(whole)} ms for twice the text`
  }
  return undefined
}

function cpuMs(work: (text: string) => unknown, text: string): number {
  const before = process.threadCpuUsage()
  work(text)
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
