import * as z from 'zod'
import { outcomes } from './outcome.ts'

const schema = z.object({
  trackingId: z.string(),
  temporary: z.string(),
  runDirectory: z.string(),
  /** Milliseconds since 1970. */
  startedAt: z.coerce.number(),
  pid: z.coerce.number().int().positive().optional(),
  /** How the run ended, if `main` came to its end. */
  outcome: z.enum(outcomes).optional(),
  /** How often the kernel had killed a process for want of memory when the run began. */
  memoryKills: z.coerce.number().optional(),
  /** Set when the runner said that the workflow was cancelled. */
  cancelled: z.literal('true').optional(),
})

/** What `main` leaves for `post`, so that `post` can end and finish what `main` could not. */
export type State = z.infer<typeof schema>

/** The keys of the state, as saved with the runner. */
export const stateKeys = Object.keys(schema.shape) as readonly (keyof State)[]

/** Reads the state that `main` saved; undefined if it saved none or not all of it. */
export function readState(getState: (key: string) => string): State | undefined {
  const entries = stateKeys.map((key) => [key, getState(key) || undefined])
  return schema.safeParse(Object.fromEntries(entries)).data
}
