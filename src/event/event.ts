import { readFileSync } from 'node:fs'
import { type Payload, payloadSchema } from './payload.ts'
import { accountOf, commentOf, rangeOf, subjectOf } from './subject.ts'

/** What triggered the run, from the runner's environment and event file. */
export type Event = {
  readonly name: string
  /** As in `opened`. */
  readonly action: string | undefined
  readonly repository: string
  readonly defaultBranch: string | undefined
  readonly runId: string
  readonly runAttempt: string
  /** Address of the run's page, if this is a real run. */
  readonly runUrl: string | undefined
  /** The commit that triggered the run. */
  readonly sha: string | undefined
  /** As in `refs/heads/main` or `refs/pull/7/merge`. */
  readonly ref: string | undefined
  /** Whether `ref` is a branch with a protection or a ruleset; GitHub never says so of a tag. */
  readonly refProtected: boolean
  /** Whether the runner of GitHub Actions vouches for the event. */
  readonly onActions: boolean
  /** Login of who triggered the run first; on `schedule` it means nothing. */
  readonly actor: string | undefined
  /** Login of who triggered this attempt: who pressed the button of a re-run. */
  readonly triggeringActor: string | undefined
  /** Who did what the event reports. */
  readonly sender: Account | undefined
  /** The issue or pull request that the event is about. */
  readonly kind: 'issue' | 'pull request' | undefined
  readonly number: number | undefined
  readonly title: string | undefined
  readonly body: string | undefined
  readonly author: Account | undefined
  /** From where to where the change goes; `fork` is undefined where the event does not say whose the head is. */
  readonly base: End | undefined
  readonly head: (End & { readonly fork: boolean | undefined }) | undefined
  readonly comment: Comment | undefined
  /** Those of `workflow_dispatch` that are not empty. */
  readonly inputs: Readonly<Record<string, string>>
  /** The run that ended, on `workflow_run`. */
  readonly endedRun: EndedRun | undefined
}

/** An account on GitHub. */
export type Account = {
  readonly login: string | undefined
  /** `User`, `Bot` or `Organization`; the login does not show it. */
  readonly type: string | undefined
  /** To the repository, as in `OWNER` or `FIRST_TIME_CONTRIBUTOR`. */
  readonly association: string | undefined
}

type End = { readonly ref: string | undefined; readonly sha: string | undefined }

/** A comment or review; path, line and diff hunk are those of review comments. */
type Comment = {
  readonly body: string | undefined
  readonly author: Account | undefined
  /** Of a review: `approved`, `changes_requested`, `commented` or `dismissed`. */
  readonly state: string | undefined
  readonly path: string | undefined
  readonly line: number | undefined
  readonly diffHunk: string | undefined
}

type EndedRun = {
  readonly id: number | undefined
  readonly event: string | undefined
  readonly conclusion: string | undefined
  /** Who triggered it, and who triggered its last attempt. */
  readonly actor: Account | undefined
  readonly triggeringActor: Account | undefined
}

/** Reads the event; what the event file does not say, or says in another type, is undefined. */
export function readEvent(env: Readonly<Record<string, string | undefined>>): Event {
  const payload = payloadSchema.safeParse(readJson(env.GITHUB_EVENT_PATH)).data ?? {}
  const repository = env.GITHUB_REPOSITORY ?? 'local/repository'
  const runId = env.GITHUB_RUN_ID ?? '0'
  const server = env.GITHUB_SERVER_URL
  const text = (name: string) => env[name] || undefined
  return {
    name: env.GITHUB_EVENT_NAME ?? 'local',
    action: payload.action,
    repository,
    defaultBranch: payload.repository?.default_branch,
    runId,
    runAttempt: env.GITHUB_RUN_ATTEMPT ?? '1',
    runUrl: server && `${server}/${repository}/actions/runs/${runId}`,
    sha: text('GITHUB_SHA'),
    ref: text('GITHUB_REF'),
    refProtected: env.GITHUB_REF_PROTECTED === 'true',
    onActions: env.GITHUB_ACTIONS === 'true' && Boolean(env.GITHUB_EVENT_NAME),
    actor: text('GITHUB_ACTOR'),
    triggeringActor: text('GITHUB_TRIGGERING_ACTOR'),
    sender: accountOf(payload.sender),
    ...subjectOf(payload),
    ...rangeOf(payload, repository),
    comment: commentOf(payload),
    inputs: inputsOf(payload),
    endedRun: endedRunOf(payload),
  }
}

function readJson(path: string | undefined): unknown {
  if (!path) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function inputsOf({ inputs = {} }: Payload): Event['inputs'] {
  const entries = Object.entries(inputs).flatMap(([name, value]) => {
    const isScalar = ['string', 'number', 'boolean'].includes(typeof value)
    return isScalar && value !== '' ? [[name, String(value)] as const] : []
  })
  return Object.fromEntries(entries)
}

function endedRunOf({ workflow_run: run }: Payload): EndedRun | undefined {
  if (run === undefined) return undefined
  const { id, event, conclusion } = run
  const [actor, triggeringActor] = [accountOf(run.actor), accountOf(run.triggering_actor)]
  return { id, event, conclusion, actor, triggeringActor }
}

/** The branch that triggered the run; undefined for pull requests and tags. */
export function branchOf({ ref }: Pick<Event, 'ref'>): string | undefined {
  return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
}

/**
 * The branch that the event is about, where a commit may go unasked. `issues`, `workflow_run` and similar events name the
 * default branch whatever they are about, a merge group a branch of GitHub's.
 */
export function workBranchOf(event: Event): string | undefined {
  const { kind, endedRun, name } = event
  const isElsewhere = kind !== undefined || endedRun !== undefined || name === 'merge_group'
  return isElsewhere ? undefined : branchOf(event)
}

/** Title of a session: repository, event and run. */
export function sessionTitle(event: Event): string {
  const subject = event.number === undefined ? event.name : `${event.name} #${event.number}`
  return `${event.repository} · ${subject} · run ${event.runId}.${event.runAttempt}`
}
