/** Text as inline code: inert whatever it holds. */
export function code(text: string): string {
  return `\`${text.replaceAll(/[`\n\r]/g, ' ')}\``
}

/** The beginning of a text as a fenced block that nothing in it can close. */
export function quoted(text: string, characters: number): string {
  const beginning = text.length > characters ? `${text.slice(0, characters).trimEnd()} …` : text
  const runs = beginning.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)))
  return `${fence}text\n${beginning}\n${fence}`
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}
