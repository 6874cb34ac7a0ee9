import { relative } from 'node:path'
import type { Api } from '../opencode/api.ts'
import type { Message, Part } from '../opencode/facts.ts'
import type { Refusal } from './refusal.ts'

/** The stored messages of one session of a tree; `parentID` is undefined for the root. */
export type SessionTranscript = {
  readonly sessionID: string
  readonly parentID: string | undefined
  readonly messages: readonly Message[]
}

/** Reads the messages of a session and, recursively, of its subagents' sessions, the root first. */
export async function readTranscript(
  client: Api,
  session: { readonly id: string; readonly parentID?: string | undefined },
  signal: AbortSignal,
): Promise<SessionTranscript[]> {
  const messages = await client.messages(session.id, signal)
  const transcript = [{ sessionID: session.id, parentID: session.parentID, messages }]
  const children = await client.children(session.id, signal)
  const below = children.map((child) =>
    readTranscript(client, { ...child, parentID: session.id }, signal),
  )
  return [...transcript, ...(await Promise.all(below)).flat()]
}

/** How often a tool was called, and how often it failed or was refused. */
export type ToolCount = { readonly tool: string; readonly calls: number; readonly failed: number }

/** The tools that were called, the most used first. */
export function countTools(transcript: readonly SessionTranscript[]): ToolCount[] {
  const counts = new Map<string, ToolCount>()
  for (const { tool, state } of transcript.flatMap(({ messages }) =>
    messages.flatMap((m) => m.parts),
  )) {
    if (tool === undefined) continue
    const before = counts.get(tool) ?? { tool, calls: 0, failed: 0 }
    const failed = before.failed + (state?.status === 'error' ? 1 : 0)
    counts.set(tool, { tool, calls: before.calls + 1, failed })
  }
  return [...counts.values()].sort((a, b) => b.calls - a.calls || a.tool.localeCompare(b.tool))
}

/** The tool calls that opencode itself refused, by a rule; paths read from `directory`. */
export function refusedByRule(
  transcript: readonly SessionTranscript[],
  directory: string,
): Refusal[] {
  return transcript.flatMap(({ parentID, messages }) => {
    const refused = messages.flatMap(({ parts }) => parts).filter(isRefusedByRule)
    const subagent = parentID !== undefined
    return refused.map((part) => ({ kind: 'rule', what: describeTool(part, directory), subagent }))
  })
}

/** True if opencode's file search failed for want of ripgrep, which it looks for on PATH and else downloads. */
export function missesRipgrep(transcript: readonly SessionTranscript[]): boolean {
  const parts = transcript.flatMap(({ messages }) => messages.flatMap((message) => message.parts))
  return parts.some(({ state }) => state?.error?.includes('ripgrep') ?? false)
}

/** The text of a message: its text parts, without those that opencode itself put in. */
export function textOf(message: Message | undefined): string {
  const parts = message?.parts.filter(({ type, synthetic }) => type === 'text' && !synthetic) ?? []
  return parts
    .map(({ text }) => text?.trim() ?? '')
    .filter((text) => text !== '')
    .join('\n\n')
}

const targets = ['filePath', 'path', 'pattern', 'command', 'url', 'description', 'query'] as const

/** A tool call in a line: its name and what it is aimed at, paths as they read from `directory`. */
export function describeTool({ tool, state }: Part, directory: string): string {
  const input = state?.input ?? {}
  const names = tool === 'bash' ? (['command'] as const) : targets
  const values = names.flatMap((name) => (typeof input[name] === 'string' ? [input[name]] : []))
  const shown = values.slice(0, 2).map((value) => shorten(value, directory))
  return [tool, ...shown].join(' ')
}

function shorten(value: string, directory: string): string {
  if (!value.startsWith(directory)) return value
  return relative(directory, value) || '.'
}

/** True if opencode refused the call by a rule, or because the rules leave no such tool. */
export function isRefusedByRule({ state }: Part): boolean {
  return (
    state?.status === 'error' &&
    /^(The user has specified a rule|Model tried to call unavailable tool)/.test(state.error ?? '')
  )
}
