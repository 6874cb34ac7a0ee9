import path from 'node:path/posix'
import type { Findings } from './findings.ts'
import { keywordsOf, readmeOf, sourcesOf, testsOf } from './looks.ts'
import { code, counted, quoted } from './markdown.ts'

/** The plan as Markdown: real names from the tree, and a plain word on who wrote it. */
export function planText(prompt: string, findings: Findings): string {
  return [
    '## Rehearsal plan',
    "> [!NOTE]\n> This plan was written by the built-in rehearsal model: a script, not an AI. What it names is real, read with the agent's own tools; the judgement is yours.",
    '### Task',
    quoted(prompt, 400),
    '### What is there',
    whatIsThere(prompt, findings).join('\n'),
    '### Steps',
    steps(findings)
      .map((step, index) => `${index + 1}. ${step}`)
      .join('\n'),
  ].join('\n\n')
}

function whatIsThere(prompt: string, findings: Findings): readonly string[] {
  return [
    `- **Files:** ${fileCount(findings)}`,
    ...list('- **By folder:** ', tally(findings.files, topFolder)),
    ...list('- **By kind:** ', tally(findings.files, kind)),
    `- **README:** ${readme(findings)}`,
    ...search(prompt, findings),
  ]
}

function fileCount({ files, listed }: Findings): string {
  const count = files.length
  if (listed === 'cut') return `${count} seen, and there are more`
  if (listed === 'failed') {
    return `${count} seen by reading folders: the file search, for which opencode needs ripgrep, did not work`
  }
  return `${count}`
}

function readme(findings: Findings): string {
  const name = readmeOf(findings)
  if (name === undefined) return 'none in this folder'
  const heading = headings(findings)[0]
  return heading === undefined
    ? `${code(name)}, without a heading`
    : `${code(name)}, which begins with ${code(heading)}`
}

function search(prompt: string, { matches, listed }: Findings): readonly string[] {
  const words = keywordsOf(prompt).map(code)
  if (words.length === 0 || listed === 'failed') return []
  const files = [...new Set(matches.map((match) => match.file))]
  if (files.length === 0) return [`- **Search** for ${words.join(', ')}: no match`]
  const found = `${counted(matches.length, 'match', 'matches')} in ${counted(files.length, 'file')}`
  const places = files.slice(0, 5).map((file) => `  - ${placeOf(file, matches)}`)
  return [`- **Search** for ${words.join(', ')}: ${found}`, ...places]
}

function placeOf(file: string, matches: Findings['matches']): string {
  const lines = matches.filter((match) => match.file === file).map((match) => match.line)
  const more = lines.length > 5 ? ' …' : ''
  const label = lines.length === 1 ? 'line' : 'lines'
  return `${code(file)}, ${label} ${lines.slice(0, 5).join(', ')}${more}`
}

function steps(findings: Findings): readonly string[] {
  const [first, second] = sourcesOf(findings).map((file) => code(file) + size(findings, file))
  const [test] = testsOf(findings).map(code)
  const section = headings(findings)[1]
  return [
    first
      ? `Understand ${first}: the likeliest place for this task.`
      : 'Find the place for this task.',
    ...(second ? [`Follow it into ${second}.`] : []),
    test
      ? `Write the expectation first, beside ${test}.`
      : 'Write the expectation first: a test, of which none was seen here.',
    'Make the change, as small as it can be.',
    checkStep(findings),
    ...(section ? [`Tell the reader: the section ${code(section)} of the README.`] : []),
  ]
}

const checks: Readonly<Record<string, string>> = {
  'package.json': 'npm test',
  'Cargo.toml': 'cargo test',
  'go.mod': 'go test ./...',
  'pyproject.toml': 'python -m pytest',
  'pom.xml': 'mvn test',
  Makefile: 'make',
}

function checkStep({ files }: Findings): string {
  const file = Object.keys(checks).find((name) => files.includes(name))
  const command = file === undefined ? undefined : checks[file]
  return file === undefined || command === undefined
    ? 'Run the checks of the project.'
    : `Run ${code(command)}, since there is a ${code(file)}.`
}

function size({ read }: Findings, file: string): string {
  const lines = read.get(file)
  return lines === undefined ? '' : ` (${counted(lines.length, 'line')})`
}

function headings(findings: Findings): readonly string[] {
  const lines = findings.read.get(readmeOf(findings) ?? '') ?? []
  return lines.flatMap((line) => /^#{1,3} +(.+?)[ #]*$/.exec(line)?.[1]?.slice(0, 80) ?? [])
}

function topFolder(file: string): string {
  return file.includes('/') ? `${file.split('/')[0]}/` : './'
}

function kind(file: string): string {
  return path.extname(file) || path.basename(file)
}

/** How many of each, the most first: `src/` 12, `docs/` 3. */
function tally(files: readonly string[], by: (file: string) => string): readonly string[] {
  return Object.entries(Object.groupBy(files, by))
    .map(([name, group]) => ({ name, count: group?.length ?? 0 }))
    .toSorted((one, other) => other.count - one.count)
    .slice(0, 6)
    .map(({ name, count }) => `${code(name)} ${count}`)
}

function list(label: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [label + items.join(', ')]
}
