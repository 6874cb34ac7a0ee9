import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { displayPath, formatPaths, parsePaths, rawPath } from '../workspace/raw-path.ts'
import type { PrivateClone } from './private-clone.ts'

type Asked = {
  readonly clone: PrivateClone
  /** The trees whose `.gitattributes` count. */
  readonly trees: readonly string[]
  readonly paths: readonly string[]
}

/** Of these paths those that a filter converts in one of the trees: what git has of them is not what the files hold. */
export async function findFiltered(
  { clone, trees, paths }: Asked,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const filtered = new Set<string>()
  if (paths.length === 0) return filtered
  const input = formatPaths(paths.map(rawPath))
  for (const tree of trees) {
    const git = clone.git(join(clone.folder.directory, `index-${randomUUID()}`))
    await git(['read-tree', tree], signal)
    const ask = ['check-attr', '--cached', '-z', '--stdin', 'filter']
    const fields = parsePaths(await git(ask, signal, { input }))
    for (let at = 0; at + 2 < fields.length; at += 3) {
      const isSet = !['unspecified', 'unset', ''].includes(fields[at + 2] ?? '')
      if (isSet) filtered.add(displayPath(fields[at] ?? ''))
    }
  }
  return filtered
}
