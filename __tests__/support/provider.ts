import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request as it reached a provider. */
export type Received = {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A provider that answers as it is told, and remembers what it was sent. */
export type StandIn = AsyncDisposable & {
  readonly origin: string
  readonly received: readonly Received[]
}

/** Starts a provider on the loopback. */
export async function startProvider(
  answer: (response: ServerResponse, request: Received) => unknown,
): Promise<StandIn> {
  const received: Received[] = []
  const server = http.createServer(async (request, response) => {
    const { method, url, headers } = request
    const one = { method, url, headers, body: await text(request) }
    received.push(one)
    answer(response, one)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
