import { asCode } from './code-block.ts'

const indent = '    '

/** Any text as code, as at most `pages` texts of at most `limit` UTF-16 units; the last ends with `rest`, if the text does not fit. */
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
    const breaks = breakLine(line, room - indent.length - 1)
    return [0, ...breaks].map((from, index) => {
      const piece = line.slice(from, breaks[index])
      return (from === 0 ? '' : indent) + piece + (index < breaks.length ? '\n' : '')
    })
  })
}

/** Where a line can be broken so that no piece is longer than `most`: between characters as a reader sees them. */
export function breakLine(line: string, most: number): readonly number[] {
  const breaks: number[] = []
  while (line.length - (breaks.at(-1) ?? 0) > most)
    breaks.push(characterBefore(line, (breaks.at(-1) ?? 0) + most))
  return breaks
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const longest = 100

function characterBefore(text: string, at: number): number {
  const start = Math.max(0, at - longest)
  const index =
    segmenter.segment(text.slice(start, at + longest)).containing(at - start)?.index ?? 0
  if (index > 0) return start + index
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at
}
