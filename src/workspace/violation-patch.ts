import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Difference, Entry } from './census.ts'
import { type Environment, line } from './git.ts'
import { readContent } from './keepsakes.ts'
import { type ChangedFile, compareTrees } from './patch.ts'
import { displayPath, formatPaths, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import type { Snapshot } from './snapshot.ts'
import type { UnseenChange } from './unseen.ts'
import { type Violation, withoutShells } from './violation.ts'
import type { Witness } from './witness.ts'

/** A violation as one patch, and what the patch can't carry. */
export type Described = {
  readonly files: readonly ChangedFile[]
  readonly unseen: readonly UnseenChange[]
  readonly patchFile: string | undefined
}

type Describing = {
  readonly witness: Witness
  readonly violation: Violation
  readonly env: Environment
  readonly patchFile: string
}

/** Writes the patch, before the violation is undone: ignored files whose content is known are in it, too. */
export async function describeViolation(
  { witness, violation, env, patchFile }: Describing,
  signal: AbortSignal,
): Promise<Described> {
  const { snapshot } = witness
  const { change } = violation
  const others = withoutShells(violation.others)
  const carried = snapshot ? carry(others, witness) : []
  const ofGit = change?.files.map(({ path }) => path) ?? []
  const told = new Set([...ofGit, ...carried.map(({ path }) => displayPath(path))])
  const unseen = [
    ...(change?.unseen ?? []),
    ...others
      .map(({ path }) => displayPath(path))
      .filter((path) => !told.has(path))
      .map((path) => ({ path, reason: 'not-kept' as const })),
  ]
  if (snapshot === undefined) return { files: [], unseen, patchFile: undefined }
  const tree = change?.tree ?? snapshot.tree
  const [from, to] = await addContents({ snapshot, env, tree, carried }, signal)
  const { shadow } = snapshot
  const { files, patchSize } = await compareTrees({ shadow, env, from, to, patchFile }, signal)
  return { files, unseen, patchFile: patchSize > 0 ? patchFile : undefined }
}

type Carried = { readonly path: RawPath; readonly sides: readonly [Side, Side] }
type Side = { readonly entry: Entry; readonly content: Buffer } | undefined

const mostCarried = 200
/** Secrets of the checkout; a patch is uploaded. */
const SECRETIVE = /(^|\/)[^/]*\.env(\.[^/]*)?$/

/** Of the differences those whose content is known on both sides. */
function carry(differences: readonly Difference[], { census, kept }: Witness): readonly Carried[] {
  const contents = differences.flatMap(({ path, before, now }): readonly Carried[] => {
    if (SECRETIVE.test(path)) return []
    const sides = [
      sideOf(before, () => kept.get(path)),
      sideOf(now, (entry) => readContent(census.root, path, entry)),
    ] as const
    return sides.includes('unknown') ? [] : [{ path, sides: [known(sides[0]), known(sides[1])] }]
  })
  return contents.slice(0, mostCarried)
}

function sideOf(
  entry: Entry | undefined,
  read: (entry: Entry) => Buffer | undefined,
): Side | 'unknown' {
  if (entry === undefined) return undefined
  const content = read(entry)
  return content === undefined ? 'unknown' : { entry, content }
}

function known(side: Side | 'unknown'): Side {
  return side === 'unknown' ? undefined : side
}

type Adding = {
  readonly snapshot: Snapshot
  readonly env: Environment
  readonly tree: string
  readonly carried: readonly Carried[]
}

/** The trees before and after, with the contents that git does not know added. */
async function addContents(
  { snapshot, env, tree, carried }: Adding,
  signal: AbortSignal,
): Promise<readonly [string, string]> {
  if (carried.length === 0) return [snapshot.tree, tree]
  const place = await mkdtemp(join(snapshot.shadow.directory, 'violation-'))
  const add = async (base: string, at: 0 | 1) => {
    const sides = carried.flatMap(({ path, sides }) => {
      const side = sides[at]
      return side ? [{ path, ...side }] : []
    })
    const files = sides.map((_, index) => join(place, `${at}-${index}`))
    await Promise.all(sides.map(({ content }, index) => writeFile(files[index] ?? '', content)))
    const git = shadowGit(snapshot.shadow, { env, index: join(place, `index-${at}`) })
    const hash = ['hash-object', '-w', '--no-filters', '--stdin-paths']
    const ids = `${await git(hash, signal, { input: files.map((file) => `${file}\n`).join('') })}`
    const records = ids
      .trimEnd()
      .split('\n')
      .flatMap((id, index) => {
        const side = sides[index]
        return side ? [`${modeOf(side.entry)} ${id}\t${side.path}`] : []
      })
    await git(['read-tree', base], signal)
    const input = formatPaths(records)
    await git(['update-index', '--add', '--replace', '-z', '--index-info'], signal, { input })
    return line(await git(['write-tree', '--missing-ok'], signal))
  }
  return [await add(snapshot.tree, 0), await add(tree, 1)]
}

function modeOf({ kind, mode }: Entry): string {
  if (kind === 'link') return '120000'
  return mode & 0o100 ? '100755' : '100644'
}
