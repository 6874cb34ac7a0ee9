import path from 'node:path/posix'
import { type Done, isAbsolute, slashed, type Turn } from './turn.ts'

/** A line that the search found; `file` is relative to the turn's root. */
export type Match = { readonly file: string; readonly line: number }

/** What the tools of a turn have shown. Paths are relative to the turn's root. */
export type Findings = {
  readonly files: readonly string[]
  readonly folders: readonly string[]
  /** The lines of the files that were read. */
  readonly read: ReadonlyMap<string, readonly string[]>
  readonly matches: readonly Match[]
  /** The file search listed what there is: all of it, or only its beginning. */
  readonly listed: 'whole' | 'cut' | 'failed'
}

/** Collects what the tools have shown so far. */
export function findingsOf(turn: Turn): Findings {
  const globs = turn.done.filter((done) => done.name === 'glob').map((done) => done.result)
  const reads = turn.done.filter((done) => done.name === 'read')
  const entries = reads.flatMap((done) => entriesOf(turn.root, done))
  const isFolder = (entry: string) => entry.endsWith('/')
  const files = [
    ...globs.flatMap((result) => pathsOf(turn.root, result)),
    ...entries.filter((entry) => !isFolder(entry)),
  ]
  return {
    files: [...new Set(files)].sort(),
    folders: entries.filter(isFolder).map((entry) => entry.slice(0, -1)),
    read: new Map(reads.flatMap((done) => linesOf(turn.root, done))),
    matches: turn.done
      .filter((done) => done.name === 'grep')
      .flatMap((done) => matchesOf(turn.root, done.result)),
    listed: listedBy(globs),
  }
}

/** `glob` answers with absolute paths, at most 100, or says that there are none. */
function pathsOf(root: string, result: string): readonly string[] {
  return result
    .split('\n')
    .filter(isAbsolute)
    .map((file) => path.relative(root, slashed(file)))
}

function listedBy(globs: readonly string[]): Findings['listed'] {
  const good = globs.filter((result) => isAbsolute(result) || result.startsWith('No files'))
  if (good.length === 0) return 'failed'
  return good.some((result) => result.includes('(Results are truncated')) ? 'cut' : 'whole'
}

/** `read` of a directory: one entry a line between tags, folders with a slash at the end. */
function entriesOf(root: string, { arguments: { filePath }, result }: Done): readonly string[] {
  const entries = /<type>directory<\/type>\n<entries>\n([\s\S]*?)\n\n\(/.exec(result)?.[1]
  const folder = path.relative(root, String(filePath))
  return (entries?.split('\n') ?? [])
    .filter((entry) => !/^(\.git\/?)?$/.test(entry))
    .map((entry) => (folder === '' ? entry : `${folder}/${entry}`))
}

/** `read` of a file: `12: text of the line`. */
function linesOf(
  root: string,
  { arguments: { filePath }, result }: Done,
): readonly [string, readonly string[]][] {
  if (!result.includes('<type>file</type>')) return []
  const lines = result.matchAll(/^\d+: (.*)$/gm)
  return [[path.relative(root, String(filePath)), [...lines].map(([, text = '']) => text)]]
}

/** `grep` groups its matches: `/path/of/file:`, then `  Line 12: text` for each. */
function matchesOf(root: string, result: string): readonly Match[] {
  let file = ''
  return result.split('\n').flatMap((text) => {
    if (isAbsolute(text) && text.endsWith(':'))
      file = path.relative(root, slashed(text.slice(0, -1)))
    const line = /^ {2}Line (\d+): /.exec(text)?.[1]
    return line === undefined ? [] : [{ file, line: Number(line) }]
  })
}
