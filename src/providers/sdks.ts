import { type ModelCall, modelCall } from './broker/target.ts'

/** A header in which an SDK sends its key, after `before`. */
export type KeyHeader = { readonly name: string; readonly before: string }

/** What opencode 1.18.33 was seen to send with an SDK that it brings along. */
export type Sdk = {
  /** The base URL that it has of itself. */
  readonly base?: string
  /** The calls that ask for an answer; the SDK has others, which opencode does not make. */
  readonly calls: readonly ModelCall[]
  readonly key: KeyHeader
}

const bearer: KeyHeader = { name: 'authorization', before: 'Bearer ' }
const whole = (name: string): KeyHeader => ({ name, before: '' })

const chat = [modelCall('/chat/completions')]
const responses = [modelCall('/responses')]
const versioned = { 'api-version': '{id}' }
const azureCalls = ['', '/deployments/{id}'].flatMap((at) => [
  modelCall(`${at}/chat/completions`, versioned),
  modelCall(`${at}/responses`, versioned),
])
const googleCalls = [
  modelCall('{model}:generateContent'),
  modelCall('{model}:streamGenerateContent', { alt: 'sse' }),
]

/** The SDKs that opencode brings along, except those that sign their requests, by package. */
export const sdks: Readonly<Record<string, Sdk>> = {
  '@ai-sdk/alibaba': {
    base: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    calls: chat,
    key: bearer,
  },
  '@ai-sdk/anthropic': {
    base: 'https://api.anthropic.com/v1',
    calls: [modelCall('/messages')],
    key: whole('x-api-key'),
  },
  '@ai-sdk/azure': { calls: azureCalls, key: whole('api-key') },
  '@ai-sdk/cerebras': { base: 'https://api.cerebras.ai/v1', calls: chat, key: bearer },
  '@ai-sdk/cohere': {
    base: 'https://api.cohere.com/v2',
    calls: [modelCall('/chat')],
    key: bearer,
  },
  '@ai-sdk/deepinfra': {
    base: 'https://api.deepinfra.com/v1',
    calls: [modelCall('/openai/chat/completions')],
    key: bearer,
  },
  '@ai-sdk/gateway': {
    base: 'https://ai-gateway.vercel.sh/v3/ai',
    calls: [modelCall('/language-model')],
    key: bearer,
  },
  '@ai-sdk/google': {
    base: 'https://generativelanguage.googleapis.com/v1beta',
    calls: googleCalls,
    key: whole('x-goog-api-key'),
  },
  '@ai-sdk/groq': { base: 'https://api.groq.com/openai/v1', calls: chat, key: bearer },
  '@ai-sdk/mistral': { base: 'https://api.mistral.ai/v1', calls: chat, key: bearer },
  '@ai-sdk/openai': {
    base: 'https://api.openai.com/v1',
    calls: [...responses, ...chat],
    key: bearer,
  },
  '@ai-sdk/openai-compatible': { calls: chat, key: bearer },
  '@ai-sdk/perplexity': { base: 'https://api.perplexity.ai', calls: chat, key: bearer },
  '@ai-sdk/togetherai': { base: 'https://api.together.xyz/v1', calls: chat, key: bearer },
  '@ai-sdk/vercel': { base: 'https://api.v0.dev/v1', calls: chat, key: bearer },
  '@ai-sdk/xai': {
    base: 'https://api.x.ai/v1',
    calls: [...responses, ...chat],
    key: bearer,
  },
  '@openrouter/ai-sdk-provider': {
    base: 'https://openrouter.ai/api/v1',
    calls: chat,
    key: bearer,
  },
  'venice-ai-sdk-provider': { base: 'https://api.venice.ai/api/v1', calls: chat, key: bearer },
}

/** Where other SDKs send a key by convention. */
const conventions = [
  ...['', 'Bearer ', 'Token ', 'Key '].map((before) => ({ name: 'authorization', before })),
  ...['x-api-key', 'api-key', 'x-goog-api-key'].map(whole),
]

/** What these packages call; undefined if one of them is not known. */
export function callsOf(packages: readonly string[]): readonly ModelCall[] | undefined {
  const known = packages.map((name) => sdks[name]?.calls)
  return known.includes(undefined) ? undefined : [...new Set(known.flatMap((calls) => calls ?? []))]
}

/** The headers in which these packages send their key. */
export function keyHeadersOf(packages: readonly string[]): readonly KeyHeader[] {
  return [...new Set(packages.flatMap((name) => sdks[name]?.key ?? conventions))]
}
