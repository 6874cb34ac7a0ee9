import { UserError } from '../errors.ts'
import { createGitHub } from '../github/client.ts'
import type { Result } from '../result.ts'
import { safeLine } from '../text/log-line.ts'
import { messageOf, oneLine } from '../text/text.ts'
import { comment } from './comment.ts'
import { commit } from './commit.ts'
import { addTo, conclude, nothing, type Publication } from './publication.ts'
import type { Publisher, PublishWorld } from './publisher.ts'
import { pullRequest } from './pull-request.ts'

/** Everything that `publish` can name, in its order: the comment reports what became of the change. */
const publishers: readonly Publisher[] = [commit, pullRequest, comment]

/**
 * Publishes a result where the inputs ask for it. A completed run that could not be published ends as `publish-failed`, one
 * whose whole change was held back as `blocked`. A cancelled run must not wait, and a skipped one stays silent: a stranger
 * must not make a bot talk.
 */
export async function publishResult(
  result: Result,
  world: PublishWorld,
  signal: AbortSignal,
): Promise<Result> {
  const { what, token } = world.publish
  const isSilent = result.outcome === 'cancelled' || result.outcome === 'skipped'
  if (what.length === 0 || token === undefined || isSilent) return result
  return await world.runner.group('Publish', async () => {
    let published = nothing
    for (const publisher of publishers.filter(({ name }) => what.includes(name))) {
      const soFar = conclude({ ...result, published })
      const more = await publishBy(publisher, { ...world, result: soFar, token }, signal)
      for (const line of [...(more.notes ?? []), ...(more.problems ?? [])])
        world.runner.info(safeLine(line, longestLine))
      published = addTo(published, more)
    }
    const done = conclude({ ...result, published })
    if (!signal.aborted || done.outcome !== 'publish-failed') return done
    const reason = 'The workflow was cancelled while the run was published.'
    return { ...done, outcome: 'cancelled', reason, problems: [] }
  })
}

const longestLine = 2000

/** Whatever goes wrong here, the run that was paid for is still saved and reported. */
async function publishBy(
  { publish, limitMs }: Publisher,
  { result, token, ...world }: PublishWorld & { readonly result: Result; readonly token: string },
  signal: AbortSignal,
): Promise<Partial<Publication>> {
  const { env, runner, redactor } = world
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  try {
    const deadline = Date.now() + limitMs
    const github = createGitHub({ token, env, log: runner.info, deadline }, limit)
    // The agent chose the names of files.
    return await redactor.clean(await publish(result, { ...world, github }, limit), limit)
  } catch (error) {
    const message = oneLine(messageOf(error))
    return { problems: [error instanceof UserError ? message : `Publishing failed: ${message}`] }
  }
}
