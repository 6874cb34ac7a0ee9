import path from 'node:path/posix'
import type { Findings } from './findings.ts'
import type { ToolCall } from './reply.ts'
import type { Turn } from './turn.ts'

const ignoredFolders = /(^|\/)(\.[^/]*|node_modules|vendor|dist|build|target|coverage)(\/|$)/
const sourceFile = /\.([cm]?[jt]sx?|py|go|rs|rb|java|kt|cs|c|cc|cpp|h|swift|php|sh|vue|svelte)$/
const testFile = /(^|\/)(__tests__|tests?|spec)\/|[._-](test|spec)\.[^/]+$|(^|\/)test_[^/]+$/

/**
 * The first calls: what files there are. The search may be cut or fail, the top folder is sure.
 * ripgrep forgets `.gitignore` for a glob that says what to take, and keeps to it for one that says
 * what to leave out.
 */
export function surveyCalls({ root }: Turn): readonly ToolCall[] {
  return [
    { name: 'glob', arguments: { pattern: '!**/node_modules/**' } },
    { name: 'read', arguments: { filePath: root } },
  ]
}

/** One search for all the keywords, in any case. */
export function searchCalls({ prompt }: Turn): readonly ToolCall[] {
  const words = keywordsOf(prompt)
  return words.length === 0
    ? []
    : [{ name: 'grep', arguments: { pattern: `(?i)(${words.join('|')})` } }]
}

/** The reading of the README. */
export function readmeCalls({ root }: Turn, findings: Findings): readonly ToolCall[] {
  const readme = readmeOf(findings)
  return readme === undefined ? [] : [readCall(root, readme)]
}

/** The reading of the two likeliest source files; of a few folders first where the search failed. */
export function sourceCalls({ root }: Turn, findings: Findings): readonly ToolCall[] {
  const folders =
    findings.listed === 'failed'
      ? findings.folders.filter(
          (folder) => !ignoredFolders.test(`${folder}/`) && !folder.includes('/'),
        )
      : []
  return [...folders.slice(0, 4), ...sourcesOf(findings).slice(0, 2)].map((name) =>
    readCall(root, name),
  )
}

/** The README of the top folder. */
export function readmeOf({ files }: Findings): string | undefined {
  return files.find((file) => /^readme(\.\w+)?$/i.test(file))
}

/** The source files, those with the most matches first; tests apart. */
export function sourcesOf(findings: Findings): readonly string[] {
  return ranked(findings, (file) => sourceFile.test(file) && !testFile.test(file))
}

/** The test files, those with the most matches first. */
export function testsOf(findings: Findings): readonly string[] {
  return ranked(findings, (file) => testFile.test(file))
}

/** The words of the prompt to search for: those in backticks, then the longest; at most three. */
export function keywordsOf(prompt: string): readonly string[] {
  const beginning = prompt.slice(0, 2000)
  const quoted = [...beginning.matchAll(/`(\w{3,40})`/g)].map(([, word = '']) => word)
  const telling = (beginning.match(/\b[A-Za-z_]{4,30}\b/g) ?? [])
    .map((word) => word.toLowerCase())
    .filter((word) => !commonWords.has(word))
    .toSorted((one, other) => other.length - one.length)
  return [...new Set([...quoted, ...telling])].slice(0, 3)
}

const commonWords = new Set(
  'about action after also answer before change changes could code describe does each event every explain file files from github have here http https implement improve into issue keep make more must need only opencode plan please project propose pull rehearsal repository request review should show some step steps task test tests than that their them then there these this through untrusted what when where which while will with without would write your'.split(
    ' ',
  ),
)

function ranked({ files, matches }: Findings, wanted: (file: string) => boolean) {
  const count = (file: string) => matches.filter((match) => match.file === file).length
  const depth = (file: string) => file.split('/').length
  return files
    .filter((file) => wanted(file) && !ignoredFolders.test(file))
    .toSorted((one, other) => count(other) - count(one) || depth(one) - depth(other))
}

function readCall(root: string, name: string): ToolCall {
  return { name: 'read', arguments: { filePath: path.join(root, name) } }
}
