import * as z from 'zod'
import { oneLine } from '../text/text.ts'
import { GitError } from '../workspace/git.ts'

/** What octokit throws if GitHub answered; without an answer there is no `response`. */
const httpError = z.object({
  status: z.number(),
  response: z.object({
    headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
  }),
})

/** The HTTP status of an answer that octokit threw; undefined without an answer. */
export function statusOf(error: unknown): number | undefined {
  return httpError.safeParse(error).data?.status
}

/** Headers of an answer that octokit threw, by their lower-case names. */
export function headersOf(error: unknown): Readonly<Record<string, string | number | undefined>> {
  return httpError.safeParse(error).data?.response.headers ?? {}
}

/** The result of a request; undefined if GitHub answered 404. */
export async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Whether GitHub refused a request because there were too many. */
export function isRateLimit(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== 403) return status === 429
  const headers = headersOf(error)
  const isSpent = headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers
  return isSpent || /rate limit/i.test(answerText(error) ?? '')
}

/** Whether a request failed in a way that leaves open if GitHub did what it asked for. */
export function isLost(error: unknown): boolean {
  if (error instanceof GitError || answerText(error) === undefined) return false
  const status = statusOf(error)
  return status === undefined ? !isGraphqlRefusal(error) : status >= 500
}

/** The message of GitHub or git; undefined for any other error. */
export function answerText(error: unknown): string | undefined {
  if (error instanceof GitError) return oneLine(error.stderr) || error.message
  if (!(error instanceof Error)) return undefined
  if (error.name === 'ZodError') return "an answer that can't be read"
  if (error.name === 'TimeoutError') return 'it took too long'
  const isAnswer = ['HttpError', 'AbortError'].includes(error.name) || isGraphqlRefusal(error)
  return isAnswer ? error.message : undefined
}

function isGraphqlRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'GraphqlResponseError'
}
