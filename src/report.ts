import { createHash } from 'node:crypto'
import type { Event } from './event/event.ts'
import type { Verdict } from './outcome.ts'
import type { Result, RunFacts, TaskFacts } from './result.ts'
import { noUsage } from './session/usage.ts'
import { messageOf } from './text/text.ts'

/** Collects facts, notes and timings of a run, so that every ending has a complete result. */
export type Report = {
  /** Records facts about the run; each is known to one place only. */
  readonly know: (facts: RunFacts) => void
  /** Records what the run's prompt has come to so far. */
  readonly progress: (task: TaskFacts) => void
  /** Each note counts once. */
  readonly note: (note: string) => void
  /** Writes something whose failure must not change how the run ends: the failure is noted, once. */
  readonly tryTo: (what: string, write: () => void) => void
  /** Records the time at which a phase ended. */
  readonly mark: (phase: string) => void
  readonly finish: (verdict: Verdict) => Result
}

type ReportOptions = {
  readonly event: Event
  /** An absolute path. */
  readonly runDirectory: string
  /** Milliseconds since 1970. */
  readonly startedAt?: number
  /** What an earlier report of the same run knew. */
  readonly known?: Partial<Result>
  /** Called at the end of each phase with what the result would be if the run ended there. */
  readonly onMark?: (draft: Result) => void
}

/** Starts a report. */
export function createReport({
  event,
  runDirectory,
  startedAt = Date.now(),
  known = {},
  onMark = () => undefined,
}: ReportOptions): Report {
  const seconds = () => Math.round(Date.now() - startedAt) / 1000
  const timings: Record<string, number> = { ...known.timings }
  const notes: string[] = [...(known.notes ?? [])]
  let facts: RunFacts = {}
  let task: Partial<TaskFacts> = {}
  return {
    know(more) {
      facts = { ...facts, ...more }
    },
    progress(latest) {
      task = latest
    },
    note(text) {
      if (!notes.includes(text)) notes.push(text)
    },
    tryTo(what, write) {
      try {
        write()
      } catch (error) {
        this.note(`${what} could not be saved: ${messageOf(error)}`)
      }
    },
    mark(phase) {
      timings[phase] = seconds()
      onMark(this.finish({ outcome: 'internal-error', reason: 'The run is not over.' }))
    },
    finish(verdict) {
      return {
        schema: 1,
        priced: false,
        answer: '',
        attempts: [],
        usage: noUsage,
        tools: [],
        refusals: [],
        ...known,
        ...facts,
        ...task,
        outcome: verdict.outcome,
        reason: verdict.reason,
        problems: [...(verdict.problems ?? [])],
        repository: event.repository,
        event: event.name,
        runUrl: event.runUrl,
        partial: verdict.outcome !== 'completed',
        notes,
        startedAt: new Date(startedAt).toISOString(),
        duration: seconds(),
        timings,
        runDirectory,
      }
    },
  }
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
