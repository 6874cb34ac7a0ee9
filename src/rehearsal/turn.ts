import * as z from 'zod'
import { parseJson } from '../text.ts'
import type { ChatMessage, ChatRequest } from './chat.ts'
import type { ToolCall } from './reply.ts'

/** A tool call of this turn, with the text that the tool gave back. */
export type Done = ToolCall & { readonly result: string }

/** The last prompt, what was done since, and what may be done next. `root` is an absolute directory. */
export type Turn = {
  readonly prompt: string
  readonly root: string
  readonly tools: ReadonlySet<string>
  readonly done: readonly Done[]
}

/** True for an absolute path of any system: the agent's tools answer with those of the machine. */
export function isAbsolute(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/])/.test(path)
}

/** A path of any system with slashes, which opencode takes on every system. */
export function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

/** Reads the turn from a request; undefined where there is no work tree or tool, as for a title. */
export function turnOf(request: ChatRequest): Turn | undefined {
  const root = rootOf(request.messages)
  const start = request.messages.findLastIndex(isPrompt)
  const message = request.messages[start]
  if (root === undefined || message === undefined || request.tools.length === 0) return undefined
  return {
    prompt: withoutContext(promptText(message)),
    root,
    tools: new Set(request.tools.map((tool) => tool.name)),
    done: doneIn(request.messages.slice(start + 1)),
  }
}

/** Those of the calls whose tool is offered and that were not made yet: a plan of these always ends. */
export function notYetDone(turn: Turn, calls: readonly ToolCall[]): readonly ToolCall[] {
  const done = new Set(turn.done.map(subject))
  return calls.filter((call) => turn.tools.has(call.name) && !done.has(subject(call)))
}

/** The result of such a call, if it was made. */
export function resultOf(turn: Turn, call: ToolCall): string | undefined {
  return turn.done.find((done) => subject(done) === subject(call))?.result
}

/** A tool and what it was pointed at: opencode may rewrite the other arguments. */
function subject({ name, arguments: { filePath, pattern, command } }: ToolCall): string {
  return `${name} ${filePath ?? pattern ?? command}`
}

function isPrompt(message: ChatMessage): boolean {
  return message.role === 'user' && promptText(message) !== ''
}

/** opencode adds its own reminders, of plan mode for instance, to the user's message. */
/** The task alone: what the action attaches to it is about the event. */
function withoutContext(prompt: string): string {
  return prompt.split('\n\n# Context of this run\n')[0] ?? prompt
}

function promptText({ content }: ChatMessage): string {
  return content.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim()
}

/** opencode's system prompt has this line in its `<env>` block, with an absolute path. */
function rootOf(messages: readonly ChatMessage[]): string | undefined {
  return messages
    .filter((message) => message.role === 'system')
    .map(({ content }) => slashed(/^\s*Working directory: (.+)$/m.exec(content)?.[1] ?? ''))
    .find(isAbsolute)
}

function doneIn(messages: readonly ChatMessage[]): readonly Done[] {
  const results = new Map(
    messages.flatMap((message) =>
      message.role === 'tool' ? [[message.tool_call_id, message.content] as const] : [],
    ),
  )
  return messages
    .flatMap((message) => (message.role === 'assistant' ? message.tool_calls : []))
    .map((call) => ({
      name: call.name,
      arguments: parsedArguments(call.arguments),
      result: results.get(call.id) ?? '',
    }))
}

const argumentsText = z
  .string()
  .transform(parseJson)
  .pipe(z.record(z.string(), z.unknown()))
  .catch({})

function parsedArguments(text: string): Record<string, unknown> {
  return argumentsText.parse(text)
}
