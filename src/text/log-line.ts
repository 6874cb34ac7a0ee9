import { showInvisible } from './text.ts'

const longestLine = 500

/**
 * Colours and movements of a terminal, and titles and links (ECMA-48: control sequences and control strings). No part of
 * it can be read as another one, so that a text of nothing else takes no longer than any.
 */
const terminalSequences = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -\/]*[@-~]`,
    String.raw`\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)`,
    String.raw`\x1b[ -\/]*[0-~]`,
  ].join('|'),
  'g',
)

/**
 * Foreign text as one line that the runner takes for no command: control characters out, `##[` (a command anywhere
 * in a line) and a leading `::` broken, cut.
 */
export function safeLine(text: string, longest = longestLine): string {
  const plain = showInvisible(text.replace(terminalSequences, '').replace(/\p{Cc}+/gu, ' '))
  const harmless = plain.replaceAll('##[', '## [').replace(/^(\s*)::/, '$1: :')
  return harmless.length > longest ? `${harmless.slice(0, longest)}…` : harmless
}
