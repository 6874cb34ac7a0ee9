import type { ModelCall, Target } from './target.ts'

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

/** A place of a request that the action filled in: `text` is all that opencode sends there, `value` what the provider gets. */
export type Slot = {
  readonly part: 'header' | 'query'
  /** A header's in lower case. */
  readonly name: string
  readonly text: string
  /** Other than `text` where that is a placeholder. */
  readonly value: string
}

/** What the provider gets in a place: a placeholder that stands anywhere else, or in other words, stays one. */
export function fillSlot(slots: readonly Slot[], found: Omit<Slot, 'value'>): string {
  const slot = slots.find(
    ({ part, name, text }) => part === found.part && name === found.name && text === found.text,
  )
  return slot?.value ?? found.text
}

type CallQuery = {
  readonly target: Pick<Target, 'query'>
  /** Undefined for an SDK whose calls are not known. */
  readonly call: ModelCall | undefined
  readonly slots: readonly Slot[]
}

/** The query as the provider gets it; undefined if the call has no such one. */
export function fillQuery({ target, call, slots }: CallQuery): URLSearchParams | undefined {
  const given = [...new URLSearchParams(target.query)]
  const isPlaced = (name: string, text: string) =>
    slots.some((slot) => slot.part === 'query' && slot.name === name && slot.text === text)
  const isKnown = ([name, text]: readonly [string, string]) =>
    isPlaced(name, text) ||
    (Object.hasOwn(call?.query ?? {}, name) && call?.query[name]?.test(text))
  if (new Set(given.map(([name]) => name)).size < given.length) return undefined
  if (call !== undefined && !given.every(isKnown)) return undefined
  const filled = new URLSearchParams()
  for (const [name, text] of given)
    filled.append(name, fillSlot(slots, { part: 'query', name, text }))
  return filled
}
