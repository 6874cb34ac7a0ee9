import { quote } from '../text.ts'
import { answerText } from './answer.ts'

/** What was attempted: `GitHub refused to {doing}`. */
export type Attempted = {
  readonly doing: string
  /** Whether files in `.github/workflows` are published. */
  readonly workflows?: boolean
  /** The permission that a workflow's token needs for it; `contents: write` by default. */
  readonly permission?: string
}

const workflowRemedy =
  'The change has files in .github/workflows, which a workflow\'s own token can never write. Pass a token that may as github-token: of a GitHub App with the permission "workflows: write", or a personal access token with the scope "workflow".'

const refusals: readonly {
  readonly pattern: RegExp
  readonly remedy: string | ((permission: string) => string)
}[] = [
  { pattern: /without `?workflows?`? (permission|scope)/, remedy: workflowRemedy },
  {
    pattern:
      /rule violation|protected (branch|ref)|GH006|GH013|through a pull request|approving review|required status check|not authorized to push/i,
    remedy:
      'The branch is protected against such changes. Let the change go to another branch, as "publish: pull-request" does, or let the token bypass the rule.',
  },
  {
    pattern:
      /Resource not accessible|Permission to \S+ denied|Write access to repository not granted/,
    remedy: (permission) =>
      `The token may not do that. Add "${permission}" to the job's permissions; on an event of a fork or of Dependabot the token stays read-only.`,
  },
  {
    pattern: /Bad credentials|Invalid username or (token|password)|Authentication failed/i,
    remedy: 'The token is no longer valid. Check the github-token input.',
  },
  {
    pattern: /rate limit/i,
    remedy:
      'The rate limit lasts longer than there is time for publishing. Run it later, or less often.',
  },
  {
    pattern: /locked/i,
    remedy: 'Unlock the conversation, or comment elsewhere (issue-number).',
  },
  {
    pattern: /Repository not found|Not Found|could not resolve to/i,
    remedy: (permission) =>
      `It does not exist, or the token can't see it. Check the github-token input and the number, and add "${permission}" to the job's permissions.`,
  },
]

/** Why GitHub did not do something, and the remedy. Throws errors that are neither GitHub's nor git's. */
export function problemOf(error: unknown, attempted: Attempted): string {
  const { doing, workflows = false, permission = 'contents: write' } = attempted
  const said = answerText(error)
  if (said === undefined) throw error
  const barred = workflows && /Resource not accessible|Not Found/.test(said)
  const known = refusals.find(({ pattern }) => pattern.test(said))
  const found = barred ? workflowRemedy : known?.remedy
  const remedy = typeof found === 'function' ? found(permission) : found
  if (remedy !== undefined) return `GitHub refused to ${doing}. ${remedy}`
  return `It was not possible to ${doing}: ${quote(said)}. Run the job again. If that does not help, the quoted message says why.`
}
