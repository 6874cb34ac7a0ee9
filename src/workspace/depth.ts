import { lstat, readdir } from 'node:fs/promises'
import type { Git } from './git.ts'
import { locate, parsePaths, type RawPath } from './raw-path.ts'

/** Linux opens no longer path by its name (PATH_MAX), and git passes over what it can't open. */
const longestPath = 4000
const mostFolders = 50_000

/**
 * Of these folders those that hold others that no program can open by their path, or more than are looked at, unless they
 * were there at `before` (milliseconds since the epoch).
 */
export async function findDeepFolders(
  { root, folders, before }: { root: string; folders: readonly RawPath[]; before: number },
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const budget = { left: mostFolders }
  const deep: RawPath[] = []
  for (const folder of folders) {
    signal.throwIfAborted()
    const deepest = await findDeepest(locate(root, folder), { budget, signal })
    const found = deepest && (await lstat(deepest).catch(() => undefined))
    if (found && found.ctimeMs > before) deep.push(folder)
  }
  return deep
}

/** A folder below that is as deep as can be opened, or at which the budget is spent; the deepest ways first. */
async function findDeepest(
  top: Buffer,
  { budget, signal }: { budget: { left: number }; signal: AbortSignal },
): Promise<Buffer | undefined> {
  const pending = [top]
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    signal.throwIfAborted()
    if (folder.length > longestPath || budget.left-- <= 0) return folder
    const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(
      () => [],
    )
    for (const entry of entries)
      if (entry.isDirectory())
        pending.push(Buffer.concat([folder, Buffer.from('/'), Buffer.from(entry.name)]))
  }
  return undefined
}

/** Untracked folders, the topmost ones only. */
export async function listUntrackedFolders(
  git: Git,
  signal: AbortSignal,
): Promise<readonly RawPath[]> {
  const list = ['ls-files', '-z', '--others', '--exclude-standard', '--directory']
  return parsePaths(await git(list, signal))
    .filter((path) => path.endsWith('/'))
    .map((path) => path.slice(0, -1))
}
