import * as z from 'zod'
import { quote } from '../text.ts'
import { answerText } from './answer.ts'
import { type CommitPublication, failed } from './branch-commit.ts'
import type { Change } from './change.ts'
import type { GitHub } from './client.ts'
import { commitOnOwnBranch } from './own-branch.ts'
import { openPull, type Pull } from './pull.ts'
import { problemOf } from './refusal.ts'
import { repeatLost } from './repeat.ts'

/** What became of a pull request; its branch and commit may exist without it. */
export type PullRequestPublication = CommitPublication & {
  readonly pullRequestNumber?: number
  readonly pullRequestUrl?: string
}

/** A change to publish as a pull request. */
export type Proposal = {
  readonly github: GitHub
  readonly change: Change
  /** Its head: the `branch` input, or `ownBranchName`. */
  readonly branch: string
  /** The repository's default branch, if it is not named. */
  readonly baseBranch: string | undefined
  readonly title: string | undefined
  /** Sanitized Markdown. */
  readonly body: string
  readonly draft: boolean
  readonly labels: readonly string[]
  readonly message: string
}

/** Publishes a change as a branch and the one open pull request of it, which is opened or updated. */
export async function publishPullRequest(
  request: Proposal,
  signal: AbortSignal,
): Promise<PullRequestPublication> {
  const { github, branch } = request
  try {
    const base = request.baseBranch ?? (await readDefaultBranch(github))
    if (branch === base) return failed(oneBranch(branch))
    const committed = await commitOnOwnBranch({ ...request, baseBranch: base }, signal)
    if (committed.commitSha === undefined) return committed
    return { ...committed, ...(await propose(request, base, signal)) }
  } catch (error) {
    return failed(problemOf(error, { doing: 'write the branch of the pull request' }))
  }
}

function oneBranch(branch: string): string {
  return `A pull request needs two branches, and both are ${quote(branch)}. Check the branch input.`
}

async function readDefaultBranch({ octokit, owner, repo }: GitHub): Promise<string> {
  const { data } = await octokit.rest.repos.get({ owner, repo })
  return z.object({ default_branch: z.string() }).parse(data).default_branch
}

async function propose(
  request: Proposal,
  base: string,
  signal: AbortSignal,
): Promise<Omit<PullRequestPublication, 'verdicts'>> {
  const { github, branch, title, body, draft } = request
  try {
    const opened = await openPull({ github, branch, base, title, body, draft }, signal)
    const known = { pullRequestNumber: opened.number, pullRequestUrl: opened.html_url }
    return { ...known, ...(await label(request, opened, signal)) }
  } catch (error) {
    return { problem: `${whyNot(error)} The branch was written: ${compareLink(request, base)}` }
  }
}

function whyNot(error: unknown): string {
  if (/not permitted to create or approve/.test(answerText(error) ?? ''))
    return "The workflow's token may not open pull requests. Allow it in the repository's (or the organization's) settings under Actions, General, \"Allow GitHub Actions to create and approve pull requests\", or open it by hand."
  return problemOf(error, { doing: 'open the pull request', permission: 'pull-requests: write' })
}

/** The page on which a person can open the pull request. */
function compareLink({ github, branch }: Proposal, base: string): string {
  const { server, owner, repo } = github
  const [from, to] = [base, branch].map((name) => name.split('/').map(encodeURIComponent).join('/'))
  return `${server}/${owner}/${repo}/compare/${from}...${to}?expand=1`
}

/** A pull request counts as published without its labels, too. */
async function label(
  { github, labels }: Proposal,
  { number: issue_number }: Pull,
  signal: AbortSignal,
): Promise<Pick<CommitPublication, 'note'>> {
  if (labels.length === 0) return {}
  const { octokit, owner, repo } = github
  const add = { owner, repo, issue_number, labels: [...labels] }
  try {
    await repeatLost(() => octokit.rest.issues.addLabels(add), signal)
    return {}
  } catch (error) {
    return {
      note: problemOf(error, { doing: 'add the labels', permission: 'pull-requests: write' }),
    }
  }
}
