import type { Event } from '../event/event.ts'
import { createGitHub } from '../github/client.ts'
import { publishComment } from '../github/comment.ts'
import { problemOf } from '../github/refusal.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import type { Result } from '../result.ts'
import { messageOf, oneLine } from '../text.ts'
import { publishChange } from './change-publication.ts'
import { renderComment } from './comment-body.ts'
import { heldBackOf } from './held-back.ts'
import { judged, nothing, type Publishing, type Ready } from './publication.ts'

/** Publishing has a time of its own, so that a run that took all of its own is published, too. */
const changeMs = 8 * 60_000
/** The comment, which tells what became of the change, has its own. */
const commentMs = 2 * 60_000

/**
 * Publishes a result where the inputs ask for it: the change of a run that completed, then the comment, which tells what
 * became of it. A run that completed and could not be published ends as `publish-failed`, one whose whole change was held
 * back as `blocked`. Nobody waits for a cancelled one, and a skipped one says nothing: a stranger must not make a bot talk.
 */
export async function publishResult(
  result: Result,
  publishing: Publishing,
  signal: AbortSignal,
): Promise<Result> {
  const { what, token } = publishing.publish
  if (what.length === 0 || token === undefined || isSilent(result)) return result
  const { env, runner } = publishing
  const within = (limitMs: number) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    const deadline = Date.now() + limitMs
    const github = createGitHub({ token, env, log: runner.info, deadline }, limit)
    return { limit, ready: { ...publishing, github } }
  }
  return await runner.group('Publish', async () => {
    const { limit, ready } = within(changeMs)
    const changed = await publishChange(result, ready, limit).catch((error: unknown) =>
      unpublished(result, error),
    )
    const last = within(commentMs)
    const done = what.includes('comment')
      ? await comment(changed, last.ready, last.limit).catch((error: unknown) =>
          unpublished(changed, error),
        )
      : changed
    return signal.aborted ? cancelledFrom(done) : done
  })
}

function isSilent({ outcome }: Result): boolean {
  return outcome === 'cancelled' || outcome === 'skipped'
}

/** Whatever goes wrong here, the run that was paid for is still saved and told of. */
function unpublished(result: Result, error: unknown): Result {
  const problem = `The publication broke off: ${oneLine(messageOf(error))}`
  const before = result.published ?? nothing
  return judged({ ...result, published: { ...before, problems: [...before.problems, problem] } })
}

function cancelledFrom(result: Result): Result {
  if (result.outcome !== 'publish-failed') return result
  const reason = 'The workflow was cancelled while the run was published.'
  return { ...result, outcome: 'cancelled', reason, problems: [] }
}

async function comment(result: Result, ready: Ready, signal: AbortSignal): Promise<Result> {
  const { github, publish, event, runner, redactor } = ready
  const issue = publish.issue ?? event.number ?? 0
  const key = keyOf(publish, event)
  const heldBack = heldBackOf(result)
  // What is invisible and taken out may have stood inside of a secret.
  const rendered = renderComment(result, { key, server: github.server, heldBack })
  const bodies = await redactor.clean(rendered, signal)
  const before = result.published ?? nothing
  try {
    const { id, url } = await publishComment({ github, issue, key, bodies }, signal)
    runner.info(`Commented: ${url}`)
    return { ...result, published: { ...before, commentId: id, commentUrl: url } }
  } catch (error) {
    const permission = commentPermission(issue, event)
    const problem = problemOf(error, { doing: `comment on #${issue}`, permission })
    return judged({ ...result, published: { ...before, problems: [...before.problems, problem] } })
  }
}

function commentPermission(issue: number, { number, kind }: Event): string {
  if (issue !== number) return 'pull-requests: write" or, for an issue, "issues: write'
  return kind === 'issue' ? 'issues: write' : 'pull-requests: write'
}

/** A comment that is new with each run has a key that is this run's own, so that it is found again after a lost answer. */
function keyOf({ comment: { key, mode } }: PublishChoice, { runId, runAttempt }: Event): string {
  return mode === 'new' ? `${key} ${runId}.${runAttempt}` : key
}
