import { once } from 'node:events'
import type { Server } from 'node:http'

/** Starts a server on a free port of the loopback interface; returns the port. */
export async function listen(server: Server, signal?: AbortSignal): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening', { signal })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
}

/** Closes a server and all its connections. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
