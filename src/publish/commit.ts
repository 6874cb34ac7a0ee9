import { type Event, workBranchOf } from '../event/event.ts'
import { type CommitDestination, publishCommit } from '../github/commit.ts'
import { composeMessage, publishChange } from './change.ts'
import type { Publisher } from './publisher.ts'

/** The change as a commit on the head branch of the pull request, or on a branch that is named. */
export const commit: Publisher = {
  name: 'commit',
  limitMs: 8 * 60_000,
  async publish(result, world, signal) {
    const { github, publish, event } = world
    const destination = destinationOf(publish.branch, event)
    const message = composeMessage(publish, result)
    return await publishChange(
      result,
      world,
      (change) => publishCommit({ github, change, destination, message }, signal),
      signal,
    )
  },
}

function destinationOf(branch: string | undefined, event: Event): CommitDestination {
  const { kind, number } = event
  if (branch === undefined && kind === 'pull request' && number !== undefined)
    return { kind: 'pull-request', number }
  return { kind: 'branch', branch: branch ?? workBranchOf(event) ?? '' }
}
