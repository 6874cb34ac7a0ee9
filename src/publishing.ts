import type { Event } from './event.ts'
import { publishComment } from './publish/comment.ts'
import { renderComment } from './publish/comment-body.ts'
import { createGitHub, type GitHub } from './publish/github.ts'
import { explainRefusal } from './publish/refusal.ts'
import type { PublishChoice } from './publish-inputs.ts'
import type { Result } from './result.ts'
import type { Runner } from './runner.ts'
import type { World } from './world.ts'

type Publishing = Pick<World, 'env' | 'event' | 'temporary'> & {
  readonly publish: PublishChoice
  readonly runner: Pick<Runner, 'info' | 'group'>
}
type Published = NonNullable<Result['published']>

/** Publishing has a time of its own, so that a run that took all of its own is published, too. */
const limitMs = 5 * 60_000

/**
 * Publishes a result where the inputs ask for it; the result then says what came of that. A run that completed and could
 * not be published ends as `publish-failed`. Nobody waits for a cancelled one.
 */
export async function publishResult(
  result: Result,
  { publish, env, event, runner }: Publishing,
  signal: AbortSignal,
): Promise<Result> {
  const { what, token } = publish
  if (what.length === 0 || token === undefined || result.outcome === 'cancelled') return result
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const github = createGitHub({ token, env, log: runner.info }, limit)
  const published = await runner.group('Publish', () =>
    comment(result, { github, publish, event, runner }),
  )
  return withPublished(result, published)
}

type Commenting = Pick<Publishing, 'publish' | 'event' | 'runner'> & { readonly github: GitHub }

async function comment(
  result: Result,
  { github, publish, event, runner }: Commenting,
): Promise<Published> {
  const issue = publish.issue ?? event.number ?? 0
  const key = keyOf(publish, event)
  const bodies = renderComment(result, { key, server: github.server })
  try {
    const { id, url } = await publishComment({ github, issue, key, bodies })
    runner.info(`Commented: ${url}`)
    return { commentId: id, commentUrl: url, problems: [] }
  } catch (error) {
    const attempted = { what: `The comment on #${issue}`, permission: 'pull-requests: write' }
    return { problems: [explainRefusal(error, attempted)] }
  }
}

/** A comment that is new with each run has a key that is this run's own, so that it is found again after a lost answer. */
function keyOf({ comment }: PublishChoice, { runId, runAttempt }: Event): string {
  const { key, mode } = comment
  return mode === 'new' ? `${key} ${runId}.${runAttempt}` : key
}

function withPublished(result: Result, published: Published): Result {
  const { problems } = published
  const notes = [...result.notes, ...problems]
  if (problems.length === 0 || result.outcome !== 'completed')
    return { ...result, published, notes }
  return {
    ...result,
    published,
    outcome: 'publish-failed',
    reason: problems.join(' '),
    problems: problems.length > 1 ? problems : [],
  }
}
