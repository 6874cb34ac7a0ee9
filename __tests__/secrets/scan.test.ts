import { randomBytes } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { textOf } from '../../src/secrets/files.ts'
import { writtenForms } from '../../src/secrets/forms.ts'
import { createScan } from '../../src/secrets/scan.ts'

/** What comes of a text. */
function redact(values: readonly string[], text: string) {
  const { texts, found } = createScan(values).redact([text])
  return { text: texts[0] ?? '', found }
}

function find(values: readonly string[], content: Uint8Array) {
  return createScan(values).sweep(textOf(content), () => undefined)
}

const token = `ghp_${'aB3d'.repeat(9)}`
const webToken = `eyJ${'aB3d'.repeat(6)}.eyJ${'aB3d'.repeat(10)}.${'aB3d'.repeat(9)}`
const privateKey = `-----BEGIN PRIVATE KEY-----\nMI${`${'aB3d'.repeat(15)}\n`.repeat(100)}-----END PRIVATE KEY-----`

const secret = fc
  .oneof(
    fc.string({ minLength: 6, maxLength: 90, unit: 'grapheme-ascii' }),
    fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' }),
  )
  .filter((value) => !/^[*\s]+$/.test(value))

const around = fc.string({ unit: 'grapheme' })

const base64 = (text: string) => Buffer.from(text).toString('base64')
const fromBase64 = (text: string) =>
  // Whatever stands before, one of these begins where a group of four does.
  [0, 1, 2, 3]
    .flatMap((skip) =>
      text
        .replace(/[\r\n]/g, '')
        .split(/[^\w+/=-]+/)
        .map((run) => Buffer.from(run.slice(skip), 'base64')),
    )
    .join('\n')

const fromHex = (text: string) =>
  text
    .split(/[^0-9a-f]+/i)
    .map((run) => Buffer.from(run, 'hex'))
    .join('\n')

const decodePercent = (text: string) =>
  text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())

const quote = (text: string) => JSON.stringify(text).slice(1, -1)
const unquote = (text: string) =>
  text.replace(/\\u([0-9a-f]{4})|\\(.)/gi, (_, code, letter: string) =>
    code
      ? String.fromCharCode(Number.parseInt(code, 16))
      : String(JSON.parse(/["\\/bfnrt]/.test(letter) ? `"\\${letter}"` : quote(`"${letter}"`))),
  )

const unescapeHtml = (text: string) =>
  text
    .replace(/&(?:quot|#34);/g, '"')
    .replace(/&#(?:39|x27);/g, "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const strict = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
const lowerCodes = (text: string) => text.replace(/%../g, (code) => code.toLowerCase())
const form = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
const codes = (marks: RegExp, upper: boolean) => (text: string) =>
  quote(text).replace(marks, (mark) => {
    const digits = mark.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${upper ? digits.toUpperCase() : digits}`
  })
const html = (double: string, single: string) => (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', double)
    .replaceAll("'", single)

const encodings: readonly [string, (text: string) => string, (text: string) => string][] = [
  ['plainly', (text) => text, (text) => text],
  ['in base64', base64, fromBase64],
  ['in base64 without padding', (text) => base64(text).replace(/=+$/, ''), fromBase64],
  ['in base64url', (text) => Buffer.from(text).toString('base64url'), fromBase64],
  ['in hex', (text) => Buffer.from(text).toString('hex'), fromHex],
  ['in upper-case hex', (text) => Buffer.from(text).toString('hex').toUpperCase(), fromHex],
  ['percent-encoded', encodeURIComponent, decodePercent],
  ['percent-encoded in lower case', (text) => lowerCodes(encodeURIComponent(text)), decodePercent],
  ['percent-encoded as RFC 3986 has it', strict, decodePercent],
  ['as a form is encoded', form, decodePercent],
  ['as a path', (text) => encodeURIComponent(text).replaceAll('%2F', '/'), decodePercent],
  ['in JSON', quote, unquote],
  ['in JSON of PHP', (text) => quote(text).replaceAll('/', '\\/'), unquote],
  ['in JSON of Go', codes(/[<>&]/g, false), unquote],
  ['in JSON of .NET', codes(/[+/&<>'=]/g, true), unquote],
  ['in JSON of Python', codes(/[^ -~]/g, false), unquote],
  ['in JSON in JSON', (text) => quote(quote(text)), (text) => unquote(unquote(text))],
  ['in HTML', html('&quot;', '&#39;'), unescapeHtml],
  ['in HTML of Go', html('&#34;', '&#39;'), unescapeHtml],
  ['in HTML of Python', html('&quot;', '&#x27;'), unescapeHtml],
  ['in HTML whose quotes stand as they are', html('"', "'"), unescapeHtml],
]

test.each(encodings)(
  'a secret that stands %s in a text can’t be read any more',
  async (_, encode, decode) => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const encoded = encode(`${before}${value}${after}`)
        if (!decode(encoded).includes(value)) return
        const { text, found } = redact([value], encoded)
        expect(found).not.toEqual([])
        expect(text).toContain('***')
        for (const rest of text.split('***')) expect(decode(rest)).not.toContain(value)
      }),
    )
  },
)

test('the forms of several values are one list, each once, and short values have none', () => {
  const forms = writtenForms(['a key/with "quotes"', 'a key/with "quotes"', 'short'])
  expect(forms).toEqual([...new Set(forms)])
  expect(forms).toContain('a key/with "quotes"')
  expect(forms).toContain('a%20key%2Fwith%20%22quotes%22')
  expect(forms).not.toContain('short')
})

test.each([0, 1, 2])('base64 at offset %i of a longer text, in it, is found', (offset) => {
  const encoded = base64(`${'x'.repeat(offset)}s3cret-värdet and so on`)
  const { text, found } = redact(['s3cret-värdet'], `key=${encoded};`)
  expect(found).toEqual(['known value, base64'])
  expect(text).toMatch(/^key=\w*\*\*\*\w+=*;$/)
})

test('a secret in a binary file is found, in UTF-8 and in UTF-16', () => {
  const file = (text: Buffer) => Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3]), text])
  const known = ['known value, plain']
  expect(find(['a_long_secret'], file(Buffer.from('a_long_secret')))).toEqual(known)
  expect(find(['a_long_secret'], file(Buffer.from('a_long_secret', 'utf16le')))).toEqual(known)
  expect(find(['a_long_secret'], file(Buffer.from('another thing')))).toEqual([])
})

test('secrets beside and in each other are replaced once, and the rest stays', () => {
  const values = ['secret-one', 'one-and-more', 'and-mo']
  const { text } = redact(values, 'a secret-one-and-more b and-mo secret-one.')
  expect(text).toBe('a *** b *** ***.')
})

test('short values are no secrets, and no list of none finds any', () => {
  expect(redact(['true', ''], 'it is true')).toEqual({ text: 'it is true', found: [] })
})

test('many texts are redacted as each alone would be, and none hides what is in another', () => {
  const words = fc.constantFrom('the-secret', 'secret', ' ', '\u200b', '<!--', '-->', '\n', token)
  fc.assert(
    fc.property(fc.array(fc.array(words).map((parts) => parts.join(''))), (texts) => {
      const scan = createScan(['the-secret'])
      const alone = texts.map((text) => scan.redact([text]).texts[0])
      expect(scan.redact(texts).texts).toEqual(alone)
    }),
  )
})

test('a private key that stands line by line in a list is taken out of all of it', () => {
  const lines = privateKey.split('\n')
  const { texts } = createScan([]).redact(['a', ...lines, 'b'])
  expect(texts).toEqual(['a', ...lines.map(() => '***'), 'b'])
})

test('a secret with something invisible in it is found as a reader would see it, and the rest stays', () => {
  const [first, second] = [token.slice(0, 9), token.slice(9)]
  for (const hidden of ['<!-- x -->', '\u200b', '\u2060', '\0'])
    for (const [values, text] of [
      [[], `<!-- kept -->a ${first}${hidden}${second} b\u200bc`],
      [['the-secret'], `<!-- kept -->a the-${hidden}secret b\u200bc`],
    ] as const)
      expect(redact(values, text).text).toBe('<!-- kept -->a *** b\u200bc')
  const harmless = 'a <!-- note --> b\u200bc <!-- open'
  expect(redact(['the-secret'], harmless).text).toBe(harmless)
})

test.each(['\n', '\r\n', '\t'])(
  'a token behind a blank that JSON writes as an escape is found: %j',
  (blank) => {
    const once = JSON.stringify({ text: `So:${blank}${token}` })
    expect(redact([], once).text).toBe(once.replace(token, '***'))
    const twice = JSON.stringify({ text: once })
    expect(redact([], twice).text).toBe(twice.replace(token, '***'))
  },
)

test.each([0, 1, 2])('a private key in JSON, quoted %i times more, is found', (more) => {
  const quoted = Array.from({ length: more }).reduce<string>(
    (text) => JSON.stringify(text),
    JSON.stringify({ key: privateKey }),
  )
  expect(redact([], quoted).text).not.toMatch(/aB3d/)
})

/** Where the scan divides a long text in pieces of 32 KiB, how far it has it by then, and next to both. */
const borders = [0, 128, 1024, 1024 + 32, 1024 + 64].map((size) => size * 1024)

function inPieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,32768}/g) ?? []
}

test.each(borders)('a token is found wherever it stands about the border at %i', (border) => {
  const long = [token, 'the-long-secret', base64('the-long-secret'), privateKey, webToken]
  for (const one of long)
    for (const before of [0, 1, Math.floor(one.length / 2), one.length - 1, one.length]) {
      const filler = 'x '.repeat(Math.max(0, border - before) / 2 + 1)
      const text = `${filler}${one} ${'y '.repeat(50_000)}`
      const out: string[] = []
      const scan = createScan(['the-long-secret'])
      const found = scan.sweep(inPieces(text), (clean) => out.push(clean))
      expect(found).toHaveLength(1)
      expect(out.join('').replace(/[xy* =]/g, '')).toBe('')
      expect(redact(['the-long-secret'], text).text).toBe(out.join(''))
    }
})

test('a known secret that begins within a token is found to its end, wherever it stands', () => {
  // Each is found in one of the two ways in which a text is read, with and without what is invisible.
  const value = `${token.slice(-10)}\u200b-and-more`
  const text = `${token.slice(0, 9)}\u200b${token.slice(9, -10)}${value}`
  for (const before of [0, 1, 20, 40, 41, 42, text.length - 1]) {
    const out: string[] = []
    const long = `${'x '.repeat((1056 * 1024 - before) / 2)}${text} ${'y '.repeat(50_000)}`
    createScan([value]).sweep(inPieces(long), (clean) => out.push(clean))
    expect(out.join('').replace(/[xy ]/g, '')).toBe('***')
  }
})

test('a known secret that is longer than what is held at once is found', () => {
  const value = randomBytes(60_000).toString('base64')
  const out: string[] = []
  const pieces = ['x'.repeat(1_060_000), value.slice(0, 40_000), value.slice(40_000), 'y']
  createScan([value]).sweep(pieces, (clean) => out.push(clean))
  expect(out.join('')).toBe(`${'x'.repeat(1_060_000)}***y`)
})

const tokens: readonly [string, string][] = [
  ['github', `ghp_${'aB3d'.repeat(9)}`],
  ['github', `github_pat_${'aB3d5fG7h9'.repeat(8)}aB`],
  ['anthropic', `sk-ant-api03-${'aB3d5fG7h9'.repeat(9)}abcAA`],
  ['openai', `sk-${'aB3d5'.repeat(4)}T3BlbkFJ${'aB3d5'.repeat(4)}`],
  ['npm', `npm_${'aB3d'.repeat(9)}`],
  ['aws', `AKIA${'Z2X4'.repeat(4)}`],
  ['slack', `xoxb-${'1'.repeat(12)}-${'2'.repeat(12)}-${'aB3d'.repeat(6)}`],
  ['stripe', `sk_live_${'aB3d'.repeat(6)}`],
  ['basicauth', 'https://deploy:aB3d5fG7h9@registry.acme.io'],
  ['database-connection-string', 'postgres://app:aB3d5fG7h9@db.acme.io:5432/app'],
  ['privatekey', `-----BEGIN PRIVATE KEY-----\nMI${'aB3d'.repeat(30)}\n-----END PRIVATE KEY-----`],
]

test.each(tokens)('a token of %s is known by its shape', (rule, one) => {
  const { text, found } = redact([], `It is:\n${one}\nand this.`)
  expect(found).toEqual([rule])
  expect(text).toBe('It is:\n***\nand this.')
})

test.each([['aws', `aws_secret_access_key = ${'aB3d5fG7h9'.repeat(4)}`]])(
  'of what %s writes after a name nothing is left',
  (rule, line) => {
    const { text, found } = redact([], `a\n${line}\nb`)
    expect(found).toEqual([rule])
    expect(text).toMatch(/^a\n\S*\*\*\*\nb$/)
  },
)

test.each([
  ['a signed one', webToken],
  ['one of the runner', `eyJ${'aB3d'.repeat(9)}.eyJ${'aB3d'.repeat(300)}.${'aB3d_-'.repeat(57)}`],
  [
    'an encrypted one',
    `eyJ${'aB3d'.repeat(9)}..${'aB3d'.repeat(4)}.${'aB3d'.repeat(9)}.${'aB3d'.repeat(5)}`,
  ],
])('a JSON Web Token is known by its shape: %s', (_, one) => {
  for (const text of [one, `Bearer ${one}`, `{"t":"${one}"}`, `token=${one}&`, `a\\n${one}`])
    expect(redact([], text)).toEqual({ text: text.replace(one, '***'), found: ['jwt'] })
})

test.each([
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
  'keyJar.pop.shift',
  'a.b.c',
  'eyJ.eyJ.eyJ',
  'www.example.com',
])('%s is no JSON Web Token that opens anything', (text) =>
  expect(redact([], text).found).toEqual([]),
)

test('no comment in a text switches the scan off', () => {
  const text = `// secretlint-disable\n// secretlint-disable-next-line\n${token}\n`
  expect(redact([], text).found).toEqual(['github'])
})

test.each([
  'postgres://app:app-secret@localhost:5432/app',
  'postgresql://app:app-secret@db/app',
  'mysql://root:app-secret@127.0.0.1/app',
  'mongodb://root:app-secret@[::1]:27017',
  'https://user:pa55phrase@example.com/a',
  'http://build:pa55phrase@registry.test',
])('%s leads to nowhere, and is no leak', (address) => {
  expect(redact([], `const url = '${address}'\n`).found).toEqual([])
})

test('ordinary code, a lock file, UUIDs and hashes are no secrets', async () => {
  const values = [randomBytes(30).toString('base64url'), 'hunter2-hunter2']
  const root = new URL('../../', import.meta.url).pathname
  const files = [
    `${root}package-lock.json`,
    `${root}README.md`,
    ...(await Array.fromAsync(glob(`${root}{src,scripts,__tests__}/**/*.ts`))),
  ].filter((path) => path !== new URL(import.meta.url).pathname)
  expect(files.length).toBeGreaterThan(100)
  for (const path of files) expect([path, find(values, await readFile(path))]).toEqual([path, []])
  const ids = Array.from({ length: 2000 }, () => [
    crypto.randomUUID(),
    randomBytes(20).toString('hex'),
    randomBytes(32).toString('hex'),
    `sha512-${randomBytes(64).toString('base64')}`,
  ])
  expect(redact(values, ids.flat().join('\n')).found).toEqual([])
})

test('a text without secrets stays as it is', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string({ unit: 'binary' }), (value, text) => {
      expect(redact([value], text)).toEqual({ text, found: [] })
    }),
  )
})
