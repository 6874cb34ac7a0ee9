import * as z from 'zod'
import type * as facts from '../facts.ts'

/** Source of all shapes: the answers of opencode 1.18, as far as the action reads them. */

/** `GET /global/health`. */
export const health = z.object({ healthy: z.literal(true), version: z.string() })

/** `GET /config`: holds keys in clear, so nothing else of it is read. */
export const config = z.object({ model: z.string().optional() })

const model = z.object({
  name: z.string().optional(),
  cost: z.object({ input: z.number(), output: z.number() }).partial().optional(),
  variants: z.record(z.string(), z.unknown()).optional(),
})

/** `GET /config/providers`: providers that are configured, which is what opencode calls connected. */
export const connectedProviders = z.object({
  providers: z.array(
    z.object({ id: z.string(), name: z.string().optional(), models: z.record(z.string(), model) }),
  ),
})

/** `GET /agent`. */
export const agents = z.array(
  z.object({
    name: z.string(),
    mode: z.enum(['primary', 'subagent', 'all']),
    hidden: z.boolean().nullish(),
    model: z.object({ providerID: z.string(), modelID: z.string() }).nullish(),
  }),
)

/** `POST /session`. */
export const session = z.object({ id: z.string().regex(/^ses/), parentID: z.string().optional() })

/** `GET /session/:id/children`. */
export const sessions = z.array(session)

/** Status of a session; `next` is when opencode will try again, in milliseconds since 1970. */
export const status: z.ZodType<facts.Status> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('idle') }),
  z.object({ type: z.literal('busy') }),
  z.object({
    type: z.literal('retry'),
    attempt: z.number(),
    message: z.string(),
    next: z.number(),
  }),
])

/** `GET /session/status`: sessions that are idle may be absent. */
export const statuses = z.record(z.string(), status)

const tokens = z.object({
  input: z.number(),
  output: z.number(),
  reasoning: z.number(),
  cache: z.object({ read: z.number(), write: z.number() }),
})

/** What went wrong in a message or session, as opencode names it. */
export const failure: z.ZodType<facts.Failure> = z.object({
  name: z.string(),
  data: z
    .looseObject({
      message: z.string().optional(),
      statusCode: z.number().optional(),
      isRetryable: z.boolean().optional(),
      providerID: z.string().optional(),
      metadata: z.looseObject({ code: z.string().optional() }).optional(),
    })
    .default({}),
})

/** A message's record; `tokens` and `cost` are those of this one model call. */
export const messageInfo: z.ZodType<facts.MessageInfo> = z.object({
  id: z.string(),
  sessionID: z.string(),
  role: z.enum(['user', 'assistant']),
  time: z.object({ created: z.number(), completed: z.number().optional() }),
  summary: z.unknown().optional(),
  finish: z.string().optional(),
  error: failure.optional(),
  cost: z.number().optional(),
  tokens: tokens.optional(),
  agent: z.string().optional(),
})

/** State of a tool call. */
const toolState: z.ZodType<facts.ToolState> = z.object({
  status: z.enum(['pending', 'running', 'completed', 'error']),
  input: z.record(z.string(), z.unknown()).default({}),
  title: z.string().optional(),
  output: z.string().optional(),
  error: z.string().optional(),
  metadata: z.looseObject({ exit: z.number().nullish() }).optional(),
})

/** A part of a message: text, reasoning, a tool call, or a kind that the action does not read. */
export const part: z.ZodType<facts.Part> = z.object({
  id: z.string(),
  sessionID: z.string(),
  messageID: z.string(),
  type: z.string(),
  text: z.string().optional(),
  synthetic: z.boolean().optional(),
  tool: z.string().optional(),
  state: toolState.optional().catch(undefined),
})

/** `GET /session/:id/message`, oldest first. */
export const messages = z.array(z.object({ info: messageInfo, parts: z.array(part) }))

/** A permission that a session waits for. */
export const permissionRequest = z.object({
  id: z.string(),
  sessionID: z.string(),
  permission: z.string(),
  patterns: z.array(z.string()).default([]),
})

/** `GET /permission`. */
export const permissionRequests = z.array(permissionRequest)

/** A question that a session waits for. */
export const questionRequest = z.object({
  id: z.string(),
  sessionID: z.string(),
  questions: z.array(z.object({ question: z.string() })),
})

/** `GET /question`. */
export const questionRequests = z.array(questionRequest)

/** Body of an answer with an error status: two forms. */
export const refusal = z.object({
  name: z.string().optional(),
  data: z
    .looseObject({
      path: z.string().optional(),
      issues: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])) })).optional(),
    })
    .optional(),
})
