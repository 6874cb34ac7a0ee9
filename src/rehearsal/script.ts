import path from 'node:path/posix'
import { counted } from '../text/text.ts'
import type { Message, ToolCall } from './reply.ts'
import { openCalls, resultOf, slashed, type Turn } from './turn.ts'

const byScript = 'the built-in rehearsal model: a script, not an AI.'

/** Looks at the files with the agent's own tools, then writes a plan. */
export function plan(turn: Turn): Message {
  return look(turn) ?? say(planText(turn))
}

/** Looks at the files, writes a new one, adds a line to the README, then says what it did. */
export function implement(turn: Turn): Message {
  const changes = [writeReport(turn), ...editReadme(turn)]
  const checks = changes.some((call) => succeeded(turn, call)) ? [status] : []
  return (
    look(turn) ??
    request(turn, 'Now the changes.', changes) ??
    request(turn, 'Now a check of the changes.', checks) ??
    say(implementText(turn, changes))
  )
}

function say(text: string): Message {
  return { kind: 'message', text }
}

/** A request for the calls that were not made yet; undefined if there are none. */
function request(turn: Turn, text: string, calls: readonly ToolCall[]): Message | undefined {
  const toolCalls = openCalls(turn, calls)
  return toolCalls.length > 0 ? { kind: 'message', text, toolCalls } : undefined
}

/** ripgrep ignores `.gitignore` for a glob that includes files, and respects it for one that excludes some. */
const glob: ToolCall = { name: 'glob', arguments: { pattern: '!**/node_modules/**' } }
const status: ToolCall = {
  name: 'bash',
  arguments: { command: 'git status --short', description: 'Shows the changed files' },
}

function look(turn: Turn): Message | undefined {
  return (
    request(turn, 'First a look at the files.', [glob, read(turn, '.')]) ??
    request(
      turn,
      'Now the README.',
      readmeOf(turn).map((name) => read(turn, name)),
    )
  )
}

function read({ root }: Turn, name: string): ToolCall {
  return { name: 'read', arguments: { filePath: path.join(root, name) } }
}

function readmeOf(turn: Turn): string[] {
  return filesOf(turn)
    .filter((file) => /^readme(\.\w+)?$/i.test(file))
    .slice(0, 1)
}

/** The files that the tools have listed, relative to the root: those of the search, and those of the top folder. */
function filesOf(turn: Turn): readonly string[] {
  const { root } = turn
  const lines = (resultOf(turn, glob) ?? '').split('\n').map(slashed)
  const found = lines.filter((line) => line.startsWith(`${root}/`))
  const listing = resultOf(turn, read(turn, '.')) ?? ''
  const [, entries = ''] = /<entries>\n([\s\S]*?)\n\n\(/.exec(listing) ?? []
  const listed = entries.split('\n').filter((entry) => /[^/]$/.test(entry))
  return [...new Set([...found.map((file) => path.relative(root, file)), ...listed])].sort()
}

/** The lines of a file that was read; opencode numbers them: `12: text`. */
function linesOf(turn: Turn, name: string): readonly string[] {
  const numbered = (resultOf(turn, read(turn, name)) ?? '').matchAll(/^\d+: (.*)$/gm)
  return [...numbered].map(([, line = '']) => line)
}

function planText(turn: Turn): string {
  const files = filesOf(turn)
  const more = resultOf(turn, glob)?.includes('(Results are truncated') ? ' or more' : ''
  const shown = files.slice(0, 20).map((file) => `- ${code(file)}`)
  return [
    '## Rehearsal plan',
    `> [!NOTE]\n> This plan comes from ${byScript} The files are real: the agent's own tools listed them.`,
    '### Task',
    quoted(turn.prompt),
    '### Files',
    `${counted(files.length, 'file')}${more}${files.length > shown.length ? ', for example' : ''}`,
    shown.join('\n'),
    '### Steps',
    [
      `1. ${readmeStep(turn)}`,
      '2. Find the code that the task is about.',
      '3. Write a test that fails without the change.',
      '4. Make the smallest change that passes it.',
      '5. Run the checks of the project.',
    ].join('\n'),
  ].join('\n\n')
}

function readmeStep(turn: Turn): string {
  const [name] = readmeOf(turn)
  if (name === undefined) return 'Read the documentation: there is no README in the top folder.'
  const [heading] = linesOf(turn, name).flatMap((line) => /^#+ +(.+)$/.exec(line)?.[1] ?? [])
  return `Read ${code(name)}${heading === undefined ? '' : ` (${code(heading)})`}.`
}

const report = 'REHEARSAL.md'
const addedLine = '> Rehearsed: a script wrote this line, not an AI.'

function writeReport({ root, prompt }: Turn): ToolCall {
  const content = [
    '# Rehearsal',
    `This file comes from ${byScript} It shows that the agent can write here, and what happens to its changes. You can delete it.`,
    '## Task',
    quoted(prompt),
  ].join('\n\n')
  return {
    name: 'write',
    arguments: { filePath: path.join(root, report), content: `${content}\n` },
  }
}

/** Adds the line after a text that is in the README exactly once, as the edit tool requires. */
function editReadme(turn: Turn): ToolCall[] {
  return readmeOf(turn).flatMap((name) => {
    const lines = linesOf(turn, name)
    const isUnique = (line: string) => lines.join('\n').split(line).length === 2
    const anchor = lines.find((line) => line.trim() !== '' && isUnique(line))
    if (anchor === undefined || lines.includes(addedLine)) return []
    const filePath = path.join(turn.root, name)
    const newString = `${anchor}\n\n${addedLine}`
    return [{ name: 'edit', arguments: { filePath, oldString: anchor, newString } }]
  })
}

function implementText(turn: Turn, changes: readonly ToolCall[]): string {
  const result = resultOf(turn, status)
  return [
    '## Rehearsal',
    `> [!NOTE]\n> This answer comes from ${byScript}`,
    changes.map((call) => `- ${changeText(turn, call)}`).join('\n'),
    ...(result ? ['The changed files, by `git status --short`:', quoted(result.trimEnd())] : []),
  ].join('\n\n')
}

function changeText(turn: Turn, call: ToolCall): string {
  const name = code(path.relative(turn.root, String(call.arguments.filePath)))
  if (succeeded(turn, call)) return `${name} was changed.`
  const result = resultOf(turn, call) ?? 'The agent does not offer it.'
  return `${name} was not changed. The tool ${code(call.name)}: ${code(result.slice(0, 160))}`
}

function succeeded(turn: Turn, call: ToolCall): boolean {
  return /\bsuccessfully\b/.test(resultOf(turn, call)?.split('\n')[0] ?? '')
}

/** Text as inline code. */
function code(text: string): string {
  return `\`${text.replaceAll(/[`\n\r]/g, ' ')}\``
}

/** The beginning of a text as a block quote. */
function quoted(text: string): string {
  const beginning = text.length > 400 ? `${text.slice(0, 400).trimEnd()} …` : text
  return beginning.replaceAll(/^/gm, '> ')
}
