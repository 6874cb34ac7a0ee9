import type { Result } from '../result.ts'

const mostAttempts = 100
const mostCalls = 100

/**
 * A result without any text that others wrote: numbers, times, ids, outcomes and the plain names of models. It can be shown
 * without a search for secrets.
 */
export function factsOf(result: Result): Result {
  const { timings, isolation, calls, published } = result
  const { outcome, mode, repository, event, runUrl, priced, usage } = result
  const { startedAt, duration, runDirectory } = result
  return {
    ...{ schema: 1, outcome, mode, repository, event, runUrl, priced, usage },
    ...{ startedAt, duration, runDirectory, partial: true },
    ...{ reason: '', problems: [], answer: '', tools: [], refusals: [], notes: [] },
    promptHash: matching(result.promptHash, /^[0-9a-f]{64}$/),
    model: plainName(result.model),
    timings: Object.fromEntries(
      Object.entries(timings).filter(([phase]) => /^[a-z]{1,20}( \d{1,4})?$/.test(phase)),
    ),
    isolation: isolation && { level: isolation.level },
    attempts: result.attempts.slice(-mostAttempts).map(attemptFacts),
    calls: calls && {
      ...calls,
      records: calls.records.slice(-mostCalls).map(({ error: _, provider, ...call }) => {
        return { ...call, provider: plainName(provider) ?? 'unknown' }
      }),
    },
    published: published && {
      commentId: published.commentId,
      pullRequestNumber: published.pullRequestNumber,
      commitSha: matching(published.commitSha, /^[0-9a-f]{40,64}$/),
      ...{ notes: [], problems: [] },
    },
  }
}

function attemptFacts(attempt: Result['attempts'][number]): Result['attempts'][number] {
  const { startedAt, endedAt, outcome, retries, usage } = attempt
  const sessionID = /^ses_?[0-9A-Za-z]{1,60}$/
  return {
    ...{ startedAt, endedAt, outcome, retries, usage, reason: '', statuses: [], refusals: [] },
    model: plainName(attempt.model) ?? 'unknown',
    sessionID: matching(attempt.sessionID, sessionID) ?? 'unknown',
    sessions: attempt.sessions.filter((id) => sessionID.test(id)),
  }
}

/** The name of a model or provider, if it can't be a sentence. */
function plainName(name: string | undefined): string | undefined {
  return matching(name, /^[a-z0-9][\w.:@/-]{0,100}$/i)
}

function matching(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined
}
