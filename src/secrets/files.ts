import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import type { Finding, Scan } from './scan.ts'

/** A file as it was written, and where it goes when it holds no secrets. */
export type Move = { readonly from: string; readonly to: string }

const readLength = 256 * 1024
/** A mark at the beginning of a text is a part of it. */
const decoding = { ignoreBOM: true } as const

/** The text of bytes, in pieces. */
export function* textOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', decoding)
  for (let at = 0; at < bytes.length; at += readLength)
    yield decoder.decode(bytes.subarray(at, at + readLength), { stream: true })
  yield decoder.decode()
}

/**
 * Moves a file to its place without its secrets; it gets there whole or not at all. Of a patch whole files are left out,
 * since one with other lines would not apply.
 */
export function cleanFile({ from, to }: Move, scan: Scan): readonly Finding[] {
  const fresh = `${to}.new`
  using _ = { [Symbol.dispose]: () => rmSync(fresh, { force: true }) }
  const found = from.endsWith('.patch')
    ? cleanPatch(from, fresh, scan)
    : cleanText(from, fresh, scan)
  renameSync(fresh, to)
  rmSync(from)
  return found
}

function cleanText(from: string, to: string, scan: Scan): readonly Finding[] {
  using input = openFile(from, 'r')
  using output = openFile(to, 'w')
  return scan.sweep(readText(input.file), (text) => writeWhole(output.file, Buffer.from(text)))
}

const heading = '\ndiff --git '

function cleanPatch(from: string, to: string, scan: Scan): readonly Finding[] {
  const patch = readFileSync(from)
  const found = new Set<Finding>()
  using output = openFile(to, 'w')
  for (let at = 0; at < patch.length; ) {
    const next = patch.indexOf(heading, at)
    const end = next < 0 ? patch.length : next + 1
    const file = patch.subarray(at, end)
    const inFile = scan.sweep(textOf(file), () => undefined)
    for (const finding of inFile) found.add(finding)
    if (inFile.length === 0) writeWhole(output.file, file)
    at = end
  }
  return [...found]
}

function openFile(path: string, flags: 'r' | 'w'): Disposable & { readonly file: number } {
  const file = openSync(path, flags, 0o600)
  return { file, [Symbol.dispose]: () => closeSync(file) }
}

function* readText(file: number): Generator<string> {
  const decoder = new TextDecoder('utf-8', decoding)
  const bytes = new Uint8Array(readLength)
  for (let count = readSync(file, bytes); count > 0; count = readSync(file, bytes))
    yield decoder.decode(bytes.subarray(0, count), { stream: true })
  yield decoder.decode()
}

/** What is nearly full takes a part only. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
