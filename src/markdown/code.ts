const indent = '    '

/** Any text as a block of code, in which nothing is markup. It is indented, so that no mark in it can end it. */
export function asCode(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/^(?=[^\n])/gm, indent)
}

/** Any text as code on at most `pages` pages of at most `limit` UTF-16 units; if it does not fit, the last ends with `rest`. */
export function cutCode(
  text: string,
  { limit, pages, rest }: { readonly limit: number; readonly pages: number; readonly rest: string },
): readonly string[] {
  const room = limit - rest.length - 2
  const cut = ['']
  for (const line of piecesOf(asCode(text), room)) {
    const last = cut.at(-1) ?? ''
    if (last.length + line.length <= room) cut[cut.length - 1] = last + line
    else cut.push(line)
  }
  if (cut.length <= pages) return cut
  return [...cut.slice(0, pages - 1), `${cut[pages - 1]?.trimEnd()}\n\n${rest}`]
}

/** The lines; one that is longer than a page is broken. */
function piecesOf(code: string, room: number): readonly string[] {
  return code.split(/(?<=\n)/).flatMap((line) => {
    const pieces: string[] = []
    let from = 0
    while (line.length - from > room) {
      const to = characterBefore(line, from + room - indent.length - 1)
      pieces.push(`${from === 0 ? '' : indent}${line.slice(from, to)}\n`)
      from = to
    }
    return [...pieces, (from === 0 ? '' : indent) + line.slice(from)]
  })
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const longest = 100

/** The start of the character, as a reader sees it, that stands at an offset. */
function characterBefore(text: string, at: number): number {
  const start = Math.max(0, at - longest)
  const index =
    segmenter.segment(text.slice(start, at + longest)).containing(at - start)?.index ?? 0
  if (index > 0) return start + index
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at
}
