import path from 'node:path/posix'
import { type Findings, findingsOf } from './findings.ts'
import { readmeCalls, readmeOf, surveyCalls } from './looks.ts'
import { code, counted, quoted } from './markdown.ts'
import type { MessageReply, ToolCall } from './reply.ts'
import { notYetDone, resultOf, type Turn } from './turn.ts'

const report = 'REHEARSAL.md'
const line = '> Rehearsed: this line was put here by a script, not by an AI.'
const check: ToolCall = {
  name: 'bash',
  arguments: { command: 'git status --short', description: 'Shows what changed' },
}

/** Writes one new file and one line of the README with the agent's own tools, then says what it did. */
export function implementReply(turn: Turn): MessageReply {
  const survey = notYetDone(turn, surveyCalls(turn))
  if (survey.length > 0) {
    return { kind: 'message', text: 'First a look at what there is.', toolCalls: survey }
  }
  const findings = findingsOf(turn)
  const reading = notYetDone(turn, readmeCalls(turn, findings))
  if (reading.length > 0) {
    return { kind: 'message', text: 'The README before it is edited.', toolCalls: reading }
  }
  const changes = [writeCall(turn, findings), ...editCalls(turn, findings)]
  const open = notYetDone(turn, changes)
  if (open.length > 0) return { kind: 'message', text: 'Now the changes.', toolCalls: open }
  const checking = notYetDone(turn, [check])
  if (checking.length > 0 && changes.some((call) => succeeded(turn, call))) {
    return { kind: 'message', text: 'And a check of the work.', toolCalls: checking }
  }
  return { kind: 'message', text: implementText(turn, findings, changes) }
}

function writeCall({ root, prompt }: Turn, findings: Findings): ToolCall {
  const content = [
    '# Rehearsal',
    'This file was written by the built-in rehearsal model: a script, not an AI. It shows that the agent can write here, and what becomes of its changes. It can be deleted.',
    '## Task',
    quoted(prompt, 400),
    '## Seen',
    `${counted(findings.files.length, 'file')}, ${counted(findings.folders.length, 'folder')} at the top.`,
  ].join('\n\n')
  return {
    name: 'write',
    arguments: { filePath: path.join(root, report), content: `${content}\n` },
  }
}

function editCalls({ root }: Turn, findings: Findings): readonly ToolCall[] {
  const readme = readmeOf(findings)
  const lines = findings.read.get(readme ?? '') ?? []
  const anchor = anchorOf(lines)
  if (readme === undefined || anchor === undefined || lines.includes(line)) return []
  const edit = { oldString: anchor, newString: `${anchor}\n\n${line}` }
  return [{ name: 'edit', arguments: { filePath: path.join(root, readme), ...edit } }]
}

/** An edit names a text that is in the file exactly once: a heading, or else one of the last lines. */
function anchorOf(lines: readonly string[]): string | undefined {
  const content = lines.join('\n')
  const headings = lines.filter((text) => /^#{1,6} \S/.test(text))
  return [...headings, ...lines.toReversed()].find(
    (text) => text.trim() !== '' && content.split(text).length === 2,
  )
}

function implementText(turn: Turn, findings: Findings, changes: readonly ToolCall[]): string {
  const status = resultOf(turn, check)
  const changed = changes.some((call) => succeeded(turn, call))
  return [
    '## Rehearsal',
    `> [!NOTE]\n> This comes from the built-in rehearsal model: a script, not an AI. ${changed ? 'The tools, the tree and the changes are real.' : 'Nothing was changed.'}`,
    changes.map((call) => `- ${changeText(turn, findings, call)}`).join('\n'),
    ...(status ? ['`git status --short` says:', quoted(status.trimEnd(), 600)] : []),
  ].join('\n\n')
}

function changeText(turn: Turn, { files }: Findings, call: ToolCall): string {
  const name = path.relative(turn.root, String(call.arguments.filePath))
  const kind = files.includes(name) ? 'written anew' : 'a new file'
  const what = `${code(name)}: ${call.name === 'write' ? kind : 'one line more'}`
  if (succeeded(turn, call)) return `${what}.`
  const result = resultOf(turn, call)
  return result === undefined
    ? `${what}, had the agent been offered the tool ${code(call.name)}. In plan mode it is not.`
    : `${what}, but the tool ${code(call.name)} refused: ${code(result.slice(0, 160))}`
}

function succeeded(turn: Turn, call: ToolCall): boolean {
  return /\bsuccessfully\b/.test(resultOf(turn, call)?.split('\n')[0] ?? '')
}
