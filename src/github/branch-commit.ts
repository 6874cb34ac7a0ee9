import type { FileVerdict } from '../policy/policy.ts'
import { counted, quote, showName } from '../text.ts'
import { line } from '../workspace/git.ts'
import { displayPath } from '../workspace/raw-path.ts'
import { applyPatch } from './applied-patch.ts'
import { moveBranch, readBranch } from './branch.ts'
import type { GitHub } from './client.ts'
import { createCommit, type MadeCommit } from './git-data.ts'
import { judgeTrees, type ReadyChange } from './prepared-change.ts'
import { findTreeDifferences } from './tree-differences.ts'

/** What is to be committed, and how; `message` gets the tree that is committed. */
export type ToCommit = {
  readonly github: GitHub
  readonly change: ReadyChange
  readonly branch: string
  readonly message: (tree: string) => string
}

/** What became of it: `held` are files that are held back only where they came to. */
export type Landing =
  | { readonly kind: 'committed'; readonly commit: string; readonly held: readonly FileVerdict[] }
  | { readonly kind: 'unchanged'; readonly held: readonly FileVerdict[] }
  | { readonly kind: 'failed'; readonly problem: string }

const mostTries = 3

/** Commits a change on top of a branch; where that moves meanwhile, on its new head. */
export async function commitOnBranch(todo: ToCommit, signal: AbortSignal): Promise<Landing> {
  const { github, change, branch } = todo
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const expected = await readBranch(github, branch)
    if (expected === undefined)
      return failed(`There is no branch ${quote(branch)}. Make it, or check the branch input.`)
    const made = await commitOnto(todo, expected, signal)
    if (made.kind !== 'made') return made
    const { commit, held } = made
    const move = { github, clone: change.clone, branch, commit, expected }
    if ((await moveBranch(move, signal)) === 'done')
      return { kind: 'committed', commit: commit.sha, held }
  }
  const what = `The branch ${quote(branch)} moved each of ${mostTries} times while the change was committed`
  return failed(`${what}. The patch is in the run directory; run the job again.`)
}

/** A commit that no branch has yet, or why there is none. */
export type Made =
  | Exclude<Landing, { kind: 'committed' }>
  | {
      readonly kind: 'made'
      readonly commit: MadeCommit
      readonly tree: string
      readonly held: readonly FileVerdict[]
    }

/** Makes a commit of a change on top of another. It is judged again, as files may mean something else there. */
export async function commitOnto(
  { github, change, branch, message }: ToCommit,
  parent: string,
  signal: AbortSignal,
): Promise<Made> {
  const { clone, patchFile } = change
  await clone.fetch(parent, signal)
  const applied = await applyPatch({ clone, patchFile, commit: parent }, signal)
  if (applied.tree === undefined) {
    const named = applied.conflicts.length > 0
    const files = named ? applied.conflicts : await changedOnBothSides(change, parent, signal)
    return failed(conflict(branch, files))
  }
  const judged = await judgeTrees({ ...change, from: parent, to: applied.tree }, signal)
  const held = judged.verdicts.filter(({ verdict }) => verdict === 'held-back')
  const { tree } = judged.published
  const before = line(await clone.git()(['rev-parse', `${parent}^{tree}`], signal))
  if (tree === before) return { kind: 'unchanged', held }
  const draft = { github, clone, tree, parent, message: message(tree) }
  return { kind: 'made', commit: await createCommit(draft, signal), tree, held }
}

async function changedOnBothSides(
  { clone, base, paths }: ReadyChange,
  head: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const differences = await findTreeDifferences({ git: clone.git(), from: base, to: head }, signal)
  const changed = new Set(differences.map(({ path }) => displayPath(path)))
  return [...new Set(paths)].filter((path) => changed.has(path))
}

const named = 10

function conflict(branch: string, files: readonly string[]): string {
  const list = files.slice(0, named).map((file) => quote(showName(file)))
  const more = files.length > named ? ` and ${files.length - named} more` : ''
  const where = files.length > 0 ? ` in ${counted(files.length, 'file')}: ${list.join(', ')}` : ''
  return `The change is in conflict with the branch ${quote(branch)}${where}${more}. Nothing was committed; the patch is in the run directory.`
}

function failed(problem: string): Landing & { readonly kind: 'failed' } {
  return { kind: 'failed', problem }
}
