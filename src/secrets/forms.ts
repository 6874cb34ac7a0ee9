/** How a known secret was written. */
export type Encoding = 'plain' | 'json' | 'url' | 'html' | 'hex' | 'base64'

/** A secret as it may stand in a text. */
export type Form = { readonly text: string; readonly encoding: Encoding }

/** A shorter value is no secret, but a word that any text may hold. */
export const shortest = 6

/** Every form in which a known value is found; the first one counts where two are the same. */
export function formsOf(value: string): readonly Form[] {
  if (value.length < shortest) return []
  const forms = new Map<string, Encoding>()
  for (const [encoding, write] of writers)
    for (const text of write(value.toWellFormed()))
      if (text.length >= shortest && !forms.has(text)) forms.set(text, encoding)
  return [...forms].map(([text, encoding]) => ({ text, encoding }))
}

/** The same of several values, each form once. */
export function writtenForms(values: Iterable<string>): string[] {
  return [...new Set([...values].flatMap(formsOf).map(({ text }) => text))]
}

const writers: readonly (readonly [Encoding, (value: string) => readonly string[]])[] = [
  ['plain', (value) => [value]],
  ['json', jsonForms],
  ['url', urlForms],
  ['html', htmlForms],
  ['hex', hexForms],
  ['base64', (value) => [0, 1, 2].flatMap((before) => base64Forms(value, before))],
]

/** As JavaScript, PHP, Go, .NET and Python write it, and a JSON text within another one. */
function jsonForms(value: string): readonly string[] {
  const json = inJson(value)
  const code = (mark: string) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`
  const escaped = [/[<>&]/g, /[+/&<>'=]/g, /[^ -~]/g].map((marks) => json.replace(marks, code))
  const upper = escaped.map((text) => text.replace(/\\u[0-9a-f]{4}/g, upperDigits))
  return [json, json.replaceAll('/', '\\/'), ...escaped, ...upper, inJson(json)]
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function upperDigits(code: string): string {
  return `\\u${code.slice(2).toUpperCase()}`
}

/** As `encodeURIComponent`, RFC 3986, a path and a form write it, with digits of either case. */
function urlForms(value: string): readonly string[] {
  const component = encodeURIComponent(value)
  const strict = component.replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const paths = [component, strict].map((text) => text.replaceAll('%2F', '/'))
  const upper = [component, strict, ...paths]
  const forms = [...upper, ...upper.map((text) => text.replaceAll('%20', '+'))]
  const lower = forms.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))
  return [...forms, ...lower]
}

/** With quotes left as they are, or written in one of the usual ways. */
function htmlForms(value: string): readonly string[] {
  const marks = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return ['"', '&quot;', '&#34;'].flatMap((double) =>
    ["'", '&#39;', '&#x27;', '&apos;'].map((single) =>
      marks.replaceAll('"', double).replaceAll("'", single),
    ),
  )
}

function hexForms(value: string): readonly string[] {
  const hex = Buffer.from(value).toString('hex')
  return [hex, hex.toUpperCase()]
}

/** What stands in Base64 of either alphabet for a value with `before` bytes before it, whatever these and those after it are. */
function base64Forms(value: string, before: number): readonly string[] {
  const bits = { start: before * 8, end: (before + Buffer.byteLength(value)) * 8 }
  const all = Buffer.from('\0'.repeat(before) + value)
  return (['base64', 'base64url'] as const).map((alphabet) =>
    all.toString(alphabet).slice(Math.ceil(bits.start / 6), Math.floor(bits.end / 6)),
  )
}
