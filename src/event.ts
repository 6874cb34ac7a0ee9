import { readFileSync } from 'node:fs'
import * as z from 'zod'

const payload = z.looseObject({
  issue: z.looseObject({ number: z.number() }).optional(),
  pull_request: z.looseObject({ number: z.number() }).optional(),
})

/** What triggered the run, from the runner's environment and event file. */
export type Event = {
  readonly name: string
  readonly repository: string
  readonly runId: string
  readonly runAttempt: string
  /** The commit that triggered the run. */
  readonly sha: string | undefined
  /** Issue or pull request number, if the event has one. */
  readonly number: number | undefined
  /** Address of the run's page, if this is a real run. */
  readonly runUrl: string | undefined
}

/** Reads the event; fields of an event file that is absent or odd are undefined. */
export function readEvent(env: Readonly<Record<string, string | undefined>>): Event {
  const repository = env.GITHUB_REPOSITORY ?? 'local/repository'
  const runId = env.GITHUB_RUN_ID ?? '0'
  const body = payload.safeParse(readJson(env.GITHUB_EVENT_PATH)).data
  const server = env.GITHUB_SERVER_URL
  return {
    name: env.GITHUB_EVENT_NAME ?? 'local',
    repository,
    runId,
    runAttempt: env.GITHUB_RUN_ATTEMPT ?? '1',
    sha: env.GITHUB_SHA || undefined,
    number: body?.pull_request?.number ?? body?.issue?.number,
    runUrl: server && `${server}/${repository}/actions/runs/${runId}`,
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

/** Title of a session: repository, event and run. */
export function sessionTitle(event: Event): string {
  const subject = event.number === undefined ? event.name : `${event.name} #${event.number}`
  return `${event.repository} · ${subject} · run ${event.runId}.${event.runAttempt}`
}
