import { Refusal } from '../answer.ts'
import type { Identity } from '../identity.ts'
import { changeIssue, type Hosted, isPull, type PullRequest, type State } from '../state.ts'
import { commitOf } from './bare.ts'

/** Refuses what a ruleset or a missing permission forbids when a ref is to point to `to`, as a push would be refused. */
export function checkMove(
  state: State,
  { app }: Identity,
  { repository, ref, to }: { repository: Hosted; ref: string; to: string },
): void {
  const branch = ref.replace(/^refs\/heads\//, '')
  if (!repository.fork && state.protectedBranches.has(branch)) {
    const reason = 'Changes must be made through a pull request.'
    throw new Refusal(422, `Repository rule violations found\n\n${reason}\n\n`)
  }
  // Where exactly the API refuses workflows is not documented; here it is before a ref shows them.
  const format = [
    'log',
    '--format=',
    '--name-only',
    to,
    '--not',
    '--all',
    '--',
    '.github/workflows',
  ]
  if (app && repository.bare.git(format) !== '')
    throw new Refusal(403, 'Resource not accessible by integration')
}

/** The commit at a pull request's head: of the branch while it is open, of `refs/pull/N/head` ever after. */
export function headOf(state: State, { number }: PullRequest): string {
  return state.origin.bare.git(['rev-parse', `refs/pull/${number}/head`])
}

/** The commit of the base branch that a pull request would be merged into. */
export function baseOf({ origin }: State, { pull }: PullRequest): string {
  return origin.bare.git(['rev-parse', `refs/heads/${pull.base}`])
}

/** The test merge; undefined where head and base are in conflict. */
export function mergeOf({ origin }: State, { number }: PullRequest): string | undefined {
  return commitOf(origin.bare, `refs/pull/${number}/merge`)
}

/** Lets `refs/pull/N/head` and `refs/pull/N/merge` follow the branches; a deleted head branch closes its pull request. */
export function followBranches(state: State): void {
  for (const issue of state.issues.values()) {
    if (isPull(issue) && issue.state === 'open') followBranch(state, issue)
  }
}

function followBranch(state: State, request: PullRequest): void {
  const { bare } = state.origin
  const { repository, name } = request.pull.head
  const head = commitOf(repository.bare, `refs/heads/${name}`)
  const base = commitOf(bare, `refs/heads/${request.pull.base}`)
  if (head === undefined || base === undefined) {
    changeIssue(state, request, { state: 'closed' })
    return
  }
  const merge = `refs/pull/${request.number}/merge`
  const parents = bare.ask('show', '-s', '--format=%P', merge)
  if (parents === `${base} ${head}`) return
  if (repository.fork) bare.git(['fetch', '--quiet', repository.bare.path, head])
  bare.git(['update-ref', `refs/pull/${request.number}/head`, head])
  const tree = bare.ask('merge-tree', '--write-tree', base, head)?.split('\n')[0]
  if (tree === undefined) {
    bare.git(['update-ref', '-d', merge])
    return
  }
  const message = `Merge ${head} into ${base}`
  const parentage = ['-p', base, '-p', head]
  const commit = bare.git(['commit-tree', tree, ...parentage, '-m', message], { env: webFlow })
  bare.git(['update-ref', merge, commit])
}

/** How github.com itself commits. */
export const webFlow = identityOf({ name: 'GitHub', email: 'noreply@github.com' })

/** An author and committer as git's environment. */
export function identityOf(
  author: { name: string; email: string; date?: string | undefined },
  committer: typeof author = author,
): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    ...(author.date && { GIT_AUTHOR_DATE: author.date }),
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    ...(committer.date && { GIT_COMMITTER_DATE: committer.date }),
  }
}
