import { publishComment } from '../github/comment.ts'
import { attempt } from '../github/refusal.ts'
import { renderComment } from './comment-body.ts'
import type { Publisher } from './publisher.ts'

/** The answer as a comment on the issue or pull request, with what became of the change. */
export const comment: Publisher = {
  name: 'comment',
  limitMs: 2 * 60_000,
  async publish(result, { github, publish, event, runner, redactor }, signal) {
    const { number = 0, kind, runId, runAttempt } = event
    const { issue = number, comment } = publish
    // A new comment for each run has a key for each run, so that it is found after a lost answer.
    const key = comment.mode === 'new' ? `${comment.key} ${runId}.${runAttempt}` : comment.key
    const rendered = renderComment(result, { key, server: github.server })
    // Removing invisible characters may have completed a secret.
    const bodies = await redactor.clean(rendered, signal)
    const either = 'pull-requests: write" or, for an issue, "issues: write'
    const own = kind === 'issue' ? 'issues: write' : 'pull-requests: write'
    const permission = issue === number ? own : either
    const { id, url } = await attempt({ doing: `comment on #${issue}`, permission }, () =>
      publishComment({ github, issue, key, bodies }, signal),
    )
    runner.info(`Commented: ${url}`)
    return { commentId: id, commentUrl: url }
  },
}
