import type { Git } from '../workspace/git.ts'
import { displayPath, formatPaths, parsePaths, rawPath } from '../workspace/raw-path.ts'

/** Of these paths those that a filter converts by the `.gitattributes` of an index: what git has of them is not what the files hold. */
export async function findFiltered(
  { git, paths }: { git: Git; paths: readonly string[] },
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (paths.length === 0) return []
  const input = formatPaths(paths.map(rawPath))
  const ask = ['check-attr', '--cached', '-z', '--stdin', 'filter']
  const fields = parsePaths(await git(ask, signal, { input }))
  const filtered: string[] = []
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const isSet = !['unspecified', 'unset', ''].includes(fields[at + 2] ?? '')
    if (isSet) filtered.push(displayPath(fields[at] ?? ''))
  }
  return filtered
}
