import * as z from 'zod'

const content = z
  .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
  .transform((value) =>
    typeof value === 'string' ? value : value.map((part) => part.text ?? '').join(''),
  )

const toolCall = z
  .object({
    id: z.string(),
    type: z.literal('function'),
    function: z.object({ name: z.string(), arguments: z.string() }),
  })
  .transform((call) => ({ id: call.id, ...call.function }))

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content }),
  z.object({ role: z.literal('user'), content }),
  z.object({
    role: z.literal('assistant'),
    content: content.nullish().transform((text) => text ?? ''),
    tool_calls: z.array(toolCall).default([]),
  }),
  z.object({ role: z.literal('tool'), content, tool_call_id: z.string() }),
])

const tool = z
  .object({
    type: z.literal('function'),
    function: z.object({
      name: z.string(),
      parameters: z.record(z.string(), z.unknown()).default({}),
    }),
  })
  .transform((entry) => entry.function)

/** The part of OpenAI's chat completion request that is understood; content parts become one text. */
export const chatBody = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(tool).default([]),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().default(false) }).optional(),
})

/** One message of a conversation. `arguments` of a tool call is JSON text, as the wire has it. */
export type ChatMessage = z.output<typeof message>

/** A parsed request, with the sessions of opencode that its headers name. */
export type ChatRequest = z.output<typeof chatBody> & {
  readonly sessionID?: string
  readonly parentSessionID?: string
}
