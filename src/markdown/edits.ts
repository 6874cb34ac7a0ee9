import type { Range } from './parse.ts'

/** A change of a text: what stands between two offsets is replaced. */
export type Edit = Range & { readonly text: string }

/** The text with the edits made; of edits that overlap, the first. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let done = 0
  for (const { from, to, text } of edits.toSorted((one, other) => one.from - other.from)) {
    if (from < done) continue
    parts.push(source.slice(done, from), text)
    done = to
  }
  return parts.join('') + source.slice(done)
}
