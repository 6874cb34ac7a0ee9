import { notFound } from './answer.ts'
import type { Bare } from './git/bare.ts'
import type { Account, Identity } from './identity.ts'

/** A repository that is hosted: the one that the tests are about, or a fork of it. */
export type Hosted = {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly fork: boolean
  readonly bare: Bare
}

/** A branch of a repository, which need not exist any more. */
export type Branch = { readonly repository: Hosted; readonly name: string }

/** What an issue has more where it is a pull request. */
export type Pull = {
  readonly head: Branch
  readonly base: string
  readonly draft: boolean
  readonly maintainerCanModify: boolean
}

/** An issue, or a pull request, which is an issue too. */
export type Issue = {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string | undefined
  readonly state: 'open' | 'closed'
  readonly locked: boolean
  readonly labels: readonly string[]
  readonly author: Identity
  readonly createdAt: string
  readonly updatedAt: string
  readonly pull?: Pull
}

/** A pull request. */
export type PullRequest = Issue & { readonly pull: Pull }

/** A comment on an issue or pull request. */
export type Comment = {
  readonly id: number
  readonly issue: number
  readonly body: string
  readonly author: Identity
  readonly createdAt: string
  readonly updatedAt: string
}

/** Everything that the stand-in remembers beside git. */
export type State = {
  readonly urls: { readonly api: string; readonly graphql: string; readonly server: string }
  readonly origin: Hosted
  readonly private: boolean
  readonly defaultBranch: string
  readonly mayOpenPullRequests: boolean
  readonly accounts: Map<string, Account>
  readonly identities: Map<string, Identity>
  readonly forks: Map<string, Hosted>
  readonly protectedBranches: Set<string>
  readonly issues: Map<number, Issue>
  readonly comments: Map<number, Comment>
  /** Ids of commits that GitHub signed. */
  readonly signed: Set<string>
  /** What a client did that does not fit GitHub's description; a test fails on it. */
  readonly violations: string[]
  readonly nextId: () => number
}

/** The time as GitHub gives it, in whole seconds. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+/, '')
}

/** An issue or pull request by number. */
export function findIssue({ issues }: State, number: number): Issue {
  const issue = issues.get(number)
  if (issue === undefined) throw notFound()
  return issue
}

/** A pull request by number. */
export function findPull({ issues }: State, number: number): PullRequest {
  const issue = issues.get(number)
  if (issue === undefined || !isPull(issue)) throw notFound()
  return issue
}

/** Tells a pull request from a plain issue. */
export function isPull(issue: Issue): issue is PullRequest {
  return issue.pull !== undefined
}

/** Adds an issue with the next number. */
export function addIssue(
  state: State,
  given: Pick<Issue, 'title' | 'body' | 'author'> & Partial<Pick<Issue, 'pull'>>,
): Issue {
  const time = now()
  const fresh = { state: 'open', locked: false, labels: [] } as const
  const number = state.issues.size + 1
  const id = state.nextId()
  const issue: Issue = { id, number, createdAt: time, updatedAt: time, ...fresh, ...given }
  state.issues.set(number, issue)
  return issue
}

/** Changes an issue or pull request. */
export function changeIssue<T extends Issue>(state: State, issue: T, change: Partial<Issue>): T {
  const changed = { ...issue, ...change, updatedAt: now() }
  state.issues.set(issue.number, changed)
  return changed
}

/** Adds a comment. */
export function addComment(
  state: State,
  given: Pick<Comment, 'issue' | 'body' | 'author'>,
): Comment {
  const time = now()
  const comment = { id: state.nextId(), createdAt: time, updatedAt: time, ...given }
  state.comments.set(comment.id, comment)
  return comment
}

/** The comments of an issue, oldest first. */
export function commentsOf({ comments }: State, issue: number): readonly Comment[] {
  return [...comments.values()].filter((comment) => comment.issue === issue)
}

/** A hosted repository by its address. */
export function findRepository(state: State, owner: string, name: string): Hosted | undefined {
  const { origin, forks } = state
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
  return [origin, ...forks.values()].find((one) => same(one.owner, owner) && same(one.name, name))
}
