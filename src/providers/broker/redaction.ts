/** Removes values from a stream. What may be the beginning of a value is held back until the next chunk. */
export type Redaction = {
  readonly take: (chunk: Uint8Array) => Buffer
  /** What is still held back when the stream has ended. */
  readonly end: () => Buffer
}

const mask = Buffer.from('***')

/** A redaction of these values; of two that begin at the same place, the longer one. */
export function createRedaction(values: readonly string[]): Redaction {
  const needles = values
    .map((value) => Buffer.from(value))
    .sort((one, other) => other.length - one.length)
  let held: Buffer = Buffer.alloc(0)
  const redact = (data: Buffer, isLast: boolean): Buffer => {
    const findFrom = finderIn(data, needles)
    const openFrom = (from: number) => (isLast ? data.length : findOpen(data, from, needles))
    const pieces: Buffer[] = []
    let [from, open] = [0, openFrom(0)]
    let match = findFrom(0)
    while (match.start < open) {
      pieces.push(data.subarray(from, match.start), mask)
      from = match.end
      if (open < from) open = openFrom(from)
      match = findFrom(from)
    }
    held = data.subarray(open)
    return Buffer.concat([...pieces, data.subarray(from, open)])
  }
  return {
    take: (chunk) => redact(Buffer.concat([held, chunk]), false),
    end: () => redact(held, true),
  }
}

/**
 * Finds the first value at or after a place, infinitely far if there is none. The places must ascend: each value is
 * searched for once up to its next occurrence, so that the work grows only with the data.
 */
function finderIn(data: Buffer, needles: readonly Buffer[]) {
  const starts = new Map(needles.map((needle) => [needle, -1]))
  return (from: number) => {
    const first = { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY }
    for (const [needle, known] of starts) {
      const start = known < from ? indexOf(data, needle, from) : known
      starts.set(needle, start)
      if (start < first.start) Object.assign(first, { start, end: start + needle.length })
    }
    return first
  }
}

function indexOf(data: Buffer, needle: Buffer, from: number): number {
  const index = data.indexOf(needle, from)
  return index === -1 ? Number.POSITIVE_INFINITY : index
}

/** Where the data ends with the beginning of a value, which the next chunk may complete. */
function findOpen(data: Buffer, from: number, needles: readonly Buffer[]): number {
  const longest = needles[0]?.length ?? 0
  for (let at = Math.max(from, data.length - longest + 1); at < data.length; at++) {
    const rest = data.length - at
    const begins = (needle: Buffer) =>
      needle.length > rest && needle[0] === data[at] && data.compare(needle, 0, rest, at) === 0
    if (needles.some(begins)) return at
  }
  return data.length
}

/** Text without the values. */
export function redactText(text: string, values: readonly string[]): string {
  const redaction = createRedaction(values)
  return Buffer.concat([redaction.take(Buffer.from(text)), redaction.end()]).toString()
}
