import { Refusal } from '../answer.ts'
import type { Bare } from './bare.ts'

/** Two commits; what the second has on top of where they parted is GitHub's diff. */
export type Range = { readonly bare: Bare; readonly base: string; readonly head: string }

const limits = { lines: 20_000, files: 300 }

/** The diff of the media type `diff`; 406 where it is too large. */
export function diffOf({ bare, base, head }: Range): string {
  const diff = bare.bytes(['diff', '--no-color', '--full-index', `${base}...${head}`]).toString()
  checkSize('lines', diff.split('\n').length)
  checkSize('files', (diff.match(/^diff --git /gm) ?? []).length)
  return diff
}

/** The changed files of a pull request or comparison. */
export function filesOf({ bare, base, head }: Range) {
  const between = `${base}...${head}`
  const raw = bare.bytes(['diff', '--raw', '--no-abbrev', '-M', '-z', between]).toString()
  const diff = bare.bytes(['diff', '--no-color', '-M', between]).toString()
  const pieces = diff.split(/(?<=\n)(?=diff --git )/)
  const fields = raw.split('\0').slice(0, -1)
  const files = []
  while (fields.length > 0) {
    const [, , , sha = '', letter = ''] = fields.shift()?.split(' ') ?? []
    const first = fields.shift() ?? ''
    const renamed = letter.startsWith('R')
    const filename = renamed ? (fields.shift() ?? '') : first
    const previous = renamed ? { previous_filename: first } : {}
    // Another kind of entry is shown as a removal and an addition.
    const lines = linesOf(pieces.splice(0, letter === 'T' ? 2 : 1).join(''))
    files.push({ sha, filename, status: statusOf(letter), ...previous, ...lines })
  }
  return files
}

/** Numbers of lines and the patch of one file; a binary file has no patch. */
function linesOf(diff: string) {
  const at = diff.search(/^@@/m)
  const patch = at < 0 ? undefined : diff.slice(at).replace(/\n$/, '')
  const count = (sign: string) => patch?.split('\n').filter((line) => line[0] === sign).length ?? 0
  const [additions, deletions] = [count('+'), count('-')]
  return { additions, deletions, changes: additions + deletions, ...(patch && { patch }) }
}

function statusOf(letter: string): string {
  const words: Readonly<Record<string, string>> = {
    A: 'added',
    D: 'removed',
    R: 'renamed',
    T: 'changed',
  }
  return words[letter.charAt(0)] ?? 'modified'
}

function checkSize(unit: keyof typeof limits, size: number): void {
  if (size <= limits[unit]) return
  const message = `Sorry, the diff exceeded the maximum number of ${unit} (${limits[unit]}).`
  const errors = [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }]
  throw new Refusal(406, message, { errors })
}
