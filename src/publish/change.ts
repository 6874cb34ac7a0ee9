import { UserError } from '../errors.ts'
import { type Change, openChange } from '../github/change.ts'
import type { GitHub } from '../github/client.ts'
import type { PullRequestPublication } from '../github/pull-request.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import { plainModelName } from '../policy/model-name.ts'
import type { Result } from '../result.ts'
import { hasCompleted, type Publication, unseenVerdicts } from './publication.ts'
import type { PublishWorld } from './publisher.ts'

/** Publishes the change of a completed run, as `act` does. Throws a `UserError` (`publish-failed`) for any other run. */
export async function publishChange(
  result: Result,
  world: PublishWorld & { readonly github: GitHub },
  act: (change: Change) => Promise<PullRequestPublication>,
  signal: AbortSignal,
): Promise<Partial<Publication>> {
  const { base = '' } = changeOf(result)
  const unseen = unseenVerdicts(result.change)
  const { patchFile, env, temporary, github, redactor, publish } = world
  const rules = { policy: publish.policy, scan: redactor }
  const saved = patchFile && { github, env, temporary, base, patchFile, ...rules }
  const change = saved ? await openChange(saved, signal) : undefined
  if (change === undefined) {
    const notes = unseen.length > 0 ? [] : ['No files were changed, so nothing was committed.']
    return { files: [...unseen], notes }
  }
  const { verdicts, note, problem, ...facts } = await act(change)
  return {
    ...facts,
    files: [...verdicts, ...unseen],
    notes: note === undefined ? [] : [note],
    problems: problem === undefined ? [] : [problem],
  }
}

function changeOf(result: Result): NonNullable<Result['change']> {
  if (!hasCompleted(result))
    throw new UserError(
      'publish-failed',
      `The run ended as ${result.outcome}, so its change was not published. What it changed is in the patch file.`,
    )
  if (result.change) return result.change
  const message = 'The run has no change to publish: its mode was not implement.'
  throw new UserError('publish-failed', message)
}

const defaultSubject = "Apply opencode's changes"

/** The message of a commit: the input as it is, or one that names the run, and the model if its name is plain. No text of an event or agent is in it. */
export function composeMessage(
  { commitMessage }: PublishChoice,
  { model, variant, runUrl }: Result,
): string {
  if (commitMessage !== undefined) return commitMessage
  const name = plainModelName(model, variant)
  const facts = [name && `Model: ${name}`, runUrl && `Run: ${runUrl}`].filter(Boolean)
  return [defaultSubject, facts.join('\n')].filter(Boolean).join('\n\n')
}
