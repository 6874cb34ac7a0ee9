import type { Payload, PullRequestPayload } from './payload.ts'

/** Somebody on GitHub. */
export type Account = {
  readonly login: string | undefined
  /** `User`, `Bot` or `Organization`; the login does not tell. */
  readonly type: string | undefined
  /** To the repository, as in `OWNER` or `FIRST_TIME_CONTRIBUTOR`. */
  readonly association: string | undefined
}

/** A comment or review; path, line and diff hunk are those of review comments. */
export type Comment = {
  readonly body: string | undefined
  readonly author: Account | undefined
  /** Of a review: `approved`, `changes_requested`, `commented` or `dismissed`. */
  readonly state: string | undefined
  readonly path: string | undefined
  readonly line: number | undefined
  readonly diffHunk: string | undefined
}

/** One end of a change. */
export type End = { readonly ref: string | undefined; readonly sha: string | undefined }

/** The end that is to go in; `fork` is undefined where the event does not say whose it is. */
export type Head = End & { readonly fork: boolean | undefined }

/** The issue or pull request that an event is about. */
export type Subject = {
  readonly kind: 'issue' | 'pull request' | undefined
  readonly number: number | undefined
  readonly title: string | undefined
  readonly body: string | undefined
  readonly author: Account | undefined
}

/** Which issue or pull request the event is about; all is undefined where it is about none. */
export function subjectOf(payload: Payload): Subject {
  const { issue, pull_request: pull } = payload
  const found = pull ?? issue
  if (found === undefined) return pullOfBranch(payload)
  const isIssue = pull === undefined && issue?.pull_request === undefined
  const { number, title, body } = found
  const author = accountOf(found.user, found.author_association)
  return { kind: isIssue ? 'issue' : 'pull request', number, title, body, author }
}

function pullOfBranch(payload: Payload): Subject {
  const number = queuedNumber(payload) ?? pullOfRun(payload)?.number
  const kind = number === undefined ? undefined : 'pull request'
  return { kind, number, title: undefined, body: undefined, author: undefined }
}

/** GitHub names the branch of a merge group `gh-readonly-queue/BASE/pr-NUMBER-SHA`. */
function queuedNumber({ merge_group: group }: Payload): number | undefined {
  const [, digits] = /\/pr-(\d{1,15})-[0-9a-f]+$/.exec(group?.head_ref ?? '') ?? []
  return Number(digits) || undefined
}

/** The one pull request of a `workflow_run`; there are none for forks, and those of other repositories don't count. */
function pullOfRun({ workflow_run: run, repository }: Payload): PullRequestPayload | undefined {
  const pulls = (run?.pull_requests ?? []).filter((pull) => pull !== undefined)
  const own = pulls.filter(({ base }) => base?.repo?.id === repository?.id)
  return own.length === 1 ? own[0] : undefined
}

/** The comment or review that triggered the event. */
export function commentOf({ comment, review }: Payload): Comment | undefined {
  const found = comment ?? review
  return (
    found && {
      body: found.body,
      author: accountOf(found.user, found.author_association),
      state: found.state,
      path: found.path,
      line: found.line ?? found.original_line,
      diffHunk: found.diff_hunk,
    }
  )
}

/** Who that is; undefined for nobody. */
export function accountOf(
  account: Payload['sender'],
  association?: string | undefined,
): Account | undefined {
  return account && { login: account.login, type: account.type, association }
}

/** From where to where the change goes that the event is about. */
export type Range = { readonly base: End | undefined; readonly head: Head | undefined }

/** The ends of a pull request, merge group, workflow run or push. `repository` is where the run is. */
export function rangeOf(payload: Payload, repository: string): Range {
  const { pull_request: pull, merge_group: group, workflow_run: run } = payload
  if (pull !== undefined) return rangeOfPull(pull, repository)
  if (group !== undefined)
    return {
      base: { ref: group.base_ref, sha: group.base_sha },
      head: { ref: group.head_ref, sha: group.head_sha, fork: undefined },
    }
  if (run === undefined) return rangeOfPush(payload)
  const base = pullOfRun(payload)?.base
  const fork = run.head_repository?.full_name !== repository
  return { base: base && endOf(base), head: { ref: run.head_branch, sha: run.head_sha, fork } }
}

/** A fork that was deleted has no `repo`. */
function rangeOfPull({ base, head }: PullRequestPayload, repository: string): Range {
  const fork = head?.repo?.full_name !== repository
  return { base: base && endOf(base), head: head && { ...endOf(head), fork } }
}

function endOf({ ref, sha }: NonNullable<PullRequestPayload['base']>): End {
  return { ref, sha }
}

function rangeOfPush({ before, after }: Payload): Range {
  const known = (sha: string | undefined) => (sha && /[^0]/.test(sha) ? sha : undefined)
  const [from, to] = [known(before), known(after)]
  return {
    base: from === undefined ? undefined : { ref: undefined, sha: from },
    head: to === undefined ? undefined : { ref: undefined, sha: to, fork: false },
  }
}
