import { UserError } from '../errors.ts'
import { quote } from '../text/text.ts'
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
  'The change has files in .github/workflows, which the token of a workflow can never write. Pass a token that can as github-token: of a GitHub App with the permission "workflows: write", or a personal access token with the scope "workflow".'

/** Remedies by what GitHub or git says; `{permission}` stands for the permission. */
const remedies: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [/without `?workflows?`? (permission|scope)/, workflowRemedy],
  [
    /rule violation|protected (branch|ref)|GH006|GH013|through a pull request|approving review|required status check|not authorized to push/i,
    'The branch is protected against such changes. Publish to another branch, as "publish: pull-request" does, or allow the token to bypass the rule.',
  ],
  [
    /Resource not accessible|Permission to \S+ denied|Write access to repository not granted/,
    'The token lacks the permission. Add "{permission}" to the job\'s permissions; on an event of a fork or of Dependabot the token stays read-only.',
  ],
  [
    /Bad credentials|Invalid username or (token|password)|Authentication failed/i,
    'The token is no longer valid. Check the github-token input.',
  ],
  [
    /rate limit/i,
    'The rate limit lasts longer than the time for publishing. Run it later, or less often.',
  ],
  [/locked/i, 'Unlock the conversation, or comment elsewhere (issue-number).'],
  [
    /Repository not found|Not Found|could not resolve to/i,
    'It does not exist, or the token can\'t see it. Check the github-token input and the number, and add "{permission}" to the job\'s permissions.',
  ],
]

/** Why GitHub or git did not do something, and the remedy. Throws any other error. */
export function problemOf(error: unknown, attempted: Attempted): string {
  const { doing, workflows = false, permission = 'contents: write' } = attempted
  const message = answerText(error)
  if (message === undefined) throw error
  const isBarred = workflows && /Resource not accessible|Not Found/.test(message)
  const [, found] = remedies.find(([pattern]) => pattern.test(message)) ?? []
  const remedy = isBarred ? workflowRemedy : found?.replace('{permission}', permission)
  if (remedy !== undefined) return `GitHub refused to ${doing}. ${remedy}`
  return `Could not ${doing}: ${quote(message)}. Run the job again. If it fails again, the quoted message says why.`
}

/** Does what GitHub or git may refuse; then it throws a `UserError` (`publish-failed`) with the remedy. */
export async function attempt<T>(attempted: Attempted, act: () => Promise<T>): Promise<T> {
  return await act().catch((error: unknown) => {
    throw new UserError('publish-failed', problemOf(error, attempted), { cause: error })
  })
}
