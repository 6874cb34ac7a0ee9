import { parentPort } from 'node:worker_threads'
import { cleanFile, type Move, textOf } from './files.ts'
import { createScan, type Finding, type Scan } from './scan.ts'

/** What the thread of the redactor is asked. */
export type Question =
  | { readonly kind: 'hello' }
  | { readonly kind: 'clean'; readonly strings: readonly string[] }
  | { readonly kind: 'find'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly move: Move }

/** A question; `values` are all that are known to be secret by now. */
export type Task = {
  readonly id: number
  readonly values: readonly string[]
  readonly question: Question
}

/** The answer. */
export type Done = {
  readonly id: number
  readonly strings?: readonly string[]
  readonly found?: readonly Finding[]
  /** Why there is none. */
  readonly problem?: string
}

let known: { readonly key: string; readonly scan: Scan } | undefined

parentPort?.on('message', ({ id, values, question }: Task) => {
  parentPort?.postMessage({ ...answer(question, values), id } satisfies Done)
})

function answer(question: Question, values: readonly string[]): Omit<Done, 'id'> {
  try {
    return work(question, scanFor(values))
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function work(question: Question, scan: Scan): Omit<Done, 'id'> {
  switch (question.kind) {
    case 'hello':
      return {}
    case 'clean': {
      const { texts, found } = scan.redact(question.strings)
      return { strings: texts, found }
    }
    case 'find':
      return { found: scan.sweep(textOf(question.bytes), () => undefined) }
    case 'file':
      return { found: cleanFile(question.move, scan) }
  }
}

function scanFor(values: readonly string[]): Scan {
  const key = JSON.stringify(values)
  if (known?.key !== key) known = { key, scan: createScan(values) }
  return known.scan
}
