import { type ModelCall, modelCall } from './broker/target.ts'

/** A header in which an SDK sends its key, after `before`. */
export type KeyHeader = { readonly name: string; readonly before: string }

/** What opencode 1.18.33 sends with an SDK that it bundles. */
export type Sdk = {
  /** The base URL that the SDK has built in. */
  readonly base?: string
  /** The calls that ask for an answer; opencode makes no others. */
  readonly calls: readonly ModelCall[]
  readonly key: KeyHeader
}

const bearer: KeyHeader = { name: 'authorization', before: 'Bearer ' }
const chat = [modelCall('/chat/completions')]
const responses = [...chat, modelCall('/responses')]
const version = { 'api-version': '{id}' }

/** The SDKs that opencode bundles, except those that sign their requests, by package. */
export const sdks: Readonly<Record<string, Sdk>> = {
  '@ai-sdk/alibaba': sdk('https://dashscope-intl.aliyuncs.com/compatible-mode/v1'),
  '@ai-sdk/anthropic': sdk('https://api.anthropic.com/v1', [modelCall('/messages')], 'x-api-key'),
  '@ai-sdk/azure': {
    calls: ['', '/deployments/{id}'].flatMap((at) => [
      modelCall(`${at}/chat/completions`, version),
      modelCall(`${at}/responses`, version),
    ]),
    key: { name: 'api-key', before: '' },
  },
  '@ai-sdk/cerebras': sdk('https://api.cerebras.ai/v1'),
  '@ai-sdk/cohere': sdk('https://api.cohere.com/v2', [modelCall('/chat')]),
  '@ai-sdk/deepinfra': sdk('https://api.deepinfra.com/v1', [modelCall('/openai/chat/completions')]),
  '@ai-sdk/gateway': sdk('https://ai-gateway.vercel.sh/v3/ai', [modelCall('/language-model')]),
  '@ai-sdk/google': sdk(
    'https://generativelanguage.googleapis.com/v1beta',
    [
      modelCall('{model}:generateContent'),
      modelCall('{model}:streamGenerateContent', { alt: 'sse' }),
    ],
    'x-goog-api-key',
  ),
  '@ai-sdk/groq': sdk('https://api.groq.com/openai/v1'),
  '@ai-sdk/mistral': sdk('https://api.mistral.ai/v1'),
  '@ai-sdk/openai': sdk('https://api.openai.com/v1', responses),
  '@ai-sdk/openai-compatible': { calls: chat, key: bearer },
  '@ai-sdk/perplexity': sdk('https://api.perplexity.ai'),
  '@ai-sdk/togetherai': sdk('https://api.together.xyz/v1'),
  '@ai-sdk/vercel': sdk('https://api.v0.dev/v1'),
  '@ai-sdk/xai': sdk('https://api.x.ai/v1', responses),
  '@openrouter/ai-sdk-provider': sdk('https://openrouter.ai/api/v1'),
  'venice-ai-sdk-provider': sdk('https://api.venice.ai/api/v1'),
}

/** An SDK that sends its key as a bearer token, or alone in a header. */
function sdk(base: string, calls: readonly ModelCall[] = chat, header?: string): Sdk {
  return { base, calls, key: header === undefined ? bearer : { name: header, before: '' } }
}

/** Where other SDKs send a key by convention. */
const conventions: readonly KeyHeader[] = [
  ...['', 'Bearer ', 'Token ', 'Key '].map((before) => ({ name: 'authorization', before })),
  ...['x-api-key', 'api-key', 'x-goog-api-key'].map((name) => ({ name, before: '' })),
]

/** The calls of these packages; undefined if one of them is not known. */
export function callsOf(packages: readonly string[]): readonly ModelCall[] | undefined {
  const calls = packages.map((name) => sdks[name]?.calls)
  return calls.includes(undefined) ? undefined : [...new Set(calls.flatMap((some) => some ?? []))]
}

/** The headers in which these packages send their key. */
export function keyHeadersOf(packages: readonly string[]): readonly KeyHeader[] {
  return [...new Set(packages.flatMap((name) => sdks[name]?.key ?? conventions))]
}
