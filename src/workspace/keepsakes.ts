import { closeSync, constants, openSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { Census, Entry } from './census.ts'
import { locate, type RawPath } from './raw-path.ts'

/** What files held and where links led, kept in memory, where no agent reaches it. */
export type Keepsakes = ReadonlyMap<RawPath, Buffer>

/** Room for configuration and the results of a build; a folder of packages is beyond it. */
const limits = { fileBytes: 1024 * 1024, allBytes: 16 * 1024 * 1024, files: 2000, ms: 150 } as const

const atOnce = 50

/** Keeps the contents of the wanted files of a census, the upper folders' first, as far as the limits allow. */
export async function keepContents(
  { root, entries }: Pick<Census, 'root' | 'entries'>,
  isWanted: (path: RawPath) => boolean,
  signal: AbortSignal,
): Promise<Keepsakes> {
  const kept = new Map<RawPath, Buffer>()
  const end = performance.now() + limits.ms
  let room: number = limits.allBytes
  const wanted = entries.entries().filter(([path]) => isWanted(path))
  for (const [path, entry] of wanted.take(limits.files)) {
    const content = entry.size > room ? undefined : readContent(root, path, entry)
    if (content === undefined) continue
    kept.set(path, content)
    room -= content.length
    if (kept.size % atOnce > 0) continue
    if (performance.now() > end) break
    await setImmediate(undefined, { signal })
  }
  return kept
}

/** What a file holds or where a link leads; nothing of a large file, or of one that this user can't read. */
export function readContent(root: string, path: RawPath, entry: Entry): Buffer | undefined {
  const location = locate(root, path)
  try {
    if (entry.kind === 'link') return readlinkSync(location, { encoding: 'buffer' })
    if (entry.kind !== 'file' || entry.size > limits.fileBytes) return undefined
    return readPlain(location)
  } catch {
    return undefined
  }
}

/** Follows no link, and waits for no pipe, that has taken the place of a file. */
function readPlain(location: Buffer): Buffer {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  const file = openSync(location, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  using _ = { [Symbol.dispose]: () => closeSync(file) }
  return readFileSync(file)
}
