import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLeakScan } from '../../src/trust/leaks.ts'

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

const percentEncodeAll = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

const decodePercent = (text: string) =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  )

const quote = (text: string) => JSON.stringify(text).slice(1, -1)
const unquote = (text: string) =>
  text.replace(/\\u([0-9a-f]{4})|\\(.)/g, (_, code, letter: string) =>
    code
      ? String.fromCharCode(Number.parseInt(code, 16))
      : String(JSON.parse(/["\\/bfnrt]/.test(letter) ? `"\\${letter}"` : quote(`"${letter}"`))),
  )

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (found) => entities.get(found) ?? '')
const unescapeHtml = (text: string) =>
  [...entities].reverse().reduce((rest, [plain, entity]) => rest.replaceAll(entity, plain), text)

const inLines = (width: number) => (text: string) =>
  base64(text).replace(new RegExp(`.{${width}}`, 'g'), '$&\n')

const encodings: readonly [string, (text: string) => string, (text: string) => string][] = [
  ['plainly', (text) => text, (text) => text],
  ['in base64', base64, fromBase64],
  ['in base64 without padding', (text) => base64(text).replace(/=+$/, ''), fromBase64],
  ['in base64url', (text) => Buffer.from(text).toString('base64url'), fromBase64],
  ['in base64 lines of 64', inLines(64), fromBase64],
  ['in base64 lines of 76', inLines(76), fromBase64],
  ['in very short base64 lines', inLines(5), fromBase64],
  ['in hex', (text) => Buffer.from(text).toString('hex'), fromHex],
  ['in upper-case hex', (text) => Buffer.from(text).toString('hex').toUpperCase(), fromHex],
  ['percent-encoded', encodeURIComponent, decodePercent],
  ['percent-encoded in whole', percentEncodeAll, decodePercent],
  ['reversed', (text) => [...text].reverse().join(''), (text) => [...text].reverse().join('')],
  ['in JSON', quote, unquote],
  ['in JSON in JSON', (text) => quote(quote(text)), (text) => unquote(unquote(text))],
  ['in HTML', escapeHtml, unescapeHtml],
]

test.each(encodings)(
  'a secret that stands %s in a text can’t be read any more',
  async (_, encode, decode) => {
    await fc.assert(
      fc.asyncProperty(secret, around, around, async (value, before, after) => {
        const encoded = encode(`${before}${value}${after}`)
        expect(decode(encoded)).toContain(value)
        const { text, found } = await createLeakScan([value]).redact(encoded)
        expect(found).not.toEqual([])
        expect(text).toContain('***')
        for (const rest of text.split('***')) expect(decode(rest)).not.toContain(value)
      }),
    )
  },
)

test.each([0, 1, 2])('base64 at offset %i of a longer text, in it, is found', async (offset) => {
  const scan = createLeakScan(['s3cret-värdet'])
  const encoded = base64(`${'x'.repeat(offset)}s3cret-värdet and so on`)
  const { text, found } = await scan.redact(`key=${encoded};`)
  expect(found).toEqual([{ kind: 'known-secret', encoding: 'base64' }])
  expect(text).toMatch(/^key=\w*\*\*\*\w+=*;$/)
})

test('a secret with any of its characters percent-encoded, in either case, is found', async () => {
  const choices = fc.array(fc.constantFrom('lower', 'upper', 'plain'), { minLength: 90 })
  await fc.assert(
    fc.asyncProperty(secret, choices, around, async (value, choice, before) => {
      const encoded = [...value].map((character, at) => {
        if (choice[at] === 'plain') return character
        const all = percentEncodeAll(character)
        return choice[at] === 'upper' ? all.toUpperCase() : all
      })
      const { text } = await createLeakScan([value]).redact(`${before}${encoded.join('')}`)
      expect(text).not.toContain(encoded.join(''))
      expect(text).toContain('***')
    }),
  )
})

test.each([
  ['a\u00e4"long$ secret', '\\u0061\\u00E4\\"long$ secret', 'json'],
  ['a\u00e4"long$ secret', 'a%25C3%25a4%2522long$+secret', 'url'],
  ['a\u00e4"long$ secret', '&#97;&#xE4;&amp;quot;long$ secret', 'html'],
  ['C:\\\\a\\b\\\\\\c', 'C:%5C\\a&#92;b\\%5c%5C\\c', 'url'],
  ['a_long_secret', 'a\\_long\\_secret', 'json'],
  ['a_long_secret', '61 5f 6c 6f 6e 67 5f 73 65 63 72 65 74', 'hex'],
  [
    'a_long_secret',
    '0x61, 0x5F, 0x6C, 0x6f, 0x6e, 0x67, 0x5f, 0x73, 0x65, 0x63, 0x72, 0x65, 0x74',
    'hex',
  ],
  ['a_long_secret', '\\x61\\x5f\\x6c\\x6f\\x6e\\x67\\x5f\\x73\\x65\\x63\\x72\\x65\\x74', 'hex'],
  ['a_long_secret', '+YV9sb25n\n+X3NlY3Jl\n+dA==', 'base64'],
  ['a_long_secret', '"YV9sb25n\\nX3NlY3Jl\\ndA=="', 'base64'],
])('%s written as %s is found', async (value, text, encoding) => {
  const found = await createLeakScan([value]).find(text)
  expect(found).toContainEqual({ kind: 'known-secret', encoding })
})

test('of a secret of a thousand characters nothing is left, however it is escaped', async () => {
  const value = `${randomBytes(400).toString('base64')}"\n${randomBytes(400).toString('base64')}`
  const { text } = await createLeakScan([value]).redact(`a ${quote(quote(value))} b`)
  expect(text).toBe('a *** b')
})

test('a secret in a binary file is found, in UTF-8 and in UTF-16', async () => {
  const scan = createLeakScan(['a_long_secret'])
  const known = [{ kind: 'known-secret', encoding: 'plain' }]
  const file = (text: Buffer) => Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3]), text])
  expect(await scan.find(file(Buffer.from('a_long_secret')))).toEqual(known)
  expect(await scan.find(file(Buffer.from('a_long_secret', 'utf16le')))).toEqual(known)
  expect(await scan.find(file(Buffer.from('another thing')))).toEqual([])
})

test('secrets beside and in each other are replaced once, and the rest stays', async () => {
  const { text } = await createLeakScan(['secret-one', 'one-and-more', 'and-mo']).redact(
    'a secret-one-and-more b and-mo secret-one.',
  )
  expect(text).toBe('a *** b *** ***.')
})

test('short values are no secrets, and no list of none finds any', async () => {
  expect(await createLeakScan(['true', '']).redact('it is true')).toEqual({
    text: 'it is true',
    found: [],
  })
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

test.each(tokens)('a token of %s is known by its shape', async (rule, token) => {
  const scan = createLeakScan([])
  const { text, found } = await scan.redact(`It is:\n${token}\nand this.`)
  expect(found).toEqual([{ kind: 'token', rule }])
  expect(text).toBe('It is:\n***\nand this.')
})

test('no comment in a text switches the scan off', async () => {
  const [, token = ''] = tokens[0] ?? []
  const text = `// secretlint-disable\n// secretlint-disable-next-line\n${token}\n`
  expect(await createLeakScan([]).find(text)).toEqual([{ kind: 'token', rule: 'github' }])
})

test.each([
  'postgres://app:app-secret@localhost:5432/app',
  'postgresql://app:app-secret@db/app',
  'mysql://root:app-secret@127.0.0.1/app',
  'mongodb://root:app-secret@[::1]:27017',
  'https://user:pa55phrase@example.com/a',
  'http://build:pa55phrase@registry.test',
])('%s leads to nowhere, and is no leak', async (address) => {
  expect(await createLeakScan([]).find(`const url = '${address}'\n`)).toEqual([])
})

test('ordinary code, a lock file, UUIDs and hashes are no secrets', async () => {
  const scan = createLeakScan([randomBytes(30).toString('base64url'), 'hunter2-hunter2'])
  const root = new URL('../../', import.meta.url).pathname
  const files = [
    `${root}package-lock.json`,
    `${root}README.md`,
    ...(await Array.fromAsync(glob(`${root}{src,scripts,__tests__}/**/*.ts`))),
  ].filter((path) => path !== new URL(import.meta.url).pathname)
  expect(files.length).toBeGreaterThan(100)
  for (const path of files)
    expect([path, await scan.find(await readFile(path))]).toEqual([path, []])
  const ids = Array.from({ length: 2000 }, () => [
    crypto.randomUUID(),
    randomBytes(20).toString('hex'),
    randomBytes(32).toString('hex'),
    `sha512-${randomBytes(64).toString('base64')}`,
  ])
  expect(await scan.find(ids.flat().join('\n'))).toEqual([])
})

test('a text without secrets stays as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uuid(), fc.string({ unit: 'binary' }), async (value, text) => {
      expect(await createLeakScan([value]).redact(text)).toEqual({ text, found: [] })
    }),
  )
})

test('a megabyte is read in well under a second, even one made to be slow', async () => {
  const values = Array.from({ length: 10 }, () => randomBytes(30).toString('base64url'))
  const scan = createLeakScan([...values, 'a b"c\\d%e&f'])
  const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')
  await scan.find(lock)
  for (const part of [lock, ' ', '\\', '%25', '&amp;', '\\u00', 'a b"c\\d%e&'])
    expect([part.slice(0, 9), await measure(part)]).toEqual([part.slice(0, 9), expect.any(Number)])

  async function measure(part: string): Promise<number | string> {
    const text = part.repeat(Math.ceil(1_000_000 / part.length)).slice(0, 1_000_000)
    const start = process.cpuUsage()
    await scan.find(text)
    const { user, system } = process.cpuUsage(start)
    const ms = (user + system) / 1000
    return ms < 1000 ? ms : `${ms} ms`
  }
})
