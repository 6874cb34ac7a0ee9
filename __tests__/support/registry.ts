import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'

/** A package as the registry serves it: the tarball, and the digests of it and of its binary. */
export type Tarball = { bytes: Buffer; integrity: string; binary: string }

/** What the stand-in holds, and how it misbehaves. */
export type Behaviour = {
  /** package name → version → tarball */
  packages: Record<string, Record<string, Tarball>>
  /** Whoever does not bring this bearer token gets a 401. */
  token?: string
  /** What is stated as integrity instead of the right one; empty for none. */
  integrity?: string
  /** The address that is stated for tarballs, instead of the registry's own. */
  tarballsAt?: string
  /** So many tarballs break off in the middle. */
  cut?: number
  /** Half of the tarball, and the rest only after `release()`. */
  slow?: boolean
  /** Sends a tarball in another way, whose answer has no head yet. */
  sendTarball?: (response: ServerResponse) => void
  /** Sends the list of versions in another way. */
  sendVersions?: (response: ServerResponse) => void
  /** Every answer is this status. */
  status?: number
  /** A path under which the registry lives. */
  base?: string
  tls?: { key: string; cert: string }
}

export type Registry = AsyncDisposable & {
  readonly url: string
  readonly requests: string[]
  /** Half of a tarball is sent. */
  readonly halfway: Promise<void>
  /** The other side went away before it had a whole tarball. */
  readonly abandoned: Promise<void>
  readonly release: () => void
}

/**
 * A stand-in for an npm registry on loopback that serves packages for installation and nothing else, after
 * https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md and docs/responses/package-metadata.md beside it.
 */
export async function startRegistry(behaviour: Behaviour): Promise<Registry> {
  const requests: string[] = []
  const halfway = Promise.withResolvers<void>()
  const abandoned = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let cuts = behaviour.cut ?? 0

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // A proxy is asked with a whole URL.
    const path = new URL(request.url ?? '', url).pathname
    requests.push(path)
    const refusal = refusalOf(request, behaviour)
    if (refusal !== undefined) return refuse(response, refusal)
    const { name, version } = parsePath(path.replace(behaviour.base ?? '', ''))
    const versions = behaviour.packages[name]
    if (versions === undefined) return refuse(response, 404)
    if (version === undefined) return sendPackument(request, response, { name, versions })
    const tarball = versions[version]
    return tarball === undefined ? refuse(response, 404) : sendTarball(response, tarball.bytes)
  }

  function sendPackument(
    request: IncomingMessage,
    response: ServerResponse,
    { name, versions }: { name: string; versions: Record<string, Tarball> },
  ) {
    if (behaviour.sendVersions) return behaviour.sendVersions(response)
    const abbreviated = 'application/vnd.npm.install-v1+json'
    if (!request.headers.accept?.includes(abbreviated)) return refuse(response, 406)
    const at = behaviour.tarballsAt ?? url
    const manifests = Object.entries(versions).map(([version, { integrity }]) => {
      const stated = behaviour.integrity ?? integrity
      const tarball = `${at}${name}/-/${name}-${version}.tgz`
      return [version, { name, version, dist: { tarball, ...(stated && { integrity: stated }) } }]
    })
    response.setHeader('content-type', abbreviated)
    response.end(JSON.stringify({ name, versions: Object.fromEntries(manifests) }))
  }

  async function sendTarball(response: ServerResponse, bytes: Buffer) {
    if (behaviour.sendTarball) return behaviour.sendTarball(response)
    const half = bytes.length >> 1
    response.setHeader('content-length', bytes.length)
    response.on('close', () => response.writableFinished || abandoned.resolve())
    if (cuts > 0) {
      cuts--
      response.write(bytes.subarray(0, half), () => response.destroy())
      return
    }
    response.write(bytes.subarray(0, half), () => halfway.resolve())
    if (behaviour.slow) await released.promise
    response.end(bytes.subarray(half))
  }

  const server = behaviour.tls ? createTlsServer(behaviour.tls) : createServer()
  server.on('request', answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `${behaviour.tls ? 'https' : 'http'}://127.0.0.1:${port}${behaviour.base ?? ''}/`
  return {
    url,
    requests,
    halfway: halfway.promise,
    abandoned: abandoned.promise,
    release: released.resolve,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** `/name` or `/name/-/name-1.2.3.tgz` */
function parsePath(path: string): { name: string; version: string | undefined } {
  const [, name = '', version] = /^\/([^/]+)(?:\/-\/\1-(.+)\.tgz)?$/.exec(path) ?? []
  return { name, version }
}

function refusalOf(request: IncomingMessage, { token, status }: Behaviour): number | undefined {
  if (status !== undefined) return status
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return 401
  return request.method === 'GET' ? undefined : 405
}

function refuse(response: ServerResponse, status: number): void {
  response.statusCode = status
  response.end(JSON.stringify({ error: `status ${status}` }))
}

/** Packs `script` as opencode's binary, the way `npm publish` packs a platform package. */
export async function packBinary(script: string, binary = 'opencode'): Promise<Tarball> {
  const directory = await mkdtemp(join(tmpdir(), 'package-'))
  await mkdir(join(directory, 'package/bin'), { recursive: true })
  await writeFile(join(directory, 'package/package.json'), '{}')
  await writeFile(join(directory, 'package/bin', binary), script, { mode: 0o755 })
  const file = join(directory, 'package.tgz')
  await create({ cwd: directory, file, gzip: true, portable: true }, ['package'])
  const bytes = await readFile(file)
  await rm(directory, { recursive: true })
  return { bytes, integrity: sri(bytes), binary: sri(script, 'sha256') }
}

/** The SRI string of `data`. */
export function sri(data: Buffer | string, algorithm: 'sha256' | 'sha512' = 'sha512'): string {
  return `${algorithm}-${createHash(algorithm).update(data).digest('base64')}`
}
