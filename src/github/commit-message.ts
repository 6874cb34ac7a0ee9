import { plainModelName } from '../inputs/model-name.ts'

/** What a commit says; nothing of an event or of an agent. */
export type CommitWords = {
  /** The `commit-message` input. */
  readonly message?: string | undefined
  readonly model?: string | undefined
  readonly variant?: string | undefined
  readonly runUrl?: string | undefined
}

const defaultSubject = "Apply opencode's changes"

/** The message of a commit: the input as it is, or one of the action's own that names the run, and the model if its name is plain. */
export function composeMessage({ message, model, variant, runUrl }: CommitWords): string {
  if (message !== undefined) return message
  const name = plainModelName(model, variant)
  const facts = [name && `Model: ${name}`, runUrl && `Run: ${runUrl}`].filter(Boolean)
  return [defaultSubject, ...(facts.length > 0 ? [facts.join('\n')] : [])].join('\n\n')
}
