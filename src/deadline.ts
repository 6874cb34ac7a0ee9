import { UserError } from './errors.ts'

/** The deadline of everything in a run that waits. */
export type Deadline = Disposable & {
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Starts the clock: after `timeoutMs` the signal is aborted with a `UserError` (`timed-out`). */
export function startDeadline(timeoutMs: number): Deadline {
  const controller = new AbortController()
  const message = `The run was ended after ${timeoutMs / 1000} s (timeout). The work so far is kept. Raise timeout, or ask for less.`
  const timer = setTimeout(() => controller.abort(new UserError('timed-out', message)), timeoutMs)
  return {
    signal: controller.signal,
    at: Date.now() + timeoutMs,
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

/** A signal that is aborted `ms` after the other one. */
export function startAfter(signal: AbortSignal, ms: number): AbortSignal {
  const later = new AbortController()
  const start = () => {
    setTimeout(() => later.abort(new Error('There was no time left.')), ms).unref()
  }
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  return later.signal
}
