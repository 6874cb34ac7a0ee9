import type { ChatRequest } from './chat.ts'
import type { Message, Reply } from './reply.ts'
import { implement, plan } from './script.ts'
import { type ModelServer, startModelServer } from './server.ts'
import { type Turn, turnOf } from './turn.ts'

/** What each built-in model does, by what comes after `rehearsal/`. */
const models: Readonly<Record<string, (request: ChatRequest) => Reply>> = {
  plan: withTurn(plan),
  implement: withTurn(implement),
  'rate-limit': () => ({
    kind: 'error',
    status: 429,
    message: 'Rate limit reached for the rehearsal model. Please try again in 1h0m0s.',
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': '3600' },
  }),
  stall: () => ({ kind: 'silence' }),
  error: () => ({
    kind: 'error',
    status: 400,
    message: 'The rehearsal model refuses every request.',
  }),
}

/** Starts the built-in scripted model: no key, no network, no cost, no state between requests. */
export function startRehearsal(): Promise<ModelServer> {
  return startModelServer(rehearse)
}

/** The answer of the model that the request names. */
export function rehearse(request: ChatRequest): Reply {
  const message = `There is no rehearsal model "${request.model}".`
  return models[request.model]?.(request) ?? { kind: 'error', status: 404, message }
}

/** The entry of opencode's configuration under `provider.rehearsal`. */
export function rehearsalProvider({ url, key }: Pick<ModelServer, 'url' | 'key'>) {
  const limit = { context: 128_000, output: 8_000 }
  const settings = { limit, cost: { input: 0, output: 0 }, tool_call: true }
  return {
    npm: '@ai-sdk/openai-compatible',
    name: 'Rehearsal',
    options: { baseURL: url, apiKey: key },
    models: Object.fromEntries(
      Object.keys(models).map((id) => [id, { name: `Rehearsal: ${id}`, ...settings }]),
    ),
  }
}

/** A request without tools, as for a title, gets one word. */
function withTurn(script: (turn: Turn) => Message) {
  return (request: ChatRequest): Message => {
    const turn = turnOf(request)
    return turn === undefined ? { kind: 'message', text: 'Rehearsal' } : script(turn)
  }
}
