import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { GitError, line } from '../workspace/git.ts'
import { displayPath, parsePaths } from '../workspace/raw-path.ts'
import type { PrivateClone } from './private-clone.ts'

/** The tree that a patch makes of a commit; or the files in conflict, where git names any. */
export type Applied =
  | { readonly tree: string }
  | { readonly tree?: undefined; readonly conflicts: readonly string[] }

/** Applies a patch three-way to a commit that was fetched, in an index of its own. */
export async function applyPatch(
  { clone, patchFile, commit }: { clone: PrivateClone; patchFile: string; commit: string },
  signal: AbortSignal,
): Promise<Applied> {
  const index = join(clone.folder.directory, `index-${randomUUID()}`)
  const git = clone.git(index)
  const apply = async (...options: string[]) => {
    await git(['read-tree', commit], signal)
    return isDone(git(['apply', '--cached', '--binary', ...options, patchFile], signal))
  }
  if (!(await apply('--3way'))) {
    const unmerged = parsePaths(await git(['ls-files', '--unmerged', '-z'], signal))
    const paths = unmerged.map((record) => displayPath(record.slice(record.indexOf('\t') + 1)))
    if (paths.length > 0) return { conflicts: [...new Set(paths)] }
    // git before 2.32 has no three-way merge without a work tree.
    if (!(await apply())) return { conflicts: [] }
  }
  return { tree: line(await git(['write-tree'], signal)) }
}

async function isDone(act: Promise<unknown>): Promise<boolean> {
  try {
    await act
    return true
  } catch (error) {
    if (error instanceof GitError) return false
    throw error
  }
}
