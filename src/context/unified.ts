import type { RawFileDiff } from './file-diff.ts'

/** The files of a diff as git writes it. */
export function parseUnified(diff: string): readonly RawFileDiff[] {
  // Only after a line feed: for a regular expression, a line of a file may begin after other characters, too.
  return diff.split(/\n(?=diff --git )/).flatMap((part) => {
    return part.startsWith('diff --git ') ? [parseFile(part.replace(/\n$/, ''))] : []
  })
}

function parseFile(text: string): RawFileDiff {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith('@@ '))
  const header = at < 0 ? lines : lines.slice(0, at)
  const hunks = at < 0 ? [] : lines.slice(at)
  const binary = header.some((line) => /^(?:Binary files |GIT binary patch)/.test(line))
  return {
    path: pathOf(header),
    additions: hunks.filter((line) => line.startsWith('+')).length,
    deletions: hunks.filter((line) => line.startsWith('-')).length,
    text: binary ? undefined : text,
    why: binary ? 'binary' : undefined,
  }
}

function pathOf(header: readonly string[]): string {
  const after = (start: string) =>
    header.find((line) => line.startsWith(start))?.slice(start.length)
  const moved = after('rename to ') ?? after('copy to ')
  if (moved !== undefined) return unquote(moved)
  const ends = [after('+++ '), after('--- ')].filter((end) => end !== undefined)
  const named = ends.find((end) => end !== '/dev/null')
  // git ends a name that has blanks in it by a tab.
  return unquote(named?.replace(/\t$/, '') ?? twice(header[0] ?? '')).replace(/^[ab]\//, '')
}

/** Without any other line on names, both in `diff --git a/NAME b/NAME` are of one length. */
function twice(line: string): string {
  const names = line.slice('diff --git '.length)
  return names.slice((names.length + 1) / 2)
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** A name as git quotes it (git-config, `core.quotePath`): escapes as in C, bytes in octal. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name
  const bytes = Buffer.from(name.slice(1, -1)).toString('latin1')
  const plain = bytes.replace(/\\([0-7]{3}|[\s\S])/g, (_whole, code: string) => {
    return code.length === 3
      ? String.fromCharCode(Number.parseInt(code, 8))
      : (escapes[code] ?? code)
  })
  return Buffer.from(plain, 'latin1').toString()
}
