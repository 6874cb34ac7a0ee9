import type { Event } from '../event/event.ts'
import { publishComment } from '../github/comment.ts'
import { attempt } from '../github/refusal.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import { renderComment } from './comment-body.ts'
import type { Publisher } from './publisher.ts'

/** The answer as a comment on the issue or pull request, with what became of the change. */
export const comment: Publisher = {
  name: 'comment',
  limitMs: 2 * 60_000,
  async publish(result, { github, publish, event, runner, redactor }, signal) {
    const issue = publish.issue ?? event.number ?? 0
    const key = keyOf(publish, event)
    const rendered = renderComment(result, { key, server: github.server })
    // Invisible characters that were removed may have stood inside a secret.
    const bodies = await redactor.clean(rendered, signal)
    const attempted = { doing: `comment on #${issue}`, permission: permissionFor(issue, event) }
    const { id, url } = await attempt(attempted, () =>
      publishComment({ github, issue, key, bodies }, signal),
    )
    runner.info(`Commented: ${url}`)
    return { commentId: id, commentUrl: url }
  },
}

function permissionFor(issue: number, { number, kind }: Event): string {
  if (issue !== number) return 'pull-requests: write" or, for an issue, "issues: write'
  return kind === 'issue' ? 'issues: write' : 'pull-requests: write'
}

/** A comment that is new with each run has a key for each run, so that it is found again after a lost answer. */
function keyOf({ comment: { key, mode } }: PublishChoice, { runId, runAttempt }: Event): string {
  return mode === 'new' ? `${key} ${runId}.${runAttempt}` : key
}
