import { type Change, openChange } from '../github/change.ts'
import type { GitHub } from '../github/client.ts'
import type { PullRequestPublication } from '../github/pull-request.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import { plainModelName } from '../policy/model-name.ts'
import type { Result } from '../result.ts'
import { type FileVerdict, hasCompleted, type Publication, unseenVerdicts } from './publication.ts'
import type { PublishWorld } from './publisher.ts'

/** Publishes the change of a run that completed, as `act` does. A change that is not whole is nobody's to commit: it stays a patch. */
export async function publishChange(
  result: Result,
  world: PublishWorld & { readonly github: GitHub },
  act: (change: Change) => Promise<PullRequestPublication>,
  signal: AbortSignal,
): Promise<Partial<Publication>> {
  const reason = whyNot(result)
  if (reason !== undefined) return { problems: [reason] }
  const unseen = unseenVerdicts(result.change)
  const { patchFile, env, temporary, github, redactor, publish } = world
  if (patchFile === undefined) return nothingOf(unseen)
  const { base = '' } = result.change ?? {}
  const place = { github, env, temporary, base, patchFile }
  const rules = { policy: publish.policy, scan: redactor }
  const change = await openChange({ ...place, ...rules }, signal)
  if (change === undefined) return nothingOf(unseen)
  const { verdicts, note, problem: failure, ...facts } = await act(change)
  return {
    ...facts,
    files: [...verdicts, ...unseen],
    notes: note === undefined ? [] : [note],
    problems: failure === undefined ? [] : [failure],
  }
}

/** Why a change is not published at all. */
function whyNot(result: Result): string | undefined {
  if (!hasCompleted(result))
    return `The run ended as ${result.outcome}, so its change was not published. What there is of it is in the patch file.`
  if (result.change === undefined)
    return 'The run has no change to publish: its mode was not implement.'
  return undefined
}

function nothingOf(unseen: readonly FileVerdict[]): Partial<Publication> {
  if (unseen.length > 0) return { files: [...unseen] }
  return { files: [], notes: ['No files were changed, so nothing was committed.'] }
}

const defaultSubject = "Apply opencode's changes"

/** The message of a commit: the input as it is, or one that names the run, and the model if its name is plain; nothing of an event or of an agent. */
export function composeMessage(
  { commitMessage }: PublishChoice,
  { model, variant, runUrl }: Result,
): string {
  if (commitMessage !== undefined) return commitMessage
  const name = plainModelName(model, variant)
  const facts = [name && `Model: ${name}`, runUrl && `Run: ${runUrl}`].filter(Boolean)
  return [defaultSubject, ...(facts.length > 0 ? [facts.join('\n')] : [])].join('\n\n')
}
