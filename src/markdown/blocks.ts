/**
 * Markdown with an end for each code fence and HTML element that it leaves open and that would swallow what follows.
 * Undefined if the ends would take more than `room` characters.
 */
export function closeBlocks(markdown: string, room: number): string | undefined {
  const { open, outside } = readFences(markdown)
  const ends = open === undefined ? openHtml(outside) : [open, ...openHtml(outside)]
  const tail = ends.map((end) => `\n${end}`).join('')
  return tail.length <= room ? markdown + tail : undefined
}

/** The fence that stands open at the end, and the text outside of fences. */
function readFences(markdown: string): { open: string | undefined; outside: string } {
  const outside: string[] = []
  let open: string | undefined
  for (const line of markdown.split('\n')) {
    const next = fenceAfter(line, open)
    if (open === undefined && next === undefined) outside.push(line)
    open = next
  }
  return { open, outside: outside.join('\n') }
}

/** The fence that stands open after a line; `open` is the one before it. */
function fenceAfter(line: string, open: string | undefined): string | undefined {
  const [, mark = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? []
  if (mark === '') return open
  if (open === undefined) return mark
  return mark.startsWith(open) && rest.trim() === '' ? undefined : open
}

/** The ends of HTML comments and elements that stand open in text without fences. */
function openHtml(text: string): string[] {
  const comment = text.lastIndexOf('<!--') > text.lastIndexOf('-->') ? ['-->'] : []
  const elements = ['pre', 'script', 'style', 'textarea', 'details', 'table', 'div']
  const ends = elements.flatMap((name) => {
    const count = (pattern: string) => text.match(new RegExp(pattern, 'gi'))?.length ?? 0
    const missing = count(`<${name}[\\s>]`) - count(`</${name}>`)
    return Array.from({ length: Math.max(0, missing) }, () => `</${name}>`)
  })
  return [...comment, ...ends]
}
