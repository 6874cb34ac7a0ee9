import { stripVTControlCharacters } from 'node:util'
import { showInvisible } from '../wording.ts'

const longestLine = 500

/**
 * Foreign text as one line that the runner takes for no command: control characters out, `##[` (a command anywhere
 * in a line) and a leading `::` broken, cut.
 */
export function safeLine(text: string, longest = longestLine): string {
  const plain = showInvisible(stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' '))
  const harmless = plain.replaceAll('##[', '## [').replace(/^(\s*)::/, '$1: :')
  return harmless.length > longest ? `${harmless.slice(0, longest)}…` : harmless
}
