import * as z from 'zod'
import { parseJson } from '../text/text.ts'
import type { ChatMessage, ChatRequest } from './chat.ts'
import type { ToolCall } from './reply.ts'

/** The last prompt and what the tools have shown since. `root` is an absolute directory. */
export type Turn = {
  readonly prompt: string
  readonly root: string
  /** The tools that the agent offers. */
  readonly tools: ReadonlySet<string>
  readonly results: readonly ToolResult[]
}

type ToolResult = ToolCall & { readonly result: string }

/** Reads the turn from a request; undefined for one without tools, such as that for a title. */
export function turnOf({ messages, tools }: ChatRequest): Turn | undefined {
  const root = rootOf(messages)
  const start = messages.findLastIndex((one) => one.role === 'user' && promptOf(one) !== '')
  const message = messages[start]
  if (root === undefined || message === undefined || tools.length === 0) return undefined
  return {
    prompt: promptOf(message),
    root,
    tools: new Set(tools.map(({ name }) => name)),
    results: resultsIn(messages.slice(start + 1)),
  }
}

/** Those of the calls that the agent offers and that were not made yet. */
export function openCalls(turn: Turn, calls: readonly ToolCall[]): readonly ToolCall[] {
  return calls.filter((call) => turn.tools.has(call.name) && resultOf(turn, call) === undefined)
}

/** What a tool answered to such a call, if it was made. */
export function resultOf(turn: Turn, call: ToolCall): string | undefined {
  return turn.results.find((made) => subject(made) === subject(call))?.result
}

/** A path of any system with slashes: opencode takes these on every system. */
export function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

/** A tool and what it works on; opencode may rewrite the other arguments. */
function subject({ name, arguments: { filePath, pattern, command } }: ToolCall): string {
  return `${name} ${filePath ?? pattern ?? command}`
}

/** The task alone, without opencode's reminders and what the action attaches about the event. */
function promptOf({ content }: ChatMessage): string {
  const text = content.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim()
  return text.split('\n\n# Context of this run\n')[0] ?? text
}

/** opencode's system prompt names the absolute path in its `<env>` block. */
function rootOf(messages: readonly ChatMessage[]): string | undefined {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const [, root] = /^\s*Working directory: (.+)$/m.exec(system.join('\n')) ?? []
  return root && slashed(root)
}

const argumentsText = z
  .string()
  .transform(parseJson)
  .pipe(z.record(z.string(), z.unknown()))
  .catch({})

function resultsIn(messages: readonly ChatMessage[]): readonly ToolResult[] {
  return messages
    .flatMap((message) => message.tool_calls)
    .map(({ id, name, arguments: text }) => ({
      name,
      arguments: argumentsText.parse(text),
      result: messages.find((one) => one.tool_call_id === id)?.content ?? '',
    }))
}
