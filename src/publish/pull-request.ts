import { branchOf, type Event } from '../event/event.ts'
import { ownBranchName } from '../github/own-branch.ts'
import { publishPullRequest } from '../github/pull-request.ts'
import { sanitizeMarkdown } from '../markdown/sanitize.ts'
import { composeMessage, publishChange } from './change.ts'
import type { Publisher } from './publisher.ts'

/** Characters of an answer that are read: thrice what a body can have, since some may be removed. */
const readable = 3 * 65_536

/** The change as a branch with one pull request. */
export const pullRequest: Publisher = {
  name: 'pull-request',
  limitMs: 8 * 60_000,
  async publish(result, world, signal) {
    const { github, publish, event, redactor } = world
    const { base, title, draft, labels } = publish.pullRequest
    const { repository, answer } = result
    const place = { server: github.server, repository, closes: true }
    const body = sanitizeMarkdown(answer.slice(0, readable), place)
    const more = answer.length > readable ? '\n\nThe rest is in the run directory.' : ''
    const proposal = {
      ...{ github, title, draft, labels },
      baseBranch: base ?? baseOf(event),
      branch: publish.branch ?? ownBranchName(event),
      // Removing invisible characters may have completed a secret.
      body: await redactor.clean(body + more, signal),
      message: composeMessage(publish, result),
    }
    return await publishChange(
      result,
      world,
      (change) => publishPullRequest({ ...proposal, change }, signal),
      signal,
    )
  },
}

/** The branch that the change was made on; of a fork's pull request, the one that it is for. */
function baseOf(event: Event): string | undefined {
  const { kind, head, base } = event
  if (kind !== 'pull request') return branchOf(event)
  return head?.fork === false ? head.ref : base?.ref
}
