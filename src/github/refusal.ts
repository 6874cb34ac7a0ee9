import { quote } from '../text.ts'
import { wordsOf } from './answer.ts'

/** What was tried: `GitHub refused to {doing}`. */
export type Attempted = {
  readonly doing: string
  /** Whether files of `.github/workflows` are among what is published. */
  readonly workflows?: boolean
  /** What a workflow's token needs for it; `contents: write` unless it is named. */
  readonly permission?: string
}

const workflowRemedy =
  'The change has files in .github/workflows, which a workflow\'s own token can never write. Pass a token that may as github-token: of a GitHub App with the permission "workflows: write", or a personal access token with the scope "workflow".'

const refusals: readonly {
  readonly words: RegExp
  readonly remedy: string | ((permission: string) => string)
}[] = [
  { words: /without `?workflows?`? (permission|scope)/, remedy: workflowRemedy },
  {
    words:
      /rule violation|protected (branch|ref)|GH006|GH013|through a pull request|approving review|required status check|not authorized to push/i,
    remedy:
      'The branch is protected against such changes. Let the change go to another branch, as "publish: pull-request" does, or let the token bypass the rule.',
  },
  {
    words:
      /Resource not accessible|Permission to \S+ denied|Write access to repository not granted/,
    remedy: (permission) =>
      `The token may not do that. Add "${permission}" to the job's permissions; on an event of a fork or of Dependabot the token stays read-only.`,
  },
  {
    words: /Bad credentials|Invalid username or (token|password)|Authentication failed/i,
    remedy: 'The token is not valid any more. Check the github-token input.',
  },
  {
    words: /rate limit/i,
    remedy:
      'It limits the rate, and waiting would have passed the time for publishing. Run it later, or less often.',
  },
  {
    words: /locked/i,
    remedy: 'Unlock the conversation, or comment elsewhere (issue-number).',
  },
  {
    words: /Repository not found|Not Found|could not resolve to/i,
    remedy: (permission) =>
      `It is not there, or the token does not see it. Check the github-token input and the number, and add "${permission}" to the job's permissions.`,
  },
]

/** Why GitHub did not do something, in plain words with the remedy. Throws what is neither GitHub's answer nor git's. */
export function problemOf(error: unknown, attempted: Attempted): string {
  const { doing, workflows = false, permission = 'contents: write' } = attempted
  const said = wordsOf(error)
  if (said === undefined) throw error
  const barred = workflows && /Resource not accessible|Not Found/.test(said)
  const known = refusals.find(({ words }) => words.test(said))
  const found = barred ? workflowRemedy : known?.remedy
  const remedy = typeof found === 'function' ? found(permission) : found
  if (remedy !== undefined) return `GitHub refused to ${doing}. ${remedy}`
  return `It was not possible to ${doing}: ${quote(said)}. Run the job again; if that does not help, see what the words say.`
}
