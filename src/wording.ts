const longestQuote = 300

/** Foreign text in quotes, as one line, cut. */
export function quote(text: string, longest = longestQuote): string {
  const line = oneLine(text)
  return `“${line.length > longest ? `${line.slice(0, longest)}…` : line}”`
}

/** Text as one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

/** `1 file`, `2 files`, `1,000 files`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `1,234,567`. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US')
}

/** US dollars, to a hundredth of a cent. */
export function dollars(value: number): string {
  return `$${value.toFixed(4)}`
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
