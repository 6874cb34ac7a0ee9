import { setTimeout as sleep } from 'node:timers/promises'
import { getOctokit } from '@actions/github'

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
const mostTries = 4
/** GitHub asks for a minute where it says nothing (docs.github.com, Rate limits for the REST API). */
const silentLimitMs = 60_000

/**
 * A client that repeats what may be repeated while `signal` stands: requests that GitHub refused by a rate limit, after
 * the time that it names, and failed ones that read or do the same once more. A failed POST may have been done: its caller looks.
 */
export function createGitHub(options: GitHubOptions, signal: AbortSignal): GitHub {
  const { token, env, log, deadline = Number.POSITIVE_INFINITY } = options
  const { answerMs = longestAnswerMs } = options
  const baseUrl = env.GITHUB_API_URL ?? ''
  const octokit = getOctokit(token, { baseUrl })
  octokit.hook.wrap('request', (request, asked) => {
    if (/\/graphql$/.test(asked.url)) asked.url = env.GITHUB_GRAPHQL_URL || asked.url
    const ask = async () => {
      asked.request.signal = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
      return await request(asked)
    }
    const repeatable = asked.method !== 'POST' || isQuery(asked)
    const { method, url } = asked
    return repeat(ask, { method, url, repeatable, log, deadline }, signal)
  })
  const [owner = '', repo = ''] = (env.GITHUB_REPOSITORY ?? '').split('/')
  return { octokit, owner, repo, server: env.GITHUB_SERVER_URL ?? '', token }
}

/** A GraphQL query only reads. */
function isQuery(options: object): boolean {
  return 'query' in options && String(options.query).trimStart().startsWith('query')
}

type Asked = {
  readonly method: string
  readonly url: string
  readonly repeatable: boolean
  readonly log: GitHubOptions['log']
  readonly deadline: number
}

async function repeat<T>(
  ask: () => Promise<T>,
  { method, url, repeatable, log, deadline }: Asked,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      const wait = attempt < mostTries ? waitAfter(error, { attempt, repeatable }) : undefined
      if (signal.aborted || wait === undefined || Date.now() + wait > deadline) throw error
      log(`GitHub: ${method} ${url} is tried again in ${Math.ceil(wait / 1000)} s`)
      // That the time is up says less than what there was to wait for.
      await sleep(wait, undefined, { signal }).catch(() => {
        throw error
      })
    }
  }
}

type Try = { readonly attempt: number; readonly repeatable: boolean }

/** Milliseconds until another try makes sense; undefined if none does. */
function waitAfter(error: unknown, { attempt, repeatable }: Try): number | undefined {
  const status = statusOf(error)
  if (isRateLimit(error)) return limitOf(headersOf(error), attempt)
  const passing = status === undefined || status >= 500
  return passing && repeatable ? 1000 * 2 ** (attempt - 1) : undefined
}

/** The HTTP status of an answer that octokit threw; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'status' in error && 'response' in error)) return undefined
  return error.response !== undefined && typeof error.status === 'number' ? error.status : undefined
}

/** True if GitHub refused because of too many requests: it did nothing. */
export function isRateLimit(error: unknown): boolean {
  const status = statusOf(error)
  if (status === 429) return true
  const headers = headersOf(error)
  const told = error instanceof Error && /rate limit/i.test(error.message)
  return (
    status === 403 && (told || 'retry-after' in headers || headers['x-ratelimit-remaining'] === '0')
  )
}

type Headers = Readonly<Record<string, string | undefined>>

function headersOf(error: unknown): Headers {
  const response = error instanceof Error && 'response' in error ? error.response : undefined
  const headers = isObject(response) ? response.headers : undefined
  if (!isObject(headers)) return {}
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function limitOf(headers: Headers, attempt: number): number {
  const after = Number(headers['retry-after'] ?? Number.NaN)
  if (after >= 0) return after * 1000
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0) return Math.max(0, reset - Date.now())
  return silentLimitMs * 2 ** (attempt - 1)
}
