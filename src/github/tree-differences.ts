import type { Git } from '../workspace/git.ts'
import { parsePaths, type RawPath } from '../workspace/raw-path.ts'

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

/** git writes zeros for what is not there. */
function present(state: string): string | undefined {
  return /^0+$/.test(state) ? undefined : state
}
