import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Environment, line } from '../workspace/git.ts'
import { type Change, type ChangedFile, compareTrees } from '../workspace/patch.ts'
import { displayPath, formatPaths, parsePaths, type RawPath } from '../workspace/raw-path.ts'
import { type GitFolder, shadowGit } from '../workspace/shadow.ts'

/** A change without what was held back. */
export type PublishedChange = Omit<Change, 'unseen' | 'wholeTree'>

/** Makes the tree in which only the published files differ from the base, and writes its patch to `patchFile`; writes no other file of the work tree. */
export async function withoutHeldBack(
  options: {
    readonly shadow: GitFolder
    readonly env: Environment
    /** The tree that was changed, and what became of it. */
    readonly base: string
    readonly tree: string
    readonly heldBack: readonly Pick<ChangedFile, 'path' | 'previousPath'>[]
    readonly patchFile: string
  },
  signal: AbortSignal,
): Promise<PublishedChange> {
  const { shadow, env, base, heldBack, patchFile } = options
  const index = join(shadow.directory, `index-${randomUUID()}`)
  const git = shadowGit(shadow, { env, index })
  const absent = new Set(heldBack.flatMap(({ path, previousPath = path }) => [path, previousPath]))
  const compare = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev']
  const differences = parsePaths(await git([...compare, base, options.tree], signal))
  const records = recordsOf(differences).filter(({ path }) => !absent.has(displayPath(path)))

  await git(['read-tree', base], signal)
  if (records.length > 0) {
    const input = formatPaths(records.map(({ state, path }) => `${state}\t${path}`))
    await git(['update-index', '-z', '--index-info'], signal, { input })
  }
  const tree = line(await git(['write-tree', '--missing-ok'], signal))
  const compared = await compareTrees({ shadow, env, from: base, to: tree, patchFile }, signal)
  return { ...compared, tree }
}

/** Each difference as `update-index --index-info` takes it, where mode 0 removes; removals first, to make room. */
function recordsOf(
  fields: readonly string[],
): readonly { readonly state: string; readonly path: RawPath }[] {
  const records: { state: string; path: RawPath; isRemoval: boolean }[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , id = ''] = (fields[at] ?? '').split(' ')
    const isRemoval = /^0+$/.test(mode)
    records.push({ state: `${isRemoval ? 0 : mode} ${id}`, path: fields[at + 1] ?? '', isRemoval })
  }
  return records.toSorted((a, b) => Number(b.isRemoval) - Number(a.isRemoval))
}
