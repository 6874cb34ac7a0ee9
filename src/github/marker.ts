/** Which comment it is: `key` names the comment of an issue, `page` counts from 1. */
export type Marker = { readonly key: string; readonly page: number }

/** The hidden first line of a comment. The key is encoded, so that none can end the HTML comment or forge another key. */
export function writeMarker({ key, page }: Marker): string {
  return `<!-- opencode-driver:${encode(key)}:${page} -->`
}

/** The marker at the very beginning of a body, in exactly the form in which it is written. */
export function readMarker(body: string): Marker | undefined {
  const [, encoded, number] =
    /^<!-- opencode-driver:([\w.%]*):([1-9]\d{0,2}) -->(?:\r?\n|$)/.exec(body) ?? []
  if (encoded === undefined || number === undefined) return undefined
  const key = decode(encoded)
  return key !== undefined && encode(key) === encoded ? { key, page: Number(number) } : undefined
}

function encode(key: string): string {
  return encodeURIComponent(key.toWellFormed()).replace(
    /[^\w.%]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
