import { readFileSync } from 'node:fs'
import { type Payload, payloadSchema } from './payload.ts'
import {
  type Account,
  accountOf,
  type Comment,
  commentOf,
  type Range,
  rangeOf,
  type Subject,
  subjectOf,
} from './subject.ts'

/** What triggered the run, from the runner's environment and event file. */
export type Event = Subject &
  Range & {
    readonly name: string
    /** As in `opened`. */
    readonly action: string | undefined
    readonly repository: string
    readonly runId: string
    readonly runAttempt: string
    /** The commit that triggered the run. */
    readonly sha: string | undefined
    /** As in `refs/heads/main` or `refs/pull/7/merge`. */
    readonly ref: string | undefined
    /** Whether the runner of GitHub Actions vouches for what is said here. */
    readonly onActions: boolean
    /** Whether `ref` is a branch with a protection or a ruleset; of a tag GitHub never says so. */
    readonly refProtected: boolean
    /** Login of who triggered the run first; `schedule` names whoever. */
    readonly actor: string | undefined
    /** Login of who triggered this attempt: of a re-run, who pressed the button. */
    readonly triggeringActor: string | undefined
    /** Who did what the event tells of. */
    readonly sender: Account | undefined
    readonly defaultBranch: string | undefined
    readonly comment: Comment | undefined
    /** Of `workflow_dispatch`; those that were left empty are not there. */
    readonly inputs: Readonly<Record<string, string>>
    /** Of `workflow_run`: the run that ended. */
    readonly endedRun: EndedRun | undefined
    /** Address of the run's page, if this is a real run. */
    readonly runUrl: string | undefined
  }

/** A run that triggered this one by its end. */
export type EndedRun = {
  readonly id: number | undefined
  readonly event: string | undefined
  readonly conclusion: string | undefined
  /** Who triggered it, and who the last attempt of it. */
  readonly actor: Account | undefined
  readonly triggeringActor: Account | undefined
}

type Env = Readonly<Record<string, string | undefined>>

/** Reads the event; fields of an event file that is absent or odd are undefined. */
export function readEvent(env: Env): Event {
  const payload = payloadSchema.safeParse(readJson(env.GITHUB_EVENT_PATH)).data ?? {}
  const repository = env.GITHUB_REPOSITORY ?? 'local/repository'
  return {
    ...runOf(env, repository),
    ...subjectOf(payload),
    ...rangeOf(payload, repository),
    action: payload.action,
    sender: accountOf(payload.sender),
    defaultBranch: payload.repository?.default_branch,
    comment: commentOf(payload),
    inputs: inputsOf(payload),
    endedRun: endedRunOf(payload),
  }
}

function runOf(env: Env, repository: string) {
  const runId = env.GITHUB_RUN_ID ?? '0'
  const server = env.GITHUB_SERVER_URL
  return {
    name: env.GITHUB_EVENT_NAME ?? 'local',
    repository,
    runId,
    runAttempt: env.GITHUB_RUN_ATTEMPT ?? '1',
    sha: env.GITHUB_SHA || undefined,
    ref: env.GITHUB_REF || undefined,
    onActions: env.GITHUB_ACTIONS === 'true' && Boolean(env.GITHUB_EVENT_NAME),
    refProtected: env.GITHUB_REF_PROTECTED === 'true',
    actor: env.GITHUB_ACTOR || undefined,
    triggeringActor: env.GITHUB_TRIGGERING_ACTOR || undefined,
    runUrl: server && `${server}/${repository}/actions/runs/${runId}`,
  }
}

function inputsOf({ inputs = {} }: Payload): Readonly<Record<string, string>> {
  const entries = Object.entries(inputs).map(([name, value]) => [name, scalarText(value)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

function scalarText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
}

function endedRunOf({ workflow_run: run }: Payload): EndedRun | undefined {
  if (run === undefined) return undefined
  const { id, event, conclusion } = run
  const [actor, triggeringActor] = [accountOf(run.actor), accountOf(run.triggering_actor)]
  return { id, event, conclusion, actor, triggeringActor }
}

function readJson(path: string | undefined): unknown {
  if (!path) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** The branch that triggered the run; undefined for pull requests and tags. */
export function branchOf({ ref }: Pick<Event, 'ref'>): string | undefined {
  return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
}

/**
 * The branch that the event is about, where a commit may go unasked. `issues`, `workflow_run` and their like name the
 * default branch whatever they are about, a merge group one that is GitHub's own.
 */
export function workBranchOf(event: Event): string | undefined {
  const { kind, endedRun, name } = event
  const elsewhere = kind !== undefined || endedRun !== undefined || name === 'merge_group'
  return elsewhere ? undefined : branchOf(event)
}

/** Title of a session: repository, event and run. */
export function sessionTitle(event: Event): string {
  const subject = event.number === undefined ? event.name : `${event.name} #${event.number}`
  return `${event.repository} · ${subject} · run ${event.runId}.${event.runAttempt}`
}
