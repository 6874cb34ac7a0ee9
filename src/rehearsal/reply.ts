import type { ChatRequest } from './chat.ts'

/** A call of one of the tools that the request offered. */
export type ToolCall = { readonly name: string; readonly arguments: Record<string, unknown> }

/** A whole answer. */
export type Message = {
  readonly kind: 'message'
  readonly text: string
  readonly toolCalls?: readonly ToolCall[]
  /** OpenAI's `finish_reason`; derived from the tool calls if absent. */
  readonly finish?: string
  /** Tokens; estimated if absent. */
  readonly usage?: { readonly prompt: number; readonly completion: number }
}

/** An HTTP error. */
export type Failure = {
  readonly kind: 'error'
  readonly status: number
  readonly message: string
  readonly code?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a model does with a request; `silence` sends nothing and keeps the connection open. */
export type Reply = Message | Failure | { readonly kind: 'silence' }

/** The answer as server-sent events, in pieces of so many characters. */
export function* frames(
  request: ChatRequest,
  reply: Message,
  pieceLength = 48,
): Generator<string, void> {
  const { toolCalls = [], finish = toolCalls.length > 0 ? 'tool_calls' : 'stop' } = reply
  const common = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0 }
  const frame = (choices: readonly object[], usage?: object) =>
    `data: ${JSON.stringify({ ...common, model: request.model, choices, usage })}\n\n`
  for (const delta of deltas(reply, pieceLength))
    yield frame([{ index: 0, delta, finish_reason: null }])
  yield frame([{ index: 0, delta: {}, finish_reason: finish }])
  yield frame([], usageOf(request, reply))
  yield 'data: [DONE]\n\n'
}

function* deltas({ text, toolCalls = [] }: Message, pieceLength: number): Generator<object> {
  yield { role: 'assistant', content: '' }
  for (const content of pieces(text, pieceLength)) yield { content }
  for (const [index, call] of toolCalls.entries()) {
    const id = `call_${crypto.randomUUID()}`
    const named = { name: call.name, arguments: '' }
    yield { tool_calls: [{ index, id, type: 'function', function: named }] }
    for (const piece of pieces(JSON.stringify(call.arguments), pieceLength))
      yield { tool_calls: [{ index, function: { arguments: piece } }] }
  }
}

/** Pieces of so many code points: none ends within a surrogate pair. */
function pieces(text: string, length: number): readonly string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${length}}`, 'gu')) ?? []
}

/** Four characters make about one token. */
function usageOf(request: ChatRequest, { usage, text, toolCalls = [] }: Message): object {
  const estimate = (what: string) => Math.ceil(what.length / 4)
  const prompt = usage?.prompt ?? estimate(JSON.stringify(request))
  const completion = usage?.completion ?? estimate(text + JSON.stringify(toolCalls))
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  }
}
