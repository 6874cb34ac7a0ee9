import { createHash } from 'node:crypto'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import { cacheDir, find } from '@actions/tool-cache'

/** Where a binary lies in the runner's tool cache; `root` is RUNNER_TOOL_CACHE. */
export type Entry = {
  readonly root: string
  readonly name: string
  readonly version: string
  readonly executable: string
}

const digestFile = 'digest'

/** The cached binary's path, if its digest is `expected` or else the one noted when it was installed. */
export async function findCached(
  entry: Entry,
  { expected, log }: { expected: string | undefined; log: (line: string) => void },
  signal: AbortSignal,
): Promise<string | undefined> {
  const directory = find(entry.name, entry.version)
  if (directory === '') return undefined
  const path = join(directory, entry.executable)
  try {
    // The noted digest lies beside the binary, so it guards against corruption, not against an attacker.
    const digest = expected ?? (await readFile(join(directory, digestFile), 'utf8'))
    if ((await digestOf(path, signal)) === digest) return path
  } catch {
    // What is missing or unreadable is as useless as what does not match.
    signal.throwIfAborted()
  }
  log(
    `The cached ${entry.name} ${entry.version} does not match its digest: deleted, downloading it again`,
  )
  await removeEntry(entry)
  return undefined
}

/** Copies a directory that holds the executable into the tool cache, whole or not at all. */
export async function keep(entry: Entry, staging: string, digest: string): Promise<string> {
  await writeFile(join(staging, digestFile), digest)
  try {
    return join(await cacheDir(staging, entry.name, entry.version), entry.executable)
  } catch (error) {
    // The first error says what is wrong, not the one that removing may meet.
    await removeEntry(entry).catch(() => undefined)
    throw error
  }
}

async function removeEntry({ root, name, version }: Entry): Promise<void> {
  const directory = join(root, name, version, arch())
  await rm(`${directory}.complete`, { force: true })
  await rm(directory, { recursive: true, force: true })
}

/** SHA-256, which processors compute by themselves: it is waited for on every cache hit. */
async function digestOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await using opened = await open(file)
  // One buffer for all: a stream's many would stay in memory for long.
  const buffer = Buffer.allocUnsafe(2 ** 20)
  while (true) {
    signal.throwIfAborted()
    const { bytesRead } = await opened.read(buffer)
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
  }
  return `sha256-${hash.digest('base64')}`
}
