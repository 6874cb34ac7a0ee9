import { branchOf, type Event } from '../event/event.ts'
import { ownBranchName } from '../github/own-branch.ts'
import { publishPullRequest } from '../github/pull-request.ts'
import { type Publication as Place, sanitizeMarkdown } from '../markdown/sanitize.ts'
import { composeMessage, publishChange } from './change.ts'
import type { Publisher } from './publisher.ts'

/** The change as a branch with one pull request. */
export const pullRequest: Publisher = {
  name: 'pull-request',
  limitMs: 8 * 60_000,
  async publish(result, world, signal) {
    const { github, publish, event, redactor } = world
    const { base, title, draft, labels } = publish.pullRequest
    const { repository, answer } = result
    const body = bodyOf(answer, { server: github.server, repository, closes: true })
    const proposal = {
      ...{ github, title, draft, labels },
      baseBranch: base ?? baseOf(event),
      branch: publish.branch ?? ownBranchName(event),
      // Invisible characters that were removed may have stood inside a secret.
      body: await redactor.clean(body, signal),
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

/** A pull request's body has at most 65,536 characters; this many are read of an answer, since some may be taken out. */
const readable = 3 * 65_536

function bodyOf(answer: string, place: Place): string {
  const body = sanitizeMarkdown(answer.slice(0, readable), place)
  return answer.length > readable ? `${body}\n\nThe rest is in the run directory.` : body
}

/** The branch that the change was made on; of a fork's pull request, the one that it is for. */
function baseOf(event: Event): string | undefined {
  const { kind, head, base } = event
  if (kind !== 'pull request') return branchOf(event)
  return head?.fork === false ? head.ref : base?.ref
}
