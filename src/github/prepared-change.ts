import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findAddedSecrets } from '../policy/added-secrets.ts'
import { readLinks } from '../policy/links.ts'
import { type FileVerdict, judgeChange, type PathPolicy } from '../policy/policy.ts'
import { type PublishedChange, withoutHeldBack } from '../policy/published.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { type Environment, type Git, line } from '../workspace/git.ts'
import { compareTrees } from '../workspace/patch.ts'
import { displayPath, parsePaths } from '../workspace/raw-path.ts'
import { applyPatch } from './applied-patch.ts'
import type { GitHub } from './client.ts'
import { findFiltered } from './filtered-paths.ts'
import { createPrivateClone, type PrivateClone } from './private-clone.ts'
import { problemOf } from './refusal.ts'
import { findTreeDifferences, sizeOfBinaries } from './tree-differences.ts'

/** What may be published, and by which rules. */
export type Rules = { readonly policy: PathPolicy; readonly scan: Pick<Redactor, 'find'> }

/** A change as a run left it: nothing else of the checkout is needed. */
export type SavedChange = Rules & {
  readonly github: GitHub
  readonly env: Environment
  /** A folder of the run's own. */
  readonly temporary: string
  /** As `git diff --binary --full-index` writes it; it may be empty. */
  readonly patchFile: string
  /** The commit that the patch was made against. */
  readonly base: string
}

/** A change that was judged: each file's verdict, and the patch of what is published. */
export type PreparedChange = {
  readonly verdicts: readonly FileVerdict[]
  /** Absent where there is nothing to publish. */
  readonly ready?: ReadyChange
  /** Why it can't be published, in plain words. */
  readonly problem?: string
}

/** What is published of a change, at hand. */
export type ReadyChange = Rules & {
  readonly clone: PrivateClone
  readonly base: string
  readonly patchFile: string
  readonly paths: readonly string[]
}

/** Judges a saved change in a repository of its own, and takes out what is held back. */
export async function prepareChange(
  saved: SavedChange,
  signal: AbortSignal,
): Promise<PreparedChange> {
  try {
    return await prepare(saved, signal)
  } catch (error) {
    const doing = 'read the change and the commit that it was made on'
    return { verdicts: [], problem: problemOf(error, { doing, permission: 'contents: read' }) }
  }
}

async function prepare(saved: SavedChange, signal: AbortSignal): Promise<PreparedChange> {
  const { base, policy, scan } = saved
  const patchFile = resolve(saved.patchFile)
  if ((await stat(patchFile)).size === 0) return { verdicts: [] }
  if (!/^[0-9a-f]{40,64}$/.test(base))
    return { verdicts: [], problem: 'The run does not say on which commit its change was made.' }
  const clone = await createPrivateClone(saved)
  await clone.fetch(base, signal)
  const applied = await applyPatch({ clone, patchFile, commit: base }, signal)
  if (applied.tree === undefined) return { verdicts: [], problem: dirty }
  const judged = await judgeTrees({ clone, from: base, to: applied.tree, policy, scan }, signal)
  const { verdicts, published } = judged
  if (published.files.length === 0) return { verdicts }
  const paths = published.files.flatMap(({ path, previousPath = path }) => [path, previousPath])
  const ready = { clone, base, policy, scan, patchFile: published.patchFile, paths }
  return { verdicts, ready }
}

const dirty =
  'The change does not apply to the commit that was checked out, probably since files differed from it before opencode ran. Commit these before, or have earlier steps leave the checkout as it is; the patch is in the run directory.'

/** Judges what differs between a commit and a tree, and makes the tree and the patch of what is published. */
export async function judgeTrees(
  trees: Rules & { readonly clone: PrivateClone; readonly from: string; readonly to: string },
  signal: AbortSignal,
): Promise<{ readonly verdicts: readonly FileVerdict[]; readonly published: PublishedChange }> {
  const { clone, to, policy, scan } = trees
  const { folder: shadow, env } = clone
  const git = clone.git()
  const from = line(await git(['rev-parse', `${trees.from}^{tree}`], signal))
  const place = { shadow, env }
  const newFile = () => join(shadow.directory, `${randomUUID()}.patch`)
  const whole = await compareTrees({ ...place, from, to, patchFile: newFile() }, signal)
  const links = await readLinks({ ...place, tree: to }, signal)
  const differences = await findTreeDifferences({ git, from, to }, signal)
  const found = {
    ...whole,
    links,
    paths: await listPaths(git, to, signal),
    filtered: await findFiltered(
      { clone, trees: [from, to], paths: whole.files.map(({ path }) => path) },
      signal,
    ),
    binarySize: await sizeOfBinaries({ git, files: whole.files, differences }, signal),
  }
  const byPath = judgeChange(found, policy)
  const files = whole.files.filter((_, at) => byPath[at]?.verdict === 'published')
  const leaks = await findAddedSecrets({ git, scan, files, differences }, signal)
  const verdicts = leaks.size === 0 ? byPath : judgeChange({ ...found, leaks }, policy)
  const heldBack = verdicts.filter(({ verdict }) => verdict === 'held-back')
  const options = { ...place, base: from, tree: to, heldBack, patchFile: newFile() }
  return { verdicts, published: await withoutHeldBack(options, signal) }
}

async function listPaths(git: Git, tree: string, signal: AbortSignal): Promise<readonly string[]> {
  const list = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', tree]
  return parsePaths(await git(list, signal)).map(displayPath)
}
