import { setTimeout as sleep } from 'node:timers/promises'
import { getOctokit } from '@actions/github'
import { headersOf, isLost, isRateLimit, statusOf } from './answer.ts'

/** GitHub's API for one repository, under one token. */
export type GitHub = {
  readonly octokit: ReturnType<typeof getOctokit>
  readonly owner: string
  readonly repo: string
  /** As in `https://github.com`. */
  readonly server: string
  readonly token: string
}

/** How to reach GitHub: the runner's environment has its addresses and the repository. */
export type GitHubOptions = {
  readonly token: string
  /** `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
  /** Milliseconds since 1970: no wait goes beyond it. */
  readonly deadline?: number
  /** How long each answer may take. */
  readonly answerMs?: number
}

/** GitHub asks for a minute where it says nothing (docs.github.com, Rate limits for the REST API). */
const silentLimitMs = 60_000
const mostTries = 4

/**
 * Creates a client that repeats requests until `signal` aborts: those that a rate limit refused, after the time that GitHub
 * names, and failed ones that can be repeated safely. A failed POST may have succeeded, so its caller checks first. Octokit's
 * plugins for this do not stop waiting when the signal aborts, and repeat POSTs.
 */
export function createGitHub(options: GitHubOptions, signal: AbortSignal): GitHub {
  const { token, env, log, deadline = Number.POSITIVE_INFINITY, answerMs = 30_000 } = options
  const octokit = getOctokit(token, { baseUrl: env.GITHUB_API_URL ?? '' })
  octokit.hook.wrap('request', (request, asked) => {
    if (/\/graphql$/.test(asked.url)) asked.url = env.GITHUB_GRAPHQL_URL || asked.url
    const { method, url } = asked
    const isRepeatable = method !== 'POST' || isQuery(asked)
    const ask = async () => {
      asked.request.signal = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
      return await request(asked)
    }
    const waitAfter = (error: unknown, attempt: number) => {
      const wait = waitOf(error, { attempt, isRepeatable })
      if (wait === undefined || Date.now() + wait > deadline) return undefined
      log(`GitHub: retrying ${method} ${url} in ${Math.ceil(wait / 1000)} s`)
      return wait
    }
    return repeat(ask, waitAfter, signal)
  })
  const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/')
  return { octokit, owner, repo, server: env.GITHUB_SERVER_URL ?? '', token }
}

/** A GraphQL query only reads. */
function isQuery(options: object): boolean {
  return 'query' in options && String(options.query).trimStart().startsWith('query')
}

function waitOf(
  error: unknown,
  { attempt, isRepeatable }: { readonly attempt: number; readonly isRepeatable: boolean },
): number | undefined {
  const wait = backOff(attempt)
  if (wait !== undefined && isRateLimit(error)) return limitOf(error, attempt)
  return isRepeatable && (statusOf(error) ?? 500) >= 500 ? wait : undefined
}

function limitOf(error: unknown, attempt: number): number {
  const headers = headersOf(error)
  const after = Number(headers['retry-after'] ?? Number.NaN)
  if (after >= 0) return after * 1000
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0) return Math.max(0, reset - Date.now())
  return silentLimitMs * 2 ** (attempt - 1)
}

/** Milliseconds before the next try, growing; undefined after the last one. */
export function backOff(attempt: number): number | undefined {
  return attempt < mostTries ? 1000 * 2 ** (attempt - 1) : undefined
}

/** Tries until it succeeds, or until `waitAfter` returns no time to wait. An abort ends the wait. */
export async function repeat<T>(
  act: () => Promise<T>,
  waitAfter: (error: unknown, attempt: number) => number | undefined,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      const wait = signal.aborted ? undefined : waitAfter(error, attempt)
      if (wait === undefined) throw error
      // The error says more than that the time is up.
      await sleep(wait, undefined, { signal }).catch(() => {
        throw error
      })
    }
  }
}

/** Repeats a POST whose answer was lost: `act` may run twice without harm, or checks first whether it is done. */
export function repeatLost<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return repeat(act, (error, attempt) => (isLost(error) ? backOff(attempt) : undefined), signal)
}
