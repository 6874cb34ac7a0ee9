import * as z from 'zod'
import { oneLine } from '../text.ts'
import { GitError } from '../workspace/git.ts'

/** What octokit throws where GitHub answered; without `response` there was no answer. */
const refusal = z.object({
  status: z.number(),
  response: z.object({
    headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
  }),
})

/** The HTTP status of an answer that octokit threw; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  return refusal.safeParse(error).data?.status
}

/** Headers of an answer that octokit threw, by their lower-case names. */
export function headersOf(error: unknown): Readonly<Record<string, string | number | undefined>> {
  return refusal.safeParse(error).data?.response.headers ?? {}
}

/** Whether GitHub refused because of too many requests: it did nothing. */
export function isRateLimit(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== 403) return status === 429
  const headers = headersOf(error)
  const spent = headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers
  return spent || /rate limit/i.test(answerText(error) ?? '')
}

/** Whether the request may have failed on the way, so that nobody knows if it was done. */
export function isLost(error: unknown): boolean {
  if (error instanceof GitError || answerText(error) === undefined) return false
  const status = statusOf(error)
  return status === undefined ? !isGraphqlRefusal(error) : status >= 500
}

/** What GitHub or git said; undefined for any other error. */
export function answerText(error: unknown): string | undefined {
  if (error instanceof GitError) return oneLine(error.stderr) || error.message
  if (!(error instanceof Error)) return undefined
  if (error.name === 'ZodError') return 'an answer that cannot be read'
  if (error.name === 'TimeoutError') return 'it took too long'
  const isAnswer = ['HttpError', 'AbortError'].includes(error.name) || isGraphqlRefusal(error)
  return isAnswer ? error.message : undefined
}

function isGraphqlRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'GraphqlResponseError'
}
