import { oneLine } from '../wording.ts'

/** What a commit says; nothing of an event or of an agent. */
export type CommitWords = {
  /** The `commit-message` input. */
  readonly message?: string | undefined
  readonly model?: string | undefined
  readonly runUrl?: string | undefined
}

const defaultSubject = "Apply opencode's changes"

/** The message of a commit: the input as it is, or one of the action's own that names model and run. */
export function composeMessage({ message, model, runUrl }: CommitWords): string {
  if (message !== undefined) return message
  const facts = [model && `Model: ${oneLine(model)}`, runUrl && `Run: ${runUrl}`].filter(Boolean)
  return [defaultSubject, ...(facts.length > 0 ? [facts.join('\n')] : [])].join('\n\n')
}
