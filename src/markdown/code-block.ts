/** Any text as a block of code, in which nothing is markup. It is indented: no mark in it can end it. */
export function asCode(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/^(?=[^\n])/gm, indent)
}

const indent = '    '

/** The same as at most `pages` texts of at most `limit` UTF-16 units; the last ends with `rest`, if the text does not fit. */
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
  const long = new RegExp(`.{1,${Math.floor((room - indent.length - 1) / 2)}}`, 'gsu')
  return code.split(/(?<=\n)/).flatMap((line) =>
    line.length <= room
      ? [line]
      : (line
          .match(long)
          ?.join(`\n${indent}`)
          .split(/(?<=\n)/) ?? []),
  )
}
