/**
 * What stands open at a place of a Markdown text, so that a page that ends there can close it and the next page can open
 * it again. `lead` is what a line of it begins with.
 */
export type Frame =
  | { readonly kind: 'container'; readonly open: string; readonly lead: string }
  | {
      readonly kind: 'element'
      readonly open: string
      readonly name: string
      readonly raw: boolean
    }
  | { readonly kind: 'fence' | 'inline'; readonly open: string; readonly close: string }
  | { readonly kind: 'rows'; readonly open: readonly string[] }
  | { readonly kind: 'indent' }

/** Where a page begins: the offset in the source, what stands open there, and what comes before the first character. */
export type Start = {
  readonly at: number
  readonly frames: readonly Frame[]
  readonly lead: string
}

/** What opens the frames again. An item of a list that begins another begins it on its own line. */
export function reopen(frames: readonly Frame[]): string {
  const lines: string[] = []
  for (const [index, frame] of frames.entries()) {
    const lead = leadOf(frames.slice(0, index))
    if (frame.kind !== 'container') lines.push(...openingLines(frame).map((line) => lead + line))
    else if (isItem(frame) && isItem(frames[index - 1]))
      lines.push((lines.pop() ?? '').padEnd(lead.length) + frame.open.slice(lead.length))
    else if (isItem(frame)) lines.push(frame.open)
  }
  return lines.map((line) => `${line}\n`).join('')
}

function isItem(frame: Frame | undefined): boolean {
  return frame?.kind === 'container' && frame.open !== ''
}

function openingLines(frame: Exclude<Frame, { kind: 'container' }>): readonly string[] {
  if (frame.kind === 'fence') return [frame.open]
  if (frame.kind === 'rows') return frame.open
  if (frame.kind !== 'element') return []
  const summary = frame.name === 'details' ? ['<summary>(continued)</summary>'] : []
  return [frame.open, ...summary, ...(frame.raw ? [] : [''])]
}

/** What closes the frames, after the last line of a page. */
export function close(frames: readonly Frame[]): string {
  const ends: string[] = []
  let lead = ''
  for (const frame of frames) {
    ends.push(closing(frame, lead))
    if (frame.kind === 'container') lead = frame.lead
  }
  return ends.reverse().join('')
}

function closing(frame: Frame, lead: string): string {
  if (frame.kind === 'inline') return frame.close
  if (frame.kind === 'fence') return `\n${lead}${frame.close}`
  if (frame.kind !== 'element') return ''
  return frame.raw ? `</${frame.name}>` : `\n${lead}\n${lead}</${frame.name}>`
}

/** What a line inside of the frames begins with. */
export function leadOf(frames: readonly Frame[]): string {
  const container = frames.findLast((frame) => frame.kind === 'container')
  return container?.kind === 'container' ? container.lead : ''
}
