import { getOctokit } from '@actions/github'
import { headersOf, isRateLimit, statusOf } from './answer.ts'
import { backOff, repeat } from './repeat.ts'

/** GitHub's API for one repository, under one token. */
export type GitHub = {
  readonly octokit: ReturnType<typeof getOctokit>
  readonly owner: string
  readonly repo: string
  /** As in `https://github.com`. */
  readonly server: string
  readonly token: string
}

/** How to reach GitHub: addresses and repository from the runner's environment, never literal ones. */
export type GitHubOptions = {
  readonly token: string
  /** `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
  /** Milliseconds since 1970: what asks to wait beyond it is not waited for. */
  readonly deadline?: number
  /** How long each answer may take. */
  readonly answerMs?: number
}

const longestAnswerMs = 30_000
/** GitHub asks for a minute where it says nothing (docs.github.com, Rate limits for the REST API). */
const silentLimitMs = 60_000

/**
 * A client that repeats what may be repeated while `signal` stands: requests that GitHub refused by a rate limit, after
 * the time that it names, and failed ones that read or do the same once more. A failed POST may have been done: its caller
 * looks. Octokit's own plugins for this neither end a wait when the signal is aborted nor leave POSTs alone.
 */
export function createGitHub(options: GitHubOptions, signal: AbortSignal): GitHub {
  const { token, env, log, deadline = Number.POSITIVE_INFINITY } = options
  const { answerMs = longestAnswerMs } = options
  const baseUrl = env.GITHUB_API_URL ?? ''
  const octokit = getOctokit(token, { baseUrl })
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
      log(`GitHub: ${method} ${url} is tried again in ${Math.ceil(wait / 1000)} s`)
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

type Try = { readonly attempt: number; readonly isRepeatable: boolean }

/** Milliseconds until another try makes sense; undefined if none does. */
function waitOf(error: unknown, { attempt, isRepeatable }: Try): number | undefined {
  const wait = backOff(attempt)
  if (wait !== undefined && isRateLimit(error)) return limitOf(error, attempt)
  const isPassing = (statusOf(error) ?? 500) >= 500
  return isPassing && isRepeatable ? wait : undefined
}

function limitOf(error: unknown, attempt: number): number {
  const headers = headersOf(error)
  const after = Number(headers['retry-after'] ?? Number.NaN)
  if (after >= 0) return after * 1000
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0) return Math.max(0, reset - Date.now())
  return silentLimitMs * 2 ** (attempt - 1)
}
