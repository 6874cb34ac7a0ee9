import { type Event, workBranchOf } from '../event/event.ts'
import { type CommitDestination, publishCommit } from '../github/commit.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import { composeMessage, publishChange } from './change.ts'
import type { Publisher } from './publisher.ts'

/** The change as a commit on the head branch of the pull request, or on a branch that is named. */
export const commit: Publisher = {
  name: 'commit',
  limitMs: 8 * 60_000,
  async publish(result, world, signal) {
    const { github, publish, event } = world
    const destination = destinationOf(publish, event)
    const message = composeMessage(publish, result)
    return await publishChange(
      result,
      world,
      (change) => publishCommit({ github, change, destination, message }, signal),
      signal,
    )
  },
}

function destinationOf({ branch }: PublishChoice, event: Event): CommitDestination {
  if (branch !== undefined) return { kind: 'branch', branch }
  if (event.kind === 'pull request' && event.number !== undefined)
    return { kind: 'pull-request', number: event.number }
  return { kind: 'branch', branch: workBranchOf(event) ?? '' }
}
