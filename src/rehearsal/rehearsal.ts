import type { ChatRequest } from './chat.ts'
import { implementReply } from './implement.ts'
import { planReply } from './plan.ts'
import type { MessageReply, Reply } from './reply.ts'
import { type ModelServer, startModelServer } from './server.ts'
import { type Turn, turnOf } from './turn.ts'

type Rehearsal = { readonly name: string; readonly answer: (request: ChatRequest) => Reply }

const rehearsals: ReadonlyMap<string, Rehearsal> = new Map([
  ['plan', { name: 'Rehearsal: plan', answer: withTools(planReply) }],
  ['implement', { name: 'Rehearsal: implement', answer: withTools(implementReply) }],
  ['rate-limit', { name: 'Rehearsal: rate limit', answer: rateLimit }],
  ['stall', { name: 'Rehearsal: stall', answer: () => ({ kind: 'silence' }) }],
  ['error', { name: 'Rehearsal: error', answer: refusal }],
])

/** The built-in models: what comes after `rehearsal/`. */
export const rehearsalModels: readonly string[] = [...rehearsals.keys()]

/** Starts the built-in scripted model: no key, no network, no cost, nothing kept between requests. */
export function startRehearsal(): Promise<ModelServer> {
  return startModelServer(rehearsalModels, rehearse)
}

/** The answer of the model that the request names. */
export function rehearse(request: ChatRequest): Reply {
  const rehearsal = rehearsals.get(request.model)
  if (rehearsal === undefined) throw new Error(`No rehearsal model "${request.model}".`)
  return rehearsal.answer(request)
}

/** The entry of opencode's configuration under `provider.rehearsal`. */
export function rehearsalProvider({ url, key }: Pick<ModelServer, 'url' | 'key'>) {
  const limits = { limit: { context: 128_000, output: 8_000 }, cost: { input: 0, output: 0 } }
  return {
    npm: '@ai-sdk/openai-compatible',
    name: 'Rehearsal',
    options: { baseURL: url, apiKey: key },
    models: Object.fromEntries(
      [...rehearsals].map(([id, { name }]) => [id, { name, ...limits, tool_call: true }]),
    ),
  }
}

/** A request for a title or a summary offers no tools and gets a few words. */
function withTools(answer: (turn: Turn) => MessageReply) {
  return (request: ChatRequest): MessageReply => {
    const turn = turnOf(request)
    return turn === undefined ? { kind: 'message', text: 'Rehearsal' } : answer(turn)
  }
}

function rateLimit(): Reply {
  return {
    kind: 'error',
    status: 429,
    message: 'Rate limit reached for the rehearsal model. Please try again in 1h0m0s.',
    type: 'requests',
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': '3600' },
  }
}

function refusal(): Reply {
  return {
    kind: 'error',
    status: 400,
    message: 'The rehearsal model refuses this request, as it refuses every one.',
    code: 'rehearsal_error',
  }
}
