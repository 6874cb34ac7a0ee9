import { createHash } from 'node:crypto'
import type { Event } from './event/event.ts'
import type { Verdict } from './outcome.ts'
import type { Result } from './result.ts'
import { noUsage } from './session/usage.ts'
import { messageOf } from './text.ts'

/** Collects what a run comes to know, so that every ending has a whole result. */
export type Report = {
  /** Remembers what is known by now; later values replace earlier ones. */
  readonly know: (facts: Partial<Result>) => void
  /** Each note counts once. */
  readonly note: (note: string) => void
  /** Writes something whose failure must not change how the run ends: it is noted, once. */
  readonly tryTo: (what: string, write: () => void) => void
  /** Notes the time at which a phase ended. */
  readonly mark: (phase: string) => void
  readonly finish: (verdict: Verdict) => Result
}

/** Starts a report; `runDirectory` is absolute. */
export function createReport({
  event,
  runDirectory,
  startedAt = Date.now(),
  known: before = {},
  onMark = () => undefined,
}: {
  event: Event
  runDirectory: string
  startedAt?: number
  /** What an earlier report of the same run knew. */
  known?: Partial<Result>
  /** Told at the end of each phase what the result would be if that were all. */
  onMark?: (draft: Result) => void
}): Report {
  const seconds = () => Math.round(Date.now() - startedAt) / 1000
  const timings: Record<string, number> = { ...before.timings }
  const notes: string[] = [...(before.notes ?? [])]
  let known = before
  return {
    know(facts) {
      known = { ...known, ...facts }
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
        ...verdict,
        repository: event.repository,
        event: event.name,
        runUrl: event.runUrl,
        problems: [...(verdict.problems ?? [])],
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
