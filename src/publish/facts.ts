import type { Result } from '../result.ts'

const mostAttempts = 100
const mostCalls = 100

/**
 * What is known of a run without anything that was written by others: numbers, times, ids and outcomes, and the plain
 * names of models. It can be shown without having been looked through for secrets.
 */
export function factsOf(result: Result): Result {
  const { outcome, mode, repository, event, runUrl, priced, usage, isolation, published } = result
  return {
    ...{ schema: 1, outcome, reason: '', problems: [], partial: true, priced, usage },
    ...{ mode, repository, event, runUrl, startedAt: result.startedAt, duration: result.duration },
    ...{
      promptHash: matching(result.promptHash, /^[0-9a-f]{64}$/),
      model: plainName(result.model),
    },
    ...{ answer: '', tools: [], refusals: [], notes: [], runDirectory: result.runDirectory },
    timings: Object.fromEntries(
      Object.entries(result.timings).filter(([phase]) => /^[a-z]{1,20}( \d{1,4})?$/.test(phase)),
    ),
    isolation: isolation && { level: isolation.level },
    attempts: result.attempts.slice(-mostAttempts).map(attemptFacts),
    calls: result.calls && callFacts(result.calls),
    published: published && publishedFacts(published),
  }
}

function attemptFacts(attempt: Result['attempts'][number]): Result['attempts'][number] {
  const { startedAt, endedAt, outcome, retries, usage } = attempt
  const isID = (id: string) => sessionID.test(id)
  return {
    ...{ model: plainName(attempt.model) ?? 'unknown', startedAt, endedAt, outcome, reason: '' },
    sessionID: isID(attempt.sessionID) ? attempt.sessionID : 'unknown',
    sessions: attempt.sessions.filter(isID),
    statuses: [],
    ...{ retries, refusals: [], usage },
  }
}

function callFacts({ count, failed, records }: NonNullable<Result['calls']>): Result['calls'] {
  const facts = records.slice(-mostCalls).map(({ error: _, provider, ...call }) => ({
    ...call,
    provider: plainName(provider) ?? 'unknown',
  }))
  return { count, failed, records: facts }
}

function publishedFacts(published: NonNullable<Result['published']>): Result['published'] {
  const { commentId, commitSha, pullRequestNumber } = published
  return {
    ...{ commentId, pullRequestNumber, commitSha: matching(commitSha, /^[0-9a-f]{40,64}$/) },
    ...{ notes: [], problems: [] },
  }
}

const sessionID = /^ses_?[0-9A-Za-z]{1,60}$/

/** A name of a model or provider, as none of a person's or an agent's words is. */
function plainName(name: string | undefined): string | undefined {
  return matching(name, /^[a-z0-9][\w.:@/-]{0,100}$/i)
}

function matching(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined
}
