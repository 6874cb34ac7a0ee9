import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Change, type ChangedFile, diffSince } from '../../src/workspace/patch.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { type Snapshot, takeSnapshot } from '../../src/workspace/snapshot.ts'
import type { Repository } from './repository.ts'

/** A signal for what should take a second. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(30_000)
}

/** A snapshot of the whole repository. */
export function snapshotOf(repository: Repository): Promise<Snapshot> {
  const { root, temporary, env } = repository
  return takeSnapshot({ repository: openRepository(root), temporary, env }, soon())
}

/** What changed since; the patch is in the repository's temporary folder. */
export function changeSince(before: Snapshot, repository: Repository): Promise<Change> {
  const { temporary, env } = repository
  return diffSince(before, { env, patchFile: join(temporary, 'changes.patch') }, soon())
}

/** What the agent changed, where `act` is all that it does. */
export async function changeBy(
  repository: Repository,
  act: (repository: Repository) => unknown,
): Promise<Change> {
  const before = await snapshotOf(repository)
  await act(repository)
  return changeSince(before, repository)
}

/** Changed files as lines to compare: `renamed b from a +1 -0`. */
export function summarize(files: readonly ChangedFile[]): readonly string[] {
  return files.map(({ path, status, previousPath, additions = 'binary', deletions = '' }) => {
    const name = previousPath === undefined ? path : `${path} from ${previousPath}`
    return `${status} ${name} +${additions} -${deletions}`
  })
}

/** The text of a patch. */
export function patchOf(change: Change): Promise<string> {
  return readFile(change.patchFile, 'utf8')
}

/** The tree that the patch makes of a fresh clone of `commit`. */
export function applyToClone(repository: Repository, commit: string, change: Change): string {
  const script = `
    git clone --quiet --no-checkout --template= . "$1"
    cd "$1"
    git checkout --quiet --detach "$2"
    test ! -s "$3" || git apply --index --binary "$3"
    git write-tree`
  const clone = join(repository.temporary, 'clone')
  return repository.run(script, clone, commit, change.patchFile)
}
