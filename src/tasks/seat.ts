import type { Api } from '../opencode/api.ts'
import { connect } from '../opencode/connect.ts'
import type { Report } from '../report.ts'
import type { Lease, Servers } from '../servers/leases.ts'
import type { Copy } from '../workspace/copies.ts'
import type { Place, Places } from './places.ts'

/** Where the attempts of a task work, one after another: a server, and a copy of the checkout. */
export type Seat = AsyncDisposable & {
  readonly now: () => { readonly lease: Lease; readonly place: Place; readonly root: string }
  /** Makes a fresh copy ready, on the same server if that can be. False if no other attempt is possible, with a note. */
  readonly renew: (leaving: Leaving, signal: AbortSignal) => Promise<boolean>
}

/** What the attempt before left. */
export type Leaving = {
  readonly mode: 'plan' | 'implement'
  /** True if the server has sessions that would not end. */
  readonly isStuck: boolean
  /** Saves what was changed in the copy, before that goes. */
  readonly save: (copy: Copy) => Promise<void>
}

type SeatOptions = {
  readonly servers: Servers
  readonly lease: Lease
  readonly places: Places
  readonly place: Place
  readonly isSandboxed: boolean
  readonly report: Pick<Report, 'note'>
  readonly info: (line: string) => void
}

/** Takes the seat that is ready. */
export function takeSeat(options: SeatOptions): Seat {
  const { servers, places, report, info } = options
  let { lease, place } = options

  const renewOnServer = async ({ save }: Leaving, signal: AbortSignal) => {
    await using api = connect(lease.server.address, place.directory)
    await forget(api, signal)
    if (!options.isSandboxed) {
      await save(place.copy)
      return await places.next(signal)
    }
    // A process of the last attempt could lead the action elsewhere while that reads and removes the copy.
    using paused = await lease.server.pause(signal)
    if (paused === undefined) return undefined
    paused.killStrays()
    await save(place.copy)
    return await places.renew(signal)
  }
  const restart = async ({ save }: Leaving, signal: AbortSignal) => {
    await lease[Symbol.asyncDispose]()
    await save(place.copy)
    place = await places.next(signal)
    lease = await servers.lease()
    return true
  }

  return {
    now: () => ({ lease, place, root: places.root }),
    async renew(leaving, signal) {
      const refusal = whyNotAgain(leaving, { places, lease })
      if (refusal) {
        report.note(refusal)
        return false
      }
      if (places.isInPlace) return true
      const renewed = leaving.isStuck ? undefined : await renewOnServer(leaving, signal)
      if (renewed === undefined) {
        info('Starting another server: sessions would not end, or the copy could not be replaced.')
        lease.retire()
        return await restart(leaving, signal)
      }
      place = renewed
      return true
    },
    [Symbol.asyncDispose]: () => lease[Symbol.asyncDispose](),
  }
}

function whyNotAgain(
  { mode, isStuck }: Leaving,
  { places, lease }: { readonly places: Places; readonly lease: Lease },
): string | undefined {
  if (places.isInPlace && mode === 'implement')
    return 'No further attempt was made: with server-url the agent works in the checkout itself.'
  return isStuck && !lease.retire()
    ? 'No further attempt was made: sessions of the server at server-url would not end.'
    : undefined
}

const forgetLimitMs = 3000

/** What the server still runs for the copy ends. Where it does not, the copy goes all the same. */
async function forget(api: Api, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(forgetLimitMs)])
  await api.forgetDirectory(limit).catch(() => undefined)
  signal.throwIfAborted()
}
