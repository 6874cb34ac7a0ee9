import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createLeakScan, type Finding, type LeakScan } from './leaks.ts'

/** What everything passes before it leaves: text with its secrets taken out, whatever they are written in. */
export type Gate = {
  /** Redacts every string in a plain value. */
  readonly clean: <T>(value: T) => Promise<T>
  /** Redacts text files in place, line by line; a file that can't be checked in time is removed. Names those. */
  readonly cleanFiles: (paths: readonly string[], signal: AbortSignal) => Promise<readonly string[]>
  readonly find: LeakScan['find']
  /** What was taken out so far, each kind once. */
  readonly found: () => readonly Finding[]
}

/** A gate for these secrets and for tokens of well-known shapes. */
export function createGate(secrets: readonly string[]): Gate {
  const scan = createLeakScan(secrets)
  const found = new Map<string, Finding>()
  const redact = async (text: string) => {
    const result = await scan.redact(text)
    for (const finding of result.found) found.set(JSON.stringify(finding), finding)
    return result.text
  }
  return {
    clean: (value) => cleanWith(redact, value),
    find: scan.find,
    found: () => [...found.values()],
    async cleanFiles(paths, signal) {
      const removed: string[] = []
      const smallestFirst = paths.toSorted((a, b) => sizeOf(a) - sizeOf(b))
      for (const path of smallestFirst)
        if (!(await cleanFile(path, redact, signal))) removed.push(path)
      return removed
    },
  }
}

type Redact = (text: string) => Promise<string>

async function cleanWith<T>(redact: Redact, value: T): Promise<T>
async function cleanWith(redact: Redact, value: unknown): Promise<unknown> {
  if (typeof value === 'string') return await redact(value)
  if (Array.isArray(value)) return await Promise.all(value.map((item) => cleanWith(redact, item)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(async ([key, item]) => [
    key,
    await cleanWith(redact, item),
  ])
  return Object.fromEntries(await Promise.all(entries))
}

/** A piece of so many characters is scanned at once, and then the clock is looked at. */
const pieceLength = 500_000

async function cleanFile(path: string, redact: Redact, signal: AbortSignal): Promise<boolean> {
  try {
    const isJson = /\.(nd)?json$/.test(path)
    const text = readFileSync(path, 'utf8')
    const pieces: string[] = []
    for (const piece of linesOf(text)) {
      signal.throwIfAborted()
      pieces.push(isJson ? escapeBlanks(await redact(unescapeBlanks(piece))) : await redact(piece))
    }
    const cleaned = pieces.join('')
    if (cleaned !== text) writeFileSync(path, cleaned)
    return true
  } catch {
    rmSync(path, { force: true })
    return false
  }
}

/** Stand for `\n`, `\r` and `\t` of JSON, whose letters would hide where a token begins. */
const marks = { n: '\n\uE001', r: '\n\uE002', t: '\n\uE003' } as const

function unescapeBlanks(json: string): string {
  return json.replace(/\\([nrt])/g, (_, letter: keyof typeof marks) => marks[letter])
}

function escapeBlanks(text: string): string {
  return text.replaceAll(marks.n, '\\n').replaceAll(marks.r, '\\r').replaceAll(marks.t, '\\t')
}

/** The text in pieces that end with a line. */
function* linesOf(text: string): Generator<string> {
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\n', at + pieceLength)
    yield text.slice(at, end < 0 ? text.length : end + 1)
    at = end < 0 ? text.length : end + 1
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
