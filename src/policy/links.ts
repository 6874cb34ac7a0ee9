import type { Git } from '../workspace/git.ts'
import { isGitName } from '../workspace/path-names.ts'

/** The mode of a symbolic link; its blob is what it leads to. */
export const LINK_MODE = '120000'

/** As many as Linux follows (path_resolution(7)). */
const MOST_FOLLOWED = 40

/** A file of a tree. */
export type TreeFile = { readonly path: string; readonly mode?: string; readonly id?: string }

/** Where the symbolic links among files lead, by path; one whose content is nowhere is left out. */
export async function readLinks(
  { git, files }: { git: Git; files: Iterable<TreeFile> },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const links = [...files].filter(({ mode }) => mode === LINK_MODE)
  const ids = links.map(({ id = '' }) => id)
  const blobs = await readBlobs(git, ids, signal)
  return new Map(
    links.flatMap(({ path }, at) => {
      const target = blobs[at]
      return target === undefined ? [] : [[path, target.toString()] as const]
    }),
  )
}

/** Whether whoever follows the link at `path` gets out of the tree, into git's own folder, or nowhere in a circle; `links` are all of the tree. */
export function leavesTree(path: string, links: ReadonlyMap<string, string>): boolean {
  const pending = path.split('/').reverse()
  const reached: string[] = []
  let followed = 0
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (!step(reached, name)) return true
    const target = links.get(reached.join('/'))
    if (target === undefined) continue
    followed += 1
    if (followed > MOST_FOLLOWED || /^(?:[/\\]|[a-z]:)/i.test(target)) return true
    reached.pop()
    pending.push(...target.split(/[/\\]/).reverse())
  }
  return false
}

/** Goes to a name; returns whether that is in the tree. */
function step(reached: string[], name: string): boolean {
  if (name === '' || name === '.') return true
  if (name === '..') return reached.pop() !== undefined
  reached.push(name)
  return !isGitName(name)
}

/** The contents of blobs in their order; `undefined` where there is none. */
async function readBlobs(
  git: Git,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly (Buffer | undefined)[]> {
  if (ids.length === 0) return []
  const input = ids.map((id) => `${id}\n`).join('')
  const output = await git(['cat-file', '--batch'], signal, { input })
  let at = 0
  return ids.map(() => {
    const end = output.indexOf('\n', at)
    const [, type, size] = output.toString('latin1', at, end).split(' ')
    at = end + 1
    if (type !== 'blob') return undefined
    const content = output.subarray(at, at + Number(size))
    at += content.length + 1
    return content
  })
}
