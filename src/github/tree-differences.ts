import type { Git } from '../workspace/git.ts'
import type { ChangedFile } from '../workspace/patch.ts'
import { displayPath, parsePaths, type RawPath } from '../workspace/raw-path.ts'
import { SUBMODULE_MODE } from '../workspace/tree.ts'

/** One end of a difference: undefined where there is no file. */
type End<T extends string> = { readonly [key in T]: string | undefined }

/** A path that differs between two trees, renames taken apart. */
export type TreeDifference = { readonly path: RawPath } & End<
  'mode' | 'id' | 'previousMode' | 'previousId'
>

/** What differs between two trees; removals first, so that they make room. */
export async function findTreeDifferences(
  { git, from, to }: { git: Git; from: string; to: string },
  signal: AbortSignal,
): Promise<readonly TreeDifference[]> {
  const options = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev']
  const fields = parsePaths(await git(['diff-tree', ...options, from, to], signal))
  const found: TreeDifference[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const states = (fields[at] ?? '').slice(1).split(' ').map(present)
    const [previousMode, mode, previousId, id] = states
    found.push({ path: fields[at + 1] ?? '', mode, id, previousMode, previousId })
  }
  return found.toSorted((a, b) => Number(a.id !== undefined) - Number(b.id !== undefined))
}

/** How many bytes the new contents of a change have that a patch compresses. */
export async function sizeOfBinaries(
  change: {
    readonly git: Git
    readonly files: readonly Pick<ChangedFile, 'path' | 'additions'>[]
    readonly differences: readonly TreeDifference[]
  },
  signal: AbortSignal,
): Promise<number> {
  const { git, files, differences } = change
  const binary = new Set(files.filter((file) => file.additions === undefined).map(pathOf))
  const known = new Set(differences.map(({ previousId }) => previousId))
  const ids = differences.flatMap(({ path, id, mode }) =>
    id !== undefined && mode !== SUBMODULE_MODE && !known.has(id) && binary.has(displayPath(path))
      ? [id]
      : [],
  )
  if (ids.length === 0) return 0
  const ask = ['cat-file', '--batch-check=%(objectsize)']
  const sizes = `${await git(ask, signal, { input: `${ids.join('\n')}\n` })}`.trim().split('\n')
  return sizes.reduce((sum, size) => sum + (Number(size) || 0), 0)
}

function pathOf({ path }: { readonly path: string }): string {
  return path
}

/** git writes zeros for what is not there. */
function present(state: string): string | undefined {
  return /^0+$/.test(state) ? undefined : state
}
