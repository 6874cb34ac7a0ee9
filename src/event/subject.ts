import type { Account, Event } from './event.ts'
import type { Payload, PullRequestPayload } from './payload.ts'

/** Which issue or pull request the event is about; all is undefined where it is about none. */
export function subjectOf(
  payload: Payload,
): Pick<Event, 'kind' | 'number' | 'title' | 'body' | 'author'> {
  const { issue, pull_request: pull } = payload
  const found = pull ?? issue
  if (found === undefined) {
    const number = queuedNumber(payload) ?? pullOfRun(payload)?.number
    const kind = number === undefined ? undefined : 'pull request'
    return { kind, number, title: undefined, body: undefined, author: undefined }
  }
  const isIssue = pull === undefined && issue?.pull_request === undefined
  const { number, title, body } = found
  const author = accountOf(found.user, found.author_association)
  return { kind: isIssue ? 'issue' : 'pull request', number, title, body, author }
}

/** GitHub names the branch of a merge group `gh-readonly-queue/BASE/pr-NUMBER-SHA`. */
function queuedNumber({ merge_group: group }: Payload): number | undefined {
  const [, digits] = /\/pr-(\d{1,15})-[0-9a-f]+$/.exec(group?.head_ref ?? '') ?? []
  return Number(digits) || undefined
}

/** The one pull request of a `workflow_run`: forks have none, and those of other repositories don't count. */
function pullOfRun({ workflow_run: run, repository }: Payload): PullRequestPayload | undefined {
  const pulls = (run?.pull_requests ?? []).filter((pull) => pull !== undefined)
  const own = pulls.filter(({ base }) => base?.repo?.id === repository?.id)
  return own.length === 1 ? own[0] : undefined
}

/** The comment or review that triggered the event. */
export function commentOf({ comment, review }: Payload): Event['comment'] {
  const found = comment ?? review
  if (found === undefined) return undefined
  const { body, user, author_association, state, path, line, original_line, diff_hunk } = found
  const author = accountOf(user, author_association)
  return { body, author, state, path, line: line ?? original_line, diffHunk: diff_hunk }
}

/** An account of the event file; undefined if it names none. */
export function accountOf(
  account: Payload['sender'],
  association?: string | undefined,
): Account | undefined {
  return account && { login: account.login, type: account.type, association }
}

/** The ends of a pull request, merge group, workflow run or push. `repository` is where the run is. */
export function rangeOf(payload: Payload, repository: string): Pick<Event, 'base' | 'head'> {
  const { pull_request: pull, merge_group: group, workflow_run: run } = payload
  if (pull !== undefined) {
    // A fork that was deleted has no `repo`.
    const fork = pull.head?.repo?.full_name !== repository
    return { base: pull.base && endOf(pull.base), head: pull.head && { ...endOf(pull.head), fork } }
  }
  if (group !== undefined) {
    const head = endOf({ ref: group.head_ref, sha: group.head_sha })
    return {
      base: endOf({ ref: group.base_ref, sha: group.base_sha }),
      head: { ...head, fork: undefined },
    }
  }
  if (run === undefined) return rangeOfPush(payload)
  const fork = run.head_repository?.full_name !== repository
  const head = { ref: run.head_branch, sha: run.head_sha, fork }
  const base = pullOfRun(payload)?.base
  return { base: base && endOf(base), head }
}

function endOf({ ref, sha }: NonNullable<PullRequestPayload['base']>) {
  return { ref, sha }
}

function rangeOfPush({ before, after }: Payload): Pick<Event, 'base' | 'head'> {
  const known = (sha: string | undefined) =>
    sha && /[^0]/.test(sha) ? { ref: undefined, sha } : undefined
  const head = known(after)
  return { base: known(before), head: head && { ...head, fork: false } }
}
