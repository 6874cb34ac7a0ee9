/** Any text as a block of code, in which nothing is markup. It is indented: no mark in it can end it. */
export function asCode(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/^(?=[^\n])/gm, '    ')
}
