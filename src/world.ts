import type { Event } from './event/event.ts'
import type { Report } from './report.ts'
import type { Runner } from './runner.ts'
import type { Redactor } from './secrets/redactor.ts'
import type { Secrets } from './secrets/secrets.ts'

/** Paths of what a run writes while it goes on: in its own folder, since it is not checked for secrets yet. */
export type RunFiles = {
  readonly directory: string
  readonly patch: string
  readonly transcript: string
  readonly events: string
  readonly log: string
}

/** The world around a run. */
export type World = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly event: Event
  readonly runner: Pick<Runner, 'info' | 'debug' | 'warning' | 'group' | 'saveState' | 'stateText'>
  readonly secrets: Secrets
  readonly redactor: Redactor
  readonly report: Report
  /** Where what is saved is written first. */
  readonly files: RunFiles
  /** A folder of the run's own, removed at the end. */
  readonly temporary: string
  readonly trackingId: string
  /** The action's own code that runs after this process. */
  readonly ownFiles: readonly string[]
  /** Under which an attempt that is over clears up on its server: aborted shortly after the workflow was cancelled. */
  readonly closing: AbortSignal
  /** Under which a run that is over reads its change: aborted a few seconds after the workflow was cancelled. */
  readonly comparing: AbortSignal
}
