import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import fetch, { type Options } from 'npm-registry-fetch'
import { Parser } from 'tar'
import {
  arriving,
  checkLimit,
  closing,
  type Limit,
  LimitError,
  limited,
  limitOf,
  limits,
} from './limits.ts'
import type { Digests } from './release.ts'

/** Bytes that have come so far; `total` where the registry tells it. */
export type Received = { bytes: number; total: number | undefined }

/** A tarball, and where its binary goes; `size` is the only one that it may have, if it is known. */
export type Wanted = {
  readonly url: string
  readonly file: string
  readonly request: Options
  readonly size: number | undefined
}

/** Loads a package and writes its binary to `file`, neither executable nor verified yet; says what came. */
export async function unpackBinary(
  { url, file, request, size }: Wanted,
  received: Received,
  signal: AbortSignal,
): Promise<Digests> {
  const tarball = createHash('sha512')
  const binary = createHash('sha256')
  using connection = closing(signal)
  const response = await fetch(url, { ...request, signal: connection.signal })
  received.bytes = 0
  received.total = Number(response.headers.get('content-length')) || undefined
  const limit = size === undefined ? limitOf('tarball', '') : exactly(size)
  if (!response.headers.has('content-encoding')) checkLimit(received.total ?? 0, limit)
  await pipeline(
    arriving(response.body, limit),
    limited(limit, (chunk) => {
      received.bytes += chunk.length
      tarball.update(chunk)
    }),
    createGunzip({ chunkSize: 2 ** 20 }),
    binaryOf,
    limited(limitOf('binary', ' of binary'), (chunk) => binary.update(chunk)),
    createWriteStream(file, { mode: 0o600 }),
    { signal },
  )
  return {
    integrity: `sha512-${tarball.digest('base64')}`,
    binary: `sha256-${binary.digest('base64')}`,
    size: received.bytes,
  }
}

function exactly(size: number): Limit {
  return { most: size, what: `the ${size} bytes that it has to have` }
}

async function* binaryOf(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const found: Buffer[] = []
  let binaries = 0
  let entries = 0
  let isOver = false
  const count = () => {
    entries += 1
    if (entries > limits.entries) throw new LimitError(`more than ${limits.entries} entries`)
  }
  const parser = new Parser({
    strict: true,
    // What is unpacked here is a plain archive: no other one in it is unpacked.
    brotli: false,
    zstd: false,
    maxMetaEntrySize: limits.metadata,
    filter: (path) => {
      count()
      return /^[^/]+\/bin\/opencode(\.exe)?$/.test(path)
    },
    onReadEntry: (entry) => {
      binaries += 1
      entry.on('data', (chunk) => found.push(chunk))
    },
  })
  parser.on('meta', count)
  parser.on('ignoredEntry', ({ meta }) => {
    if (meta) throw new LimitError(`more than ${limits.metadata / 1024} KiB of a name`)
  })
  // What comes after the end, the parser would keep.
  parser.on('eof', () => {
    isOver = true
  })
  let isFirst = true
  // The parser is synchronous: what it finds in a chunk is there when `write` returns, and what it minds it throws.
  for await (const chunk of limited(limitOf('unpacked', ' unpacked'))(archive)) {
    if (isFirst && chunk[0] === 0x1f) throw new Error('An archive in an archive')
    isFirst = false
    if (!isOver) parser.write(chunk)
    yield* found.splice(0)
  }
  parser.end()
  if (binaries !== 1) throw new Error(`${binaries} binaries in the package`)
}
