import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { removeInvisible } from './invisible.ts'
import { createLeakScan, type Finding, type LeakScan } from './leaks.ts'

/** What everything passes before it leaves: text with its secrets taken out, whatever they are written in. */
export type Gate = {
  /** Redacts every string in a plain value. */
  readonly clean: <T>(value: T) => Promise<T>
  /**
   * Redacts text files in place; of a patch whole files are left out, as one with other lines would not apply. A file
   * that can't be checked in time is removed. Names those.
   */
  readonly cleanFiles: (paths: readonly string[], signal: AbortSignal) => Promise<readonly string[]>
  readonly find: LeakScan['find']
  /** What was taken out so far, each kind once. */
  readonly found: () => readonly Finding[]
}

/** A gate for these secrets and for tokens of well-known shapes. */
export function createGate(secrets: readonly string[]): Gate {
  const scan = createLeakScan(secrets)
  const found = new Map<string, Finding>()
  const remember = (findings: readonly Finding[]) => {
    for (const finding of findings) found.set(JSON.stringify(finding), finding)
    return findings.length > 0
  }
  const redactOnce = async (text: string) => {
    const result = await scan.redact(text)
    return { text: result.text, isFound: remember(result.found) }
  }
  const redact = async (text: string) => {
    const redacted = await redactOnce(text)
    const seen = visibleOf(redacted.text)
    if (seen === redacted.text) return redacted.text
    // What a reader does not see may stand within a secret that he then sees.
    const again = await redactOnce(seen)
    return again.isFound ? again.text : redacted.text
  }
  const redactAll = (text: string) => redactPieces(text, redact)
  const holdsSecret = async (bytes: Uint8Array) => remember(await scan.find(bytes))
  return {
    clean: (value) => cleanWith(redactAll, value),
    find: scan.find,
    found: () => [...found.values()],
    async cleanFiles(paths, signal) {
      const removed: string[] = []
      const smallestFirst = paths.toSorted((a, b) => sizeOf(a) - sizeOf(b))
      for (const path of smallestFirst) {
        const work = path.endsWith('.patch')
          ? cleanPatch(path, holdsSecret, signal)
          : cleanText(path, redact, signal)
        await work.catch(() => {
          rmSync(path, { force: true })
          removed.push(path)
        })
      }
      return removed
    },
  }
}

function visibleOf(text: string): string {
  return removeInvisible(text).replace(/<!--[\s\S]*?-->/g, '')
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

/** A piece of so many characters is scanned at once: a scan takes a multiple of it in memory. */
const pieceLength = 50_000

async function cleanText(path: string, redact: Redact, signal: AbortSignal): Promise<void> {
  const isJson = /\.(nd)?json$/.test(path)
  const text = readFileSync(path, 'utf8')
  const cleaned = await redactPieces(text, async (piece) => {
    signal.throwIfAborted()
    return isJson ? escapeBlanks(await redact(unescapeBlanks(piece))) : await redact(piece)
  })
  if (cleaned !== text) writeFileSync(path, cleaned)
}

/** A text in which nothing was found is itself, and no copy. */
async function redactPieces(text: string, redact: Redact): Promise<string> {
  const pieces: string[] = []
  let changed = false
  for (const piece of linesOf(text)) {
    const redacted = await redact(piece)
    changed ||= redacted !== piece
    pieces.push(redacted)
  }
  return changed ? pieces.join('') : text
}

/** A patch may hold text in any encoding: it is read byte for byte. */
async function cleanPatch(
  path: string,
  holdsSecret: (bytes: Uint8Array) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const files = readFileSync(path, 'latin1').split(/^(?=diff --git )/m)
  const kept: string[] = []
  for (const file of files) {
    signal.throwIfAborted()
    if (!(await holdsSecret(Buffer.from(file, 'latin1')))) kept.push(file)
  }
  if (kept.length < files.length) writeFileSync(path, kept.join(''), 'latin1')
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
