import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import fetch, { type Options } from 'npm-registry-fetch'
import { Parser } from 'tar'
import type { Digests } from './release.ts'

/** Bytes that have come so far; `total` where the registry tells it. */
export type Received = { bytes: number; total: number | undefined }

/** Loads a package and writes its binary to `file`, neither executable nor verified yet; says what came. */
export async function unpackBinary(
  { url, file, request }: { url: string; file: string; request: Options },
  received: Received,
  signal: AbortSignal,
): Promise<Digests> {
  const tarball = createHash('sha512')
  const binary = createHash('sha256')
  using connection = closing(signal)
  const response = await fetch(url, { ...request, signal: connection.signal })
  received.bytes = 0
  received.total = Number(response.headers.get('content-length')) || undefined
  await pipeline(
    Readable.from(response.body ?? []),
    seen((chunk) => {
      received.bytes += chunk.length
      tarball.update(chunk)
    }),
    createGunzip({ chunkSize: 2 ** 20 }),
    binaryOf,
    seen((chunk) => binary.update(chunk)),
    createWriteStream(file, { mode: 0o600 }),
    { signal },
  )
  return {
    integrity: `sha512-${tarball.digest('base64')}`,
    binary: `sha256-${binary.digest('base64')}`,
    size: received.bytes,
  }
}

/** A signal that ends a request which nobody reads any more, as after a full disk. */
function closing(signal: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const close = new AbortController()
  return {
    signal: AbortSignal.any([signal, close.signal]),
    [Symbol.dispose]: () => close.abort(),
  }
}

function seen(see: (chunk: Buffer) => void) {
  return async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      see(chunk)
      yield chunk
    }
  }
}

async function* binaryOf(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const entries: string[] = []
  const found: Buffer[] = []
  const parser = new Parser({
    strict: true,
    filter: (path) => /^[^/]+\/bin\/opencode(\.exe)?$/.test(path),
    onReadEntry: (entry) => {
      entries.push(entry.path)
      entry.on('data', (chunk) => found.push(chunk))
    },
  })
  // The parser is synchronous: what it finds in a chunk is there when `write` returns, and what it minds it throws.
  for await (const chunk of archive) {
    parser.write(chunk)
    yield* found.splice(0)
  }
  parser.end()
  if (entries.length !== 1) throw new Error(`${entries.length} binaries in the package`)
}
