const mark = Buffer.from('***')
/** Takes values out of a stream; what may be the beginning of one is held until the next piece shows. */
export type Redaction = {
  readonly take: (chunk: Uint8Array) => Buffer
  /** What is still held when the stream has ended. */
  readonly end: () => Buffer
}

/** A redaction of these values; of two that begin at the same place the longer one. */
export function createRedaction(values: readonly string[]): Redaction {
  const needles = values.map((value) => Buffer.from(value)).sort((a, b) => b.length - a.length)
  let held: Buffer = Buffer.alloc(0)
  const redact = (data: Buffer, isLast: boolean): Buffer => {
    const { clean, rest } = sweep(data, { needles, isLast })
    held = rest
    return clean
  }
  return {
    take: (chunk) =>
      redact(held.length > 0 ? Buffer.concat([held, chunk]) : asBuffer(chunk), false),
    end: () => redact(held, true),
  }
}

type Search = { readonly needles: readonly Buffer[]; readonly isLast: boolean }

/** The data without the values, and the rest that can't be decided on yet. */
function sweep(data: Buffer, search: Search): { readonly clean: Buffer; readonly rest: Buffer } {
  const pieces: Buffer[] = []
  const next = finderIn(data, search)
  let from = 0
  let found = next(from)
  while (found.end !== undefined) {
    pieces.push(data.subarray(from, found.start), mark)
    from = found.end
    found = next(from)
  }
  const last = data.subarray(from, found.start)
  const clean = pieces.length > 0 ? Buffer.concat([...pieces, last]) : last
  return { clean, rest: data.subarray(found.start) }
}

type Match = { readonly start: number; readonly end?: number }

/**
 * Finds the next value from a place on, or where what can't be decided on begins. The places must ascend: what was seen
 * is not looked at again, so that the work grows with the data, however many values it holds.
 */
function finderIn(data: Buffer, { needles, isLast }: Search): (from: number) => Match {
  const starts = needles.map(() => -1)
  let open = -1
  return (from) => {
    if (open < from) open = isLast ? data.length : openFrom(data, from, needles)
    let found: Match = { start: open }
    needles.forEach((needle, at) => {
      const start = nextStart(starts[at] ?? -1, from, { data, needle })
      starts[at] = start
      if (start < found.start) found = { start, end: start + needle.length }
    })
    return found
  }
}

/** Where a value stands at or after `from`, given where it was seen last; infinite for nowhere. */
function nextStart(
  last: number,
  from: number,
  { data, needle }: { readonly data: Buffer; readonly needle: Buffer },
): number {
  if (last >= from) return last
  const start = data.indexOf(needle, from)
  return start === -1 ? Number.POSITIVE_INFINITY : start
}

/** Text with the values taken out. */
export function redactText(text: string, values: readonly string[]): string {
  const redaction = createRedaction(values)
  return Buffer.concat([redaction.take(Buffer.from(text)), redaction.end()]).toString()
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}

/** Where the data ends in the beginning of a value, which the next piece may complete. */
function openFrom(data: Buffer, from: number, needles: readonly Buffer[]): number {
  const longest = needles[0]?.length ?? 0
  for (let at = Math.max(from, data.length - longest + 1); at < data.length; at++) {
    const rest = data.length - at
    const begins = (needle: Buffer) =>
      needle.length > rest && needle[0] === data[at] && data.compare(needle, 0, rest, at) === 0
    if (needles.some(begins)) return at
  }
  return data.length
}
