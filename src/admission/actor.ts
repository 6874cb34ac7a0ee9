import type { Event } from '../event/event.ts'

/** An account that started a run. */
export type Actor = {
  readonly login: string
  /** Such as `who wrote the comment`. */
  readonly part: string
  /** `User`, `Bot` or `Organization`, if the event says so. */
  readonly type: string | undefined
}

/** Whose permission a run needs: no one's, that of all these accounts, or it is unknown whose. */
export type Starters =
  | { readonly kind: 'none'; readonly because: string }
  | { readonly kind: 'people'; readonly people: readonly Actor[] }
  | { readonly kind: 'unknown'; readonly problem: string }

/** Events of a comment or review. The author counts, because someone else may trigger an edit or a removal. */
const commentEvents = [
  ...['issue_comment', 'commit_comment', 'discussion_comment'],
  ...['pull_request_review', 'pull_request_review_comment'],
]

/**
 * Who started the run (docs.github.com, Contexts reference: `github.actor`, `github.triggering_actor`). A comment adds its
 * author, and `workflow_run` adds who triggered the other workflow. For a re-run only who started it again counts.
 */
export function startersOf(event: Event): Starters {
  if (!event.onActions)
    return unknown('This is not a run of GitHub Actions, so it is unknown who started it.')
  if (isRerun(event)) return people(event, [[event.triggeringActor, 'who started it again']])
  const because = whyNoPermission(event)
  if (because !== undefined) return { kind: 'none', because }
  const first: Named = [event.actor, 'who triggered the event']
  if (commentEvents.includes(event.name))
    return people(event, [[event.comment?.author?.login, 'who wrote the comment'], first])
  if (event.name !== 'workflow_run') return people(event, [first])
  const { actor, triggeringActor = actor } = event.endedRun ?? {}
  const part = 'who triggered the workflow before this one'
  return people(event, [first, [actor?.login, part], [triggeringActor?.login, part]])
}

function isRerun({ runAttempt, actor, triggeringActor }: Event): boolean {
  const another = triggeringActor !== undefined && !isSameLogin(triggeringActor, actor)
  return runAttempt !== '1' || another
}

/** The actor of a schedule is whoever last changed it; GitHub decides who may push to a protected branch. */
function whyNoPermission({ name, ref, refProtected }: Event): string | undefined {
  if (name === 'schedule') return 'this is a schedule'
  if (name === 'push' && refProtected && ref?.startsWith('refs/heads/'))
    return 'this is a push to a protected branch, and GitHub decides who may push there'
  return undefined
}

type Named = readonly [login: string | undefined, part: string]

function people(event: Event, named: readonly Named[]): Starters {
  const found: Actor[] = []
  for (const [login, part] of named) {
    if (login === undefined) return unknown(`The event ${event.name} does not say ${part}.`)
    if (found.some((one) => isSameLogin(one.login, login))) continue
    found.push({ login, part, type: typeOf(login, event) })
  }
  return { kind: 'people', people: found }
}

function typeOf(login: string, { sender, comment, author, endedRun }: Event): string | undefined {
  const accounts = [sender, comment?.author, author, endedRun?.actor, endedRun?.triggeringActor]
  return accounts.find((one) => one?.type !== undefined && isSameLogin(one.login, login))?.type
}

function unknown(what: string): Starters {
  const remedy = 'Set required-permission to none only if anyone may start it.'
  return { kind: 'unknown', problem: `${what} Nothing was run. ${remedy}` }
}

/** Compares logins as GitHub does, ignoring case. */
export function isSameLogin(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase()
}
