import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a proxy is flaky. */
export type Flaws = {
  /** After how many bytes the next event stream is cut; undefined lets it be. */
  readonly nextCut?: () => number | undefined
  /** Requests of these paths are answered with `true`, and not passed on. */
  readonly deaf?: RegExp
}

/** A proxy on loopback before a server. */
export type FlakyProxy = AsyncDisposable & { readonly url: string; readonly cuts: () => number }

/** Starts a proxy before `target`. */
export async function startFlakyProxy(
  target: string,
  { nextCut = () => undefined, deaf }: Flaws,
): Promise<FlakyProxy> {
  let cuts = 0
  const cutAfter = (bytes: number, response: ServerResponse) => {
    let left = bytes
    return (chunk: Buffer) => {
      response.write(chunk.subarray(0, Math.max(0, left)))
      left -= chunk.length
      if (left > 0) return
      cuts++
      response.destroy()
    }
  }
  const server = createServer((incoming, outgoing) => {
    if (deaf?.test(incoming.url ?? ''))
      return outgoing.writeHead(200, { 'content-type': 'application/json' }).end('true')
    const options = { method: incoming.method, headers: incoming.headers, agent: false }
    const onward = request(target + incoming.url, options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      const bytes = incoming.url === '/event' ? nextCut() : undefined
      if (bytes === undefined) answer.pipe(outgoing)
      else answer.on('data', cutAfter(bytes, outgoing)).on('end', () => outgoing.end())
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    cuts: () => cuts,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
