import { UserError } from '../errors.ts'
import { GitError, line } from '../workspace/git.ts'
import { type ChangedFile, listChangedFiles } from '../workspace/patch.ts'
import { displayPath, parsePaths } from '../workspace/raw-path.ts'
import type { Change } from './change.ts'

/** The paths that a file has before and after. */
export function endsOf({ path, previousPath = path }: Pick<ChangedFile, 'path' | 'previousPath'>) {
  return [path, previousPath]
}

/** A change merged with a commit. */
export type Merge = {
  readonly tree: string
  /** What differs from the parent, and what the change has in conflict with it. */
  readonly files: readonly ChangedFile[]
  readonly conflicts: ReadonlySet<string>
}

const options = ['name', 'email'].flatMap((key) => ['-c', `user.${key}=opencode-driver`])

/** Merges as git does. It makes the commits for this, since those of the branch were fetched without their parents. */
export async function mergeWith(
  { clone: { git }, base, tree }: Change,
  parentTree: string,
  signal: AbortSignal,
): Promise<Merge> {
  const commit = async (of: string, ...parents: string[]) => {
    const ends = parents.flatMap((id) => ['-p', id])
    return line(await git([...options, 'commit-tree', '-m', 'merge', ...ends, of], signal))
  }
  const root = await commit(`${base}^{tree}`)
  const [ours, theirs] = [await commit(parentTree, root), await commit(tree, root)]
  const merge = ['-c', 'merge.directoryRenames=false', 'merge-tree', '--write-tree', '--stdin']
  const input = `${ours} ${theirs}\n`
  const output = await git([...merge, '--name-only', '--no-messages'], signal, { input }).catch(
    refuseOldGit,
  )
  const [, merged = '', ...names] = parsePaths(output).filter((field) => field !== '')
  // A file in the place of a folder is moved to `NAME~COMMIT`.
  const moved = new RegExp(`~(${ours}|${theirs})(_\\d+)?$`)
  const conflicts = new Set(names.map((name) => displayPath(name).replace(moved, '')))
  const differing = await listChangedFiles({ git, from: parentTree, to: merged }, signal)
  const files = differing.filter(({ path }) => !moved.test(path))
  const known = new Set(files.map(({ path }) => path))
  const whole = await listChangedFiles({ git, from: base, to: tree }, signal)
  const isLost = (file: ChangedFile) => endsOf(file).some((end) => conflicts.has(end))
  const lost = whole.filter((file) => !known.has(file.path) && isLost(file))
  return { tree: merged, files: [...files, ...lost], conflicts }
}

function refuseOldGit(error: unknown): never {
  const isUsage = error instanceof GitError && error.exitCode === 129
  if (!isUsage) throw error
  const message = 'Publishing a change needs git 2.39 or newer. Install it in an earlier step.'
  throw new UserError('publish-failed', message, { cause: error })
}
