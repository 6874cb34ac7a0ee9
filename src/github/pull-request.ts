import * as z from 'zod'
import { UserError } from '../errors.ts'
import { quote } from '../text/text.ts'
import { answerText } from './answer.ts'
import type { CommitPublication } from './branch-commit.ts'
import type { Change } from './change.ts'
import { type GitHub, repeatLost } from './client.ts'
import { commitOnOwnBranch } from './own-branch.ts'
import { openPull, type PullContent } from './pull.ts'
import { attempt, problemOf } from './refusal.ts'

/** What became of a pull request; its branch and commit may exist without it. */
export type PullRequestPublication = CommitPublication & {
  readonly pullRequestNumber?: number
  readonly pullRequestUrl?: string
}

/** A change to publish as a pull request. */
export type Proposal = Omit<PullContent, 'base'> & {
  readonly change: Change
  /** The repository's default branch, if it is not named. */
  readonly baseBranch: string | undefined
  readonly labels: readonly string[]
  readonly message: string
}

/**
 * Publishes a change as a branch and its one open pull request, which is opened or updated. Throws a `UserError`
 * (`publish-failed`) if the branch can't be written.
 */
export async function publishPullRequest(
  request: Proposal,
  signal: AbortSignal,
): Promise<PullRequestPublication> {
  const { github, branch } = request
  return await attempt({ doing: 'write the branch of the pull request' }, async () => {
    const base = request.baseBranch ?? (await readDefaultBranch(github))
    if (branch === base)
      throw new UserError(
        'publish-failed',
        `A pull request needs two branches, and both are ${quote(branch)}. Check the branch input.`,
      )
    const committed = await commitOnOwnBranch({ ...request, baseBranch: base }, signal)
    if (committed.commitSha === undefined) return committed
    return { ...committed, ...(await propose({ ...request, base }, signal)) }
  })
}

async function readDefaultBranch({ octokit, owner, repo }: GitHub): Promise<string> {
  const { data } = await octokit.rest.repos.get({ owner, repo })
  return z.object({ default_branch: z.string() }).parse(data).default_branch
}

async function propose(
  request: Proposal & PullContent,
  signal: AbortSignal,
): Promise<Omit<PullRequestPublication, 'verdicts'>> {
  try {
    const { number, html_url } = await openPull(request, signal)
    const note = await label(request, number, signal)
    const opened = { pullRequestNumber: number, pullRequestUrl: html_url }
    return note === undefined ? opened : { ...opened, note }
  } catch (error) {
    return { problem: `${whyNot(error)} The branch was written: ${compareLink(request)}` }
  }
}

const permission = 'pull-requests: write'

function whyNot(error: unknown): string {
  if (/not permitted to create or approve/.test(answerText(error) ?? ''))
    return 'The workflow\'s token may not open pull requests. In the settings of the repository or organization, under Actions, General, check "Allow GitHub Actions to create and approve pull requests", or open it by hand.'
  return problemOf(error, { doing: 'open the pull request', permission })
}

/** The page on which a person can open the pull request. */
function compareLink({ github, branch, base }: PullContent): string {
  const { server, owner, repo } = github
  const [from, to] = [base, branch].map((name) => name.split('/').map(encodeURIComponent).join('/'))
  return `${server}/${owner}/${repo}/compare/${from}...${to}?expand=1`
}

/** Returns why it failed; a pull request counts as published without its labels, too. */
async function label(
  { github: { octokit, owner, repo }, labels }: Proposal,
  issue_number: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (labels.length === 0) return undefined
  const add = { owner, repo, issue_number, labels: [...labels] }
  try {
    await repeatLost(() => octokit.rest.issues.addLabels(add), signal)
    return undefined
  } catch (error) {
    return problemOf(error, { doing: 'add the labels', permission })
  }
}
