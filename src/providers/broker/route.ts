import type { Slot } from './slots.ts'
import type { ModelCall } from './target.ts'

/** One provider that stands behind the broker. */
export type Route = {
  readonly provider: string
  /** Where its API is, as its SDK takes it; a query is added to each call. */
  readonly base: string
  /** The calls that its SDK makes; undefined for one that opencode does not bring along, whose calls are not known. */
  readonly calls: readonly ModelCall[] | undefined
  /** Where the action put something into its requests: placeholders of keys, and what is configured besides. */
  readonly slots: readonly Slot[]
  /** What no answer may hold. */
  readonly secrets: readonly string[]
}
