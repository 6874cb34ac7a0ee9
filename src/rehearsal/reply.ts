import { setTimeout as pause } from 'node:timers/promises'
import type { ChatRequest } from './chat.ts'

/** A call of one of the tools that the request offered. */
export type ToolCall = { readonly name: string; readonly arguments: Record<string, unknown> }

/** Tokens as OpenAI counts them; `cached` is a part of `prompt`, `reasoning` a part of `completion`. */
export type Usage = {
  readonly prompt: number
  readonly completion: number
  readonly cached?: number
  readonly reasoning?: number
}

/** A whole answer. `finish` is sent as it is, known to the protocol or not. */
export type MessageReply = {
  readonly kind: 'message'
  readonly text: string
  readonly reasoning?: string
  readonly toolCalls?: readonly ToolCall[]
  readonly finish?: string
  readonly usage?: Usage
  readonly chunkDelayMs?: number
  /** Characters of a piece; few, as models send them, unless it is named. */
  readonly chunkLength?: number
}

/** A refusal with OpenAI's error body. */
export type ErrorReply = {
  readonly kind: 'error'
  readonly status: number
  readonly message: string
  readonly type?: string
  readonly code?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a model does with a request, the ways to break off included. */
export type Reply =
  | MessageReply
  | ErrorReply
  /** The request is accepted and never answered. */
  | { readonly kind: 'silence' }
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' }
  /** Some text, then nothing more on an open connection. */
  | { readonly kind: 'half'; readonly text: string }
  /** Some text, then the connection is reset. */
  | { readonly kind: 'cut'; readonly text: string }
  /** Some text, then an error object in the stream. */
  | { readonly kind: 'stream-error'; readonly text: string; readonly message: string }

/** OpenAI's error body. */
export function errorBody({ message, type, code }: Omit<ErrorReply, 'kind' | 'status'>): string {
  return JSON.stringify({
    error: { message, type: type ?? 'invalid_request_error', param: null, code: code ?? null },
  })
}

/** The answer in one JSON body, for a request without `stream`. */
export function completion(request: ChatRequest, reply: MessageReply): string {
  const toolCalls = wireToolCalls(reply)
  return JSON.stringify({
    ...envelope(request, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.text,
          ...(reply.reasoning && { reasoning_content: reply.reasoning }),
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        finish_reason: finishOf(reply),
      },
    ],
    usage: wireUsage(request, reply),
  })
}

/** The answer as server-sent events, the frames that follow a text included. */
export async function* frames(
  request: ChatRequest,
  reply: MessageReply,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const delta of deltas(reply)) {
    yield frame(request, [{ index: 0, delta, finish_reason: null }])
    if (reply.chunkDelayMs !== undefined) await pause(reply.chunkDelayMs, undefined, { signal })
  }
  yield frame(request, [{ index: 0, delta: {}, finish_reason: finishOf(reply) }])
  if (request.stream_options?.include_usage) {
    yield frame(request, [], { usage: wireUsage(request, reply) })
  }
  yield 'data: [DONE]\n\n'
}

/** The frames of a text that is not finished. */
export function textFrames(request: ChatRequest, text: string): string {
  return [...deltas({ kind: 'message', text })]
    .map((delta) => frame(request, [{ index: 0, delta, finish_reason: null }]))
    .join('')
}

function* deltas(reply: MessageReply): Generator<object> {
  yield { role: 'assistant', content: '' }
  for (const piece of pieces(reply.reasoning ?? '')) yield { reasoning_content: piece }
  for (const piece of pieces(reply.text, reply.chunkLength)) yield { content: piece }
  for (const [index, { function: called, ...call }] of wireToolCalls(reply).entries()) {
    yield { tool_calls: [{ index, ...call, function: { name: called.name, arguments: '' } }] }
    for (const piece of pieces(called.arguments)) {
      yield { tool_calls: [{ index, function: { arguments: piece } }] }
    }
  }
}

/** Pieces of so many code points: no piece ends within a surrogate pair. */
function pieces(text: string, length = 48): readonly string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${length}}`, 'gu')) ?? []
}

function frame(request: ChatRequest, choices: readonly object[], more: object = {}): string {
  const chunk = { ...envelope(request, 'chat.completion.chunk'), choices, ...more }
  return `data: ${JSON.stringify(chunk)}\n\n`
}

function envelope(request: ChatRequest, object: string): object {
  return {
    id: `chatcmpl-${request.messages.length}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
  }
}

function finishOf({ finish, toolCalls = [] }: MessageReply): string {
  return finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop')
}

function wireToolCalls({ toolCalls = [] }: MessageReply) {
  return toolCalls.map((call) => ({
    id: `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }))
}

function wireUsage(request: ChatRequest, reply: MessageReply): object {
  const usage = reply.usage ?? {
    prompt: tokens(JSON.stringify([request.messages, request.tools])),
    completion: tokens(writtenText(reply)),
  }
  return {
    prompt_tokens: usage.prompt,
    completion_tokens: usage.completion,
    total_tokens: usage.prompt + usage.completion,
    prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
  }
}

function writtenText({ text, reasoning = '', toolCalls = [] }: MessageReply): string {
  const calls = toolCalls.map((call) => call.name + JSON.stringify(call.arguments))
  return [reasoning, text, ...calls].join('')
}

/** Four characters a token: the usual rule of thumb, good enough for a script. */
function tokens(text: string): number {
  return Math.ceil(text.length / 4)
}
