import type { Answer } from './answer.ts'

/** Which requests something is about; the path is without `/api/v3`, and `/graphql` for GraphQL. */
export type Selection = { readonly method: string; readonly path: RegExp }

/** How a request goes wrong. */
export type Fault = Selection & {
  /** How many requests; one unless said otherwise. */
  readonly times?: number
  /** Whether the operation is done nevertheless, so that only its answer is lost. */
  readonly after?: boolean
  readonly status?: number
  /** JSON, or a string that is sent as it is (cut JSON, a page of a proxy). */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Closes the connection without an answer. */
  readonly close?: boolean
  /** Never answers, and keeps the connection. */
  readonly silent?: boolean
}

/** Faults and hooks that wait for their requests. */
export type Script = {
  readonly fail: (fault: Fault) => void
  readonly before: (selection: Selection, act: () => unknown) => void
  /** Takes the fault for this request, if there is one, and does what is to happen before it. */
  readonly meet: (request: { method: string; path: string }) => Promise<Fault | undefined>
}

/** What GitHub answers on its limits. Page "Rate limits for the REST API". */
export const limits = {
  /** The secondary limit, which comes as 403 or 429. */
  secondary: (seconds: number, status: 403 | 429 = 403) => ({
    status,
    headers: { 'retry-after': String(seconds) },
    body: {
      message:
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url:
        'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      status: String(status),
    },
  }),
  /** The primary limit, used up until `reset` (seconds since 1970). */
  primary: (reset: number) => ({
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
    body: { message: 'API rate limit exceeded for installation.', status: '403' },
  }),
}

/** Makes an empty script. */
export function createScript(): Script {
  const faults: { fault: Fault; left: number }[] = []
  const hooks: { selection: Selection; act: () => unknown }[] = []
  return {
    fail: (fault) => {
      faults.push({ fault, left: fault.times ?? 1 })
    },
    before: (selection, act) => {
      hooks.push({ selection, act })
    },
    async meet(request) {
      const at = hooks.findIndex(({ selection }) => fits(selection, request))
      const [hook] = at < 0 ? [] : hooks.splice(at, 1)
      await hook?.act()
      const found = faults.find(({ fault, left }) => left > 0 && fits(fault, request))
      if (found) found.left--
      return found?.fault
    },
  }
}

/** The answer of a fault; 502 with GitHub's page unless it says something else. */
export function answerOf({ status = 502, body, headers = {} }: Fault): Answer {
  const message = status === 502 ? 'Server Error' : 'The stand-in was told to fail.'
  return { status, body: body ?? { message }, headers }
}

function fits({ method, path }: Selection, request: { method: string; path: string }): boolean {
  return method === request.method && path.test(request.path)
}
