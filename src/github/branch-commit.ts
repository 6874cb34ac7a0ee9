import type { FileVerdict } from '../policy/policy.ts'
import { counted, quote, showName } from '../text.ts'
import { moveBranch, readBranch } from './branch.ts'
import type { Change } from './change.ts'
import type { GitHub } from './client.ts'
import { type Landing, landOn } from './landing.ts'
import { problemOf } from './refusal.ts'
import { createCommit } from './signed-commit.ts'

/** What became of a publication, in plain words where there is something to say. */
export type CommitPublication = {
  /** Of each file that differs where the change was to land; empty if it did not get there. */
  readonly verdicts: readonly FileVerdict[]
  readonly commitSha?: string
  readonly branch?: string
  /** Why there was nothing to do. */
  readonly note?: string
  /** Why it did not happen, and what to do. */
  readonly problem?: string
}

/** A change to commit to a branch. */
export type CommitRequest = {
  readonly github: GitHub
  readonly change: Change
  readonly branch: string
  /** The message of the commit of a tree. */
  readonly message: (tree: string) => string
}

/** Where the commit lies, and what it does to the branch. */
type Placement = {
  readonly parent: string
  /** The branch that the parent is of. */
  readonly parentBranch: string
  /** Where the branch to move is; undefined if there is none yet. */
  readonly expected: string | undefined
  /** Whether the parent is not what the branch has. */
  readonly replace?: boolean
  /** The tree of a commit that the branch has there already. */
  readonly earlierTree?: string | undefined
  /** What is said if the parent has the change already. */
  readonly unchanged: Omit<CommitPublication, 'verdicts'>
}

const mostTries = 3

/** Commits a change on top of a branch; if that moves meanwhile, on its new head. `unchanged` as in `Placement`. */
export async function commitOnBranch(
  request: CommitRequest & { readonly unchanged?: (head: string) => Placement['unchanged'] },
  signal: AbortSignal,
): Promise<CommitPublication> {
  const { github, branch } = request
  const note = `The branch ${quote(branch)} has the change already, so nothing was committed.`
  const { unchanged = () => ({ branch, note }) } = request
  return await whileMoving(branch, async () => {
    const head = await readBranch(github, branch)
    if (head === undefined)
      return failed(`There is no branch ${quote(branch)}. Create it, or check the branch input.`)
    const place = { parent: head, parentBranch: branch, expected: head }
    return await commitOn(request, { ...place, unchanged: unchanged(head) }, signal)
  })
}

/** Tries again while the branch moves, up to three times. */
export async function whileMoving(
  branch: string,
  act: () => Promise<CommitPublication | 'moved'>,
): Promise<CommitPublication> {
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const published = await act()
    if (published !== 'moved') return published
  }
  const what = `The branch ${quote(branch)} moved each of ${mostTries} times while the change was committed`
  return failed(`${what}. The patch is in the run directory; run the job again.`)
}

/** Commits a change on top of one commit, where each file is judged; `moved` if someone else moved the branch. */
export async function commitOn(
  request: CommitRequest,
  placement: Placement,
  signal: AbortSignal,
): Promise<CommitPublication | 'moved'> {
  const { parent, parentBranch, expected, earlierTree, unchanged } = placement
  const { branch, change } = request
  const landing = await landOn(change, parent, signal)
  const { verdicts, conflicts, files, tree, parentTree } = landing
  if (conflicts.length > 0) return { verdicts, problem: conflict(parentBranch, conflicts) }
  if (files.length === 0 && verdicts.length > 0) return { verdicts, note: allHeldBack }
  if (tree === parentTree) return { verdicts, ...unchanged }
  if (expected && earlierTree === tree) return { verdicts, branch, commitSha: expected }
  try {
    const done = await commitAndMove(request, { landing, ...placement }, signal)
    return done === 'moved' ? done : { verdicts, ...done }
  } catch (error) {
    const attempted = { doing: 'commit the change', workflows: hasWorkflows(landing) }
    return { verdicts, problem: problemOf(error, attempted) }
  }
}

const allHeldBack = 'All changed files were held back, so nothing was committed.'

async function commitAndMove(
  { github, change, branch, message }: CommitRequest,
  { landing, expected, replace = false }: Placement & { readonly landing: Landing },
  signal: AbortSignal,
): Promise<Omit<CommitPublication, 'verdicts'> | 'moved'> {
  const draft = { github, clone: change.clone, landing, message: message(landing.tree) }
  const commit = await createCommit(draft, signal)
  if (commit === undefined) return { problem: otherTree }
  const moved = await moveBranch({ github, branch, commit, expected, replace }, signal)
  return moved === 'moved' ? moved : { branch, commitSha: commit }
}

const otherTree =
  "GitHub's API did not make the same files of the change as git, so nothing was committed. The patch is in the run directory; apply it by hand."

/** Most tokens lack the permission for these. */
function hasWorkflows({ files }: Landing): boolean {
  const paths = files.flatMap(({ path, previousPath = path }) => [path, previousPath])
  return paths.some((path) => path.startsWith('.github/workflows/'))
}

const mostNamed = 10

function conflict(branch: string, files: readonly string[]): string {
  const list = files.slice(0, mostNamed).map((file) => quote(showName(file)))
  const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : ''
  return `The change is in conflict with the branch ${quote(branch)} in ${counted(files.length, 'file')}: ${list.join(', ')}${more}. Nothing was committed; the patch is in the run directory.`
}

/** A publication that did not get to where it could be judged. */
export function failed(problem: string): CommitPublication {
  return { verdicts: [], problem }
}
