import type { Server } from './server.ts'

/** The servers of a run: one at a time, and a fresh one in the place of a server that is stuck. */
export type Servers = AsyncDisposable & {
  /** Leases the current server; starts one if that was retired. */
  readonly lease: () => Promise<Lease>
}

/** The use of a server. A retired server ends with its last lease. */
export type Lease = AsyncDisposable & {
  readonly server: Server
  /** When a provider last sent a piece of an answer to one of the sessions; 0 if that can't be seen. */
  readonly lastProgress: (sessionIDs: readonly string[]) => number
  /** Gives the server no further lease; false if it is not this run's to end. */
  readonly retire: () => boolean
}

type LeaseOptions = {
  /** Starts a server; they are numbered from 1 on. */
  readonly start: (number: number) => Promise<Server>
  readonly lastProgress: Lease['lastProgress']
  readonly isOwn: boolean
}

type Shared = { readonly server: Server; leases: number; isRetired: boolean }

/** Starts the first server, and leases it. */
export async function createLeases(options: LeaseOptions): Promise<Servers> {
  const { start, lastProgress, isOwn } = options
  const running = new Set<Shared>()
  let started = 0
  const begin = async (): Promise<Shared> => {
    started += 1
    const shared = { server: await start(started), leases: 0, isRetired: false }
    running.add(shared)
    return shared
  }
  const end = async (shared: Shared) => {
    running.delete(shared)
    await shared.server[Symbol.asyncDispose]()
  }
  let current = Promise.resolve(await begin())
  return {
    async lease() {
      const latest = current
      const { isRetired, server } = await latest
      const isOver = isRetired || (isOwn && server.failed.aborted)
      if (isOver && current === latest) current = begin()
      const shared = await current
      shared.leases += 1
      return {
        server: shared.server,
        lastProgress,
        retire() {
          shared.isRetired ||= isOwn
          return isOwn
        },
        async [Symbol.asyncDispose]() {
          shared.leases -= 1
          if (shared.isRetired && shared.leases === 0) await end(shared)
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running].map(end))
    },
  }
}
