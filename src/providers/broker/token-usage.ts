import * as z from 'zod'
import { parseJson } from '../../text.ts'

/** Tokens of one model call, as its provider counts them. */
export type TokenUsage = { readonly inputTokens?: number; readonly outputTokens?: number }

const count = z.number().optional().catch(undefined)

/** OpenAI's chat and responses, Anthropic's, Google's, Cohere's and the AI SDK's own names, in this order. */
const counts = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  promptTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
  tokens: z.object({ input_tokens: count, output_tokens: count }).optional().catch(undefined),
  inputTokens: count,
  outputTokens: count,
})
const holder = z.object({
  usage: counts.optional().catch(undefined),
  usageMetadata: counts.optional().catch(undefined),
})
const inner = holder.optional().catch(undefined)
const body = holder.extend({ response: inner, message: inner, delta: inner })

/** The usage that a JSON body or the data of an event tells; undefined if it tells none. */
export function usageIn(text: string): TokenUsage | undefined {
  // Most events have none: they are not parsed.
  if (!/"usage(?:Metadata)?"\s*:\s*\{/.test(text)) return undefined
  const parsed = body.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { response, message, delta, ...own } = parsed.data
  const found = [own, response, message, delta]
    .flatMap((one) => [one?.usage, one?.usageMetadata])
    .find((one) => one !== undefined)
  return found && tokensOf(found)
}

function tokensOf(found: z.infer<typeof counts>): TokenUsage {
  const { input_tokens: fresh, cache_read_input_tokens, cache_creation_input_tokens } = found
  const { candidatesTokenCount: shown, thoughtsTokenCount } = found
  const input =
    found.prompt_tokens ??
    sum(fresh, cache_read_input_tokens, cache_creation_input_tokens) ??
    found.promptTokenCount ??
    found.tokens?.input_tokens ??
    found.inputTokens
  const output =
    found.completion_tokens ??
    found.output_tokens ??
    sum(shown, thoughtsTokenCount) ??
    found.tokens?.output_tokens ??
    found.outputTokens
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
  }
}

function sum(first: number | undefined, ...more: readonly (number | undefined)[]) {
  return first === undefined
    ? undefined
    : more.reduce<number>((all, one) => all + (one ?? 0), first)
}
