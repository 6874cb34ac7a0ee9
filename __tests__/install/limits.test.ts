import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { get, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { Header } from 'tar'
import { limits } from '../../src/install/limits.ts'
import { name, packages, startMachine, tarball } from '../support/installation.ts'
import { type Behaviour, startRegistry } from '../support/registry.ts'

const megabyte = 1024 * 1024
/** A member of a gzip file, of which it may have any number: 8 MiB of zeros in 8 kB. */
const zeros = gzipSync(Buffer.alloc(8 * megabyte))
const gigabyte = 128

type Entry = {
  path: string
  size: number
  type?: 'File' | 'ExtendedHeader' | 'NextFileHasLongPath'
}

function head({ path, size, type = 'File' }: Entry): Buffer {
  const block = Buffer.alloc(512)
  new Header({ path, size, type, mode: 0o644, mtime: new Date(0) }).encode(block, 0)
  return block
}

const binary = (size: number) => gzipSync(head({ path: 'package/bin/opencode', size }))
const endless = 8 * 1024 * megabyte

/** Sends the first piece, and then the other so often, or until nobody takes it any more. */
const repeated =
  (first: Buffer, piece: Buffer, count = Number.POSITIVE_INFINITY) =>
  (response: ServerResponse) => {
    const pieces = function* () {
      yield first
      for (let sent = 0; sent < count; sent++) yield piece
    }
    void pipeline(Readable.from(pieces()), response).catch(() => undefined)
  }

/** Installs a version without bundled digests, and says what the most was that lay on the disk. */
async function install(behaviour: Partial<Behaviour>, version = '1.19.0') {
  await using machine = await startMachine()
  await using registry = await startRegistry({
    packages: packages({ '1.19.0': tarball }),
    ...behaviour,
  })
  let written = 0
  const watching = setInterval(() => {
    const sizes = readdirSync(machine.temporary, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => statSync(join(file.parentPath, file.name), { throwIfNoEntry: false })?.size)
    written = Math.max(written, ...sizes.map((size) => size ?? 0))
  }, 5)
  const before = process.memoryUsage().rss
  const failure = await machine
    .install(registry, { version }, AbortSignal.timeout(170_000))
    .catch((error: unknown) => error)
  clearInterval(watching)
  const grown = process.memoryUsage().rss - before
  const files = await machine.files()
  return { failure, written, grown, files, log: machine.log, requests: registry.requests }
}

const ended = (what: string) => ({
  outcome: 'install-failed',
  message: expect.stringMatching(
    new RegExp(
      `^What the registry 127\\.0\\.0\\.1:\\d+ sent for ${name} 1\\.\\d+\\.\\d+ has more than ${what}: the download was ended, and what there was of it was deleted\\. Check`,
    ),
  ),
})

const many = (count: number, entry: Entry) =>
  gzipSync(Buffer.concat(Array.from({ length: count }, () => head(entry))))

type Sample = Required<Pick<Behaviour, 'sendTarball'>> & {
  readonly what: string
  readonly words: string
  readonly most: number
}

test.each<Sample>([
  {
    what: 'bytes without end',
    sendTarball: repeated(binary(endless), Buffer.concat([zeros, zeros])),
    words: '200 MB',
    most: limits.binary,
  },
  {
    what: 'a binary of 1 GiB',
    sendTarball: repeated(binary(endless), zeros, gigabyte),
    words: '600 MB of binary',
    most: limits.binary,
  },
  {
    what: 'a file of 1 GiB beside the binary',
    sendTarball: repeated(gzipSync(head({ path: 'package/x', size: endless })), zeros, gigabyte),
    words: '700 MB unpacked',
    most: 0,
  },
  {
    what: '1 GiB after its end',
    sendTarball: repeated(binary(0), zeros, gigabyte),
    words: '700 MB unpacked',
    most: 0,
  },
  {
    what: '5,000 entries',
    sendTarball: repeated(binary(0), many(500, { path: 'package/x', size: 0 }), 10),
    words: '1000 entries',
    most: 0,
  },
  {
    what: '5,000 headers of a name',
    sendTarball: repeated(
      binary(0),
      gzipSync(
        Buffer.concat([head({ path: 'x', size: 512, type: 'ExtendedHeader' }), Buffer.alloc(512)]),
      ),
      5000,
    ),
    words: '1000 entries',
    most: 0,
  },
  ...(['ExtendedHeader', 'NextFileHasLongPath'] as const).map((type) => ({
    what: `a name of 1 GiB (${type})`,
    sendTarball: repeated(gzipSync(head({ path: 'x', size: endless, type })), zeros, gigabyte),
    words: '64 KiB of a name',
    most: 0,
  })),
])('a tarball with $what is ended, once, and nothing is kept', async (sample) => {
  const { failure, written, grown, files, log, requests } = await install(sample)
  expect(failure).toMatchObject(ended(sample.words))
  expect(written).toBeLessThanOrEqual(sample.most)
  expect(grown).toBeLessThan(500 * megabyte)
  expect(files).toEqual([])
  expect(log.join()).not.toContain('attempt')
  expect(requests).toHaveLength(2)
})

test('an archive in a compressed archive is not unpacked', async () => {
  // Compressed so little that the parser would take it.
  const piece = gzipSync(Buffer.alloc(8 * megabyte), { level: 1 })
  const inner = Buffer.concat([binary(endless), ...Array.from({ length: gigabyte }, () => piece)])
  const { failure, written } = await install({
    sendTarball: (response) => response.end(gzipSync(inner)),
  })
  expect(failure).toMatchObject({
    outcome: 'install-failed',
    message: expect.stringContaining('is no such package'),
  })
  expect(written).toBe(0)
})

test('of a tarball that says it is too large, nothing is taken', async () => {
  const left = Promise.withResolvers<unknown>()
  const { failure } = await install({
    sendTarball(response) {
      response.writeHead(200, { 'content-length': limits.tarball + 1 }).flushHeaders()
      left.resolve(once(response, 'close'))
    },
  })
  expect(failure).toMatchObject(ended('200 MB'))
  await left.promise
})

test.each<{ what: string; headers: Record<string, number> }>([
  { what: 'says it', headers: { 'content-length': tarball.bytes.length + 1 } },
  { what: 'does not say it', headers: {} },
])('a tarball that has more bytes than the bundled digest, and $what, is ended', async (sample) => {
  const { failure, files, requests } = await install(
    {
      sendTarball(response) {
        response.writeHead(200, sample.headers)
        response.write(tarball.bytes)
        response.write('x')
      },
    },
    '1.18.33',
  )
  expect(failure).toMatchObject(ended(`the ${tarball.bytes.length} bytes that it has to have`))
  expect(files).toEqual([])
  expect(requests).toHaveLength(2)
})

test('a list of versions without end is ended, compressed or not', async () => {
  const plain = repeated(Buffer.from('{"versions":{"'), Buffer.alloc(megabyte, 'x'))
  const compressed = repeated(gzipSync('{"versions":{"'), zeros)
  for (const sendVersions of [
    plain,
    (response: ServerResponse) => compressed(response.setHeader('content-encoding', 'gzip')),
  ]) {
    const { failure, grown, requests } = await install({ sendVersions })
    expect(failure).toMatchObject(ended('64 MB of versions'))
    expect(grown).toBeLessThan(500 * megabyte)
    expect(requests).toHaveLength(1)
  }
})

const text = Buffer.alloc(megabyte, 'x')
/** 512 MiB of zeros in less than 1 kB. */
const brotli = brotliCompressSync(Buffer.alloc(512 * megabyte), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
})

const bodies = [
  { what: 'without end', encoding: undefined, first: text },
  { what: 'in gzip', encoding: 'gzip', first: zeros },
  { what: 'in deflate', encoding: 'deflate', first: deflateSync(text) },
  { what: 'in Brotli', encoding: 'br', first: brotli },
]

test.each(bodies.flatMap((body) => [401, 404, 500].map((status) => ({ ...body, status }))))(
  'of an answer $status with a body $what only the status counts',
  async ({ status, encoding, first }) => {
    const refuse = (response: ServerResponse) => {
      response.statusCode = status
      if (encoding) response.setHeader('content-encoding', encoding)
      repeated(first, text)(response)
    }
    for (const behaviour of [{ sendVersions: refuse }, { sendTarball: refuse }]) {
      const { failure, grown } = await install(behaviour)
      expect(failure).toMatchObject({
        outcome: 'install-failed',
        message: expect.stringContaining(`(${status})`),
      })
      expect(grown).toBeLessThan(200 * megabyte)
    }
  },
)

test('of a redirect with a body without end only the address counts', async () => {
  const versions = packages({ '1.19.0': tarball })
  await using other = await startRegistry({ packages: versions, slow: true })
  const location = `${other.url}${name}/-/${name}-1.19.0.tgz`
  const { failure: installed } = await install({
    sendTarball(response) {
      response.once('close', other.release)
      repeated(text, text)(response.writeHead(302, { location }))
    },
  })
  expect(installed).toMatchObject({ source: 'download' })
})

test('a list of versions in Brotli, which nobody asked for, is not unpacked', async () => {
  const { failure, grown } = await install({
    sendVersions: (response) => response.setHeader('content-encoding', 'br').end(brotli),
  })
  expect(failure).toMatchObject({
    outcome: 'install-failed',
    message: expect.stringContaining('is no such package'),
  })
  expect(grown).toBeLessThan(200 * megabyte)
})

test('once the installation is over, answers to others keep their bodies', async () => {
  await install({})
  await using registry = await startRegistry({ packages: {}, status: 500 })
  const received = Promise.withResolvers<IncomingMessage>()
  get(registry.url, received.resolve)
  expect(await textOf(await received.promise)).toBe('{"error":"status 500"}')
})
