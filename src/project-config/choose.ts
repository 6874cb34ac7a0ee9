import type { Event } from '../event/event.ts'
import type { Checkout } from './checkout.ts'

/** Whether the checkout's own configuration of opencode is loaded, and why. */
export type ProjectConfigChoice = { readonly use: 'load' | 'ignore'; readonly reason: string }

type Facts = {
  readonly choice: 'auto' | 'load' | 'ignore'
  readonly event: Pick<
    Event,
    'name' | 'sha' | 'actor' | 'author' | 'kind' | 'head' | 'base' | 'endedRun'
  >
  readonly checkout: Checkout
}

/**
 * With `auto`, what the checkout says counts only if no one without write permission can have chosen it: by the event,
 * and by the commit that is checked out. What is not known for sure is ignored.
 */
export function chooseProjectConfig({ choice, event, checkout }: Facts): ProjectConfigChoice {
  if (choice !== 'auto') return { use: choice, reason: `project-config is ${choice}` }
  const reason = strangerOf(event) ?? foreignOf(event, checkout)
  if (reason !== undefined) return { use: 'ignore', reason }
  return { use: 'load', reason: 'the checked-out commit is one of this repository' }
}

/** Whose code is checked out is decided by those who can write: GitHub asks that of these events, or runs them on the default branch. */
const ownEvents = [
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  'release',
  'create',
  'merge_group',
  'issues',
  'discussion',
]
const pullEvents = ['pull_request', 'pull_request_review', 'pull_request_review_comment']
const ownRuns = ['push', 'schedule', 'workflow_dispatch']

/** Dependabot writes to a branch of the repository what a package's authors have published. */
const dependabot = 'dependabot[bot]'

/** What of the event lets a stranger choose the code; undefined if nothing does. */
function strangerOf(event: Facts['event']): string | undefined {
  const { name, actor, author } = event
  if (actor === dependabot || author?.login === dependabot) return "the event is Dependabot's"
  if (pullEvents.includes(name)) return pullReason(event)
  if (name === 'pull_request_target') return 'anyone can start pull_request_target'
  if (name === 'issue_comment')
    return event.kind === 'issue' ? undefined : 'the event is a comment on a pull request'
  if (name === 'workflow_run') return runReason(event)
  return ownEvents.includes(name)
    ? undefined
    : `it is not known whose code runs on the event ${name}`
}

function pullReason({ head }: Facts['event']): string | undefined {
  if (head?.fork === false) return undefined
  return head?.fork
    ? "a fork's pull request"
    : 'it is not known whether the pull request is from a fork'
}

function runReason({ endedRun, head }: Facts['event']): string | undefined {
  if (endedRun?.event === undefined || head?.fork !== false) return "the earlier run was a fork's"
  if (ownRuns.includes(endedRun.event)) return undefined
  return `the earlier run was on ${endedRun.event}`
}

/** Why the checked-out commit may be a stranger's; undefined if it is the event's own, or on a branch of this repository. */
function foreignOf(event: Facts['event'], checkout: Checkout): string | undefined {
  const { head, isInner, isPublished, isOwnRepository } = checkout
  if (head === undefined) return 'the code is not in a git checkout'
  if (isInner) return 'the code is in a repository inside another checkout'
  const own = [event.sha, event.head?.fork === false ? event.head.sha : undefined, event.base?.sha]
  if (own.includes(head)) return undefined
  if (!isOwnRepository) return 'the checkout is of another repository'
  if (isPublished) return undefined
  return "the checked-out commit is neither the event's nor on a known branch of this repository"
}
