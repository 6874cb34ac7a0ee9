import * as z from 'zod'

/** Content as one text: OpenAI takes a text, a list of parts, or nothing with tool calls. */
const content = z
  .union([z.string(), z.array(z.object({ text: z.string().optional() }))])
  .nullish()
  .transform((value) =>
    Array.isArray(value) ? value.map(({ text = '' }) => text).join('') : (value ?? ''),
  )

const toolCall = z
  .object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })
  .transform((call) => ({ id: call.id, ...call.function }))

const message = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content,
  tool_calls: z.array(toolCall).default([]),
  tool_call_id: z.string().optional(),
})

/** The part of OpenAI's chat completion request that the scripts read. */
export const chatBody = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z
    .array(
      z.object({ function: z.object({ name: z.string() }) }).transform((tool) => tool.function),
    )
    .default([]),
})

/** One message of a conversation. `arguments` of a tool call is JSON text. */
export type ChatMessage = z.output<typeof message>

/** A parsed request. */
export type ChatRequest = z.output<typeof chatBody>
