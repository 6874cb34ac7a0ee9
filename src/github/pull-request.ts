import * as z from 'zod'
import { quote } from '../text.ts'
import { wordsOf } from './answer.ts'
import type { GitHub } from './client.ts'
import { hasWorkflows, type Publication, withHeld, withoutChange } from './commit.ts'
import { type CommitWords, composeMessage } from './commit-message.ts'
import { type OpenedPull, openPull } from './opened-pull.ts'
import { commitOnOwnBranch } from './own-branch.ts'
import type { PreparedChange, ReadyChange } from './prepared-change.ts'
import { problemOf } from './refusal.ts'
import { repeatLost } from './repeat.ts'

/** What became of a pull request; its branch and commit may be there without it. */
export type PullRequestPublication = Publication & {
  readonly pullRequestNumber?: number
  readonly pullRequestUrl?: string
}

/** A change to publish as a pull request. */
export type ToPropose = {
  readonly github: GitHub
  readonly change: PreparedChange
  /** Its head: the `branch` input, or `ownBranchName`. */
  readonly branch: string
  /** The repository's default branch, if it is not named. */
  readonly baseBranch: string | undefined
  readonly title: string | undefined
  /** Markdown that was made harmless. */
  readonly body: string
  readonly draft: boolean
  readonly labels: readonly string[]
  readonly words: CommitWords
}

/** Publishes a change as a branch and the one open pull request of it, which is opened or updated. */
export async function publishPullRequest(
  todo: ToPropose,
  signal: AbortSignal,
): Promise<PullRequestPublication> {
  const { change } = todo
  if (change.ready === undefined) return withoutChange(change)
  const { verdicts, ready } = change
  const pushed = await pushBranch(todo, ready, signal).catch((error: unknown) => {
    const doing = 'push the branch of the pull request'
    return { problem: problemOf(error, { doing, workflows: hasWorkflows(ready) }) }
  })
  if ('problem' in pushed) return { verdicts, problem: pushed.problem }
  const { base, commitSha, held, note } = pushed
  const all = withHeld(verdicts, held)
  if (commitSha === undefined) return { verdicts: all, ...(note && { note }) }
  const opened = await propose(todo, base, signal)
  return { verdicts: all, branch: todo.branch, commitSha, ...opened }
}

type Pushed = {
  readonly base: string
  readonly held: PreparedChange['verdicts']
  readonly commitSha?: string
  readonly note?: string
}

async function pushBranch(
  todo: ToPropose,
  change: ReadyChange,
  signal: AbortSignal,
): Promise<Pushed | { readonly problem: string }> {
  const { github, branch, words } = todo
  const base = todo.baseBranch ?? (await readDefaultBranch(github))
  if (branch === base)
    return {
      problem: `A pull request needs two branches, and both are ${quote(branch)}. Check the branch input.`,
    }
  const message = composeMessage(words)
  const given = { github, change, branch, baseBranch: base, message }
  const landing = await commitOnOwnBranch(given, signal)
  if (landing.kind === 'failed') return { problem: landing.problem }
  const { held } = landing
  if (landing.kind === 'committed') return { base, held, commitSha: landing.commit }
  const note = `The branch ${quote(base)} has the change already, so no pull request was opened.`
  return { base, held, note }
}

async function readDefaultBranch({ octokit, owner, repo }: GitHub): Promise<string> {
  const { data } = await octokit.rest.repos.get({ owner, repo })
  return z.object({ default_branch: z.string() }).parse(data).default_branch
}

type Proposed = Pick<
  PullRequestPublication,
  'pullRequestNumber' | 'pullRequestUrl' | 'note' | 'problem'
>

async function propose(todo: ToPropose, base: string, signal: AbortSignal): Promise<Proposed> {
  const { github, branch, title, body, draft } = todo
  try {
    const opened = await openPull({ github, branch, base, title, body, draft }, signal)
    const known = { pullRequestNumber: opened.number, pullRequestUrl: opened.html_url }
    return { ...known, ...(await label(todo, opened, signal)) }
  } catch (error) {
    return { problem: `${whyNot(error)} The branch is there: ${compareLink(todo, base)}` }
  }
}

function whyNot(error: unknown): string {
  if (/not permitted to create or approve/.test(wordsOf(error) ?? ''))
    return "The workflow's token may not open pull requests. Allow it in the repository's (or the organization's) settings under Actions, General, \"Allow GitHub Actions to create and approve pull requests\", or open it by hand."
  return problemOf(error, { doing: 'open the pull request', permission: 'pull-requests: write' })
}

/** The page on which a person can open the pull request. */
function compareLink({ github, branch }: ToPropose, base: string): string {
  const { server, owner, repo } = github
  const [from, to] = [base, branch].map((name) => name.split('/').map(encodeURIComponent).join('/'))
  return `${server}/${owner}/${repo}/compare/${from}...${to}?expand=1`
}

/** A pull request without its labels is one all the same. */
async function label(
  { github, labels }: ToPropose,
  { number: issue_number }: OpenedPull,
  signal: AbortSignal,
): Promise<Pick<Publication, 'note'>> {
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
