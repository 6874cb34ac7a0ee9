/** What the hook prints before the reason that the client is to see with its ref. */
export const mark = 'declined: '

const bands = { report: 1, progress: 2 } as const

/**
 * An answer to a push where the reason of the hook stands with the ref, as on github.com: a hook itself can only print it.
 * Packets and bands are those of git's pages gitprotocol-common and gitprotocol-pack.
 */
export function nameReason(answer: Buffer): Buffer {
  const packets = readPackets(answer)
  const contentOf = (band: number) =>
    Buffer.concat(packets.flatMap((one) => (one?.[0] === band ? [one.subarray(1)] : [])))
  const progress = contentOf(bands.progress).toString()
  const [line = '', reason = ''] = new RegExp(`${mark}(.*)\n`).exec(progress) ?? []
  if (line === '') return answer
  const report = readPackets(contentOf(bands.report)).map((one) => {
    return one && Buffer.from(one.toString().replace('pre-receive hook declined', reason))
  })
  const told = progress.replace(line, '')
  return writePackets([
    ...(told === '' ? [] : [banded(bands.progress, Buffer.from(told))]),
    banded(bands.report, writePackets(report)),
    undefined,
  ])
}

/** A packet's content; undefined is the flush packet. */
type Packet = Buffer | undefined

function readPackets(bytes: Buffer): readonly Packet[] {
  const packets: Packet[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16)
    packets.push(length === 0 ? undefined : bytes.subarray(at + 4, at + length))
    at += Math.max(4, length)
  }
  return packets
}

function writePackets(packets: readonly Packet[]): Buffer {
  const size = (length: number) => Buffer.from(length.toString(16).padStart(4, '0'))
  return Buffer.concat(
    packets.flatMap((packet) => (packet ? [size(packet.length + 4), packet] : [size(0)])),
  )
}

function banded(band: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([band]), content])
}
