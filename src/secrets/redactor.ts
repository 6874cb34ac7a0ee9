import { Worker } from 'node:worker_threads'
import type { Move } from './files.ts'
import type { Finding } from './scan.ts'
import { mapStrings } from './strings.ts'
import type { Done, Question, Task } from './worker.ts'

/**
 * What everything passes before it leaves: it takes secrets out, in a thread that is ended when it takes too long. Then,
 * and from then on, every promise is rejected.
 */
export type Redactor = AsyncDisposable & {
  /** Loaded: what is written to its files from now on changes nothing. */
  readonly ready: (signal: AbortSignal) => Promise<void>
  /** A plain value with `***` in place of the secrets in its strings. */
  readonly clean: <T>(value: T, signal: AbortSignal) => Promise<T>
  /** Moves a file without its secrets to its place; of a patch, files with one are left out. */
  readonly moveFile: (move: Move, signal: AbortSignal) => Promise<void>
  /** What a file's content, or a text, gives away. */
  readonly find: (content: Uint8Array | string, signal: AbortSignal) => Promise<readonly Finding[]>
  /** What was taken out so far, each once. */
  readonly found: () => readonly Finding[]
}

/** How a redactor is opened; `values` are what is known to be secret at the time of each question. */
export type RedactorOptions = {
  /** The bundle of `worker.ts`. */
  readonly file: string
  readonly values: () => readonly string[]
  /** For each question. */
  readonly limitMs?: number
}

type Waiting = { readonly resolve: (done: Done) => void; readonly reject: (error: Error) => void }

const defaultLimitMs = 60_000

/** Starts the thread; it keeps the process alive only as long as it is asked something. */
export function openRedactor(options: RedactorOptions): Redactor {
  const { file, values, limitMs = defaultLimitMs } = options
  // Without an environment, nothing in it makes a library print what it reads.
  const worker = new Worker(file, { env: {}, execArgv: [] })
  const waiting = new Map<number, Waiting>()
  const found = new Set<Finding>()
  const ended = new AbortController()
  const end = async (why: string, cause?: unknown) => {
    ended.abort(new Error(`The text could not be checked for secrets${why}.`, { cause }))
    for (const { reject } of waiting.values()) reject(ended.signal.reason)
    await worker.terminate()
  }
  worker.on('message', (done: Done) => waiting.get(done.id)?.resolve(done))
  worker.on('error', (error) => void end(': the check broke off', error))
  worker.on('exit', () => void end(': the check had ended'))
  worker.unref()

  let asked = 0
  const ask = async (question: Question, signal: AbortSignal): Promise<Done> => {
    ended.signal.throwIfAborted()
    const id = asked++
    const { promise, resolve, reject } = Promise.withResolvers<Done>()
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    const stop = () => void end(' in time', limit.reason)
    using _ = {
      [Symbol.dispose]() {
        limit.removeEventListener('abort', stop)
        waiting.delete(id)
        if (waiting.size === 0) worker.unref()
      },
    }
    waiting.set(id, { resolve, reject })
    worker.ref()
    limit.addEventListener('abort', stop, { once: true })
    if (limit.aborted) stop()
    worker.postMessage({ question, id, values: values() } satisfies Task)
    const done = await promise
    if (done.problem !== undefined) throw new Error(done.problem)
    return done
  }
  const remember = ({ found: more = [] }: Done) => {
    for (const finding of more) found.add(finding)
  }

  return {
    async ready(signal) {
      await ask({ kind: 'hello' }, signal)
    },
    async clean(value, signal) {
      const strings: string[] = []
      mapStrings(value, (text) => {
        strings.push(text)
        return text
      })
      const done = await ask({ kind: 'clean', strings }, signal)
      remember(done)
      let at = 0
      return mapStrings(value, () => done.strings?.[at++] ?? '')
    },
    async moveFile(move, signal) {
      remember(await ask({ kind: 'file', move }, signal))
    },
    async find(content, signal) {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      return (await ask({ kind: 'find', bytes }, signal)).found ?? []
    },
    found: () => [...found],
    [Symbol.asyncDispose]: () => end(': the check had ended'),
  }
}
