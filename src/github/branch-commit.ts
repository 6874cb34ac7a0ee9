import { UserError } from '../errors.ts'
import type { FileVerdict } from '../policy/policy.ts'
import { counted, quote, showName } from '../text/text.ts'
import { moveBranch } from './branch.ts'
import type { Change } from './change.ts'
import type { GitHub } from './client.ts'
import { type Landing, landOn } from './landing.ts'
import { endsOf } from './merge.ts'
import { problemOf } from './refusal.ts'
import { createCommit } from './signed-commit.ts'

/** What became of a publication, with a sentence where there is something to say. */
export type CommitPublication = {
  /** Of each file that differs where the change was to land. */
  readonly verdicts: readonly FileVerdict[]
  readonly commitSha?: string
  readonly branch?: string
  /** Why there was nothing to do. */
  readonly note?: string
  /** Why it failed, and what to do. */
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

/** Where a commit lies, and what it does to the branch. */
export type Target = {
  /** The commit to lie on, and its branch. */
  readonly parent: string
  readonly parentBranch: string
  /** The branch's commit; undefined if the branch does not exist. Unless it is the parent, it is replaced. */
  readonly expected: string | undefined
  /** The tree of a commit on the parent that the branch already has. */
  readonly earlierTree?: string | undefined
  /** The publication if the parent already has the change. */
  readonly unchanged: Omit<CommitPublication, 'verdicts'>
}

const mostTries = 3

/**
 * Commits a change where `findTarget` says, which is asked again if the branch moves meanwhile. Throws a `UserError`
 * (`publish-failed`) if it moves three times.
 */
export async function commitOn(
  request: CommitRequest,
  findTarget: () => Promise<Target>,
  signal: AbortSignal,
): Promise<CommitPublication> {
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const done = await tryCommit(request, await findTarget(), signal)
    if (done !== 'moved') return done
  }
  const moved = `The branch ${quote(request.branch)} moved during each of ${mostTries} attempts to commit the change.`
  throw new UserError(
    'publish-failed',
    `${moved} The patch is in the run directory; run the job again.`,
  )
}

async function tryCommit(
  request: CommitRequest,
  target: Target,
  signal: AbortSignal,
): Promise<CommitPublication | 'moved'> {
  const { parent, parentBranch, expected, earlierTree, unchanged } = target
  const landing = await landOn(request.change, parent, signal)
  const { verdicts, conflicts, files, tree, parentTree } = landing
  if (conflicts.length > 0) return { verdicts, problem: conflict(parentBranch, conflicts) }
  if (files.length === 0 && verdicts.length > 0) return { verdicts, note: allHeldBack }
  if (tree === parentTree) return { verdicts, ...unchanged }
  if (expected && earlierTree === tree)
    return { verdicts, branch: request.branch, commitSha: expected }
  try {
    const done = await commitAndMove(request, { ...target, landing }, signal)
    return done === 'moved' ? done : { verdicts, ...done }
  } catch (error) {
    const attempted = { doing: 'commit the change', workflows: hasWorkflows(landing) }
    return { verdicts, problem: problemOf(error, attempted) }
  }
}

const allHeldBack = 'All changed files were held back, so nothing was committed.'

async function commitAndMove(
  request: CommitRequest,
  { landing, parent, expected }: Target & { readonly landing: Landing },
  signal: AbortSignal,
): Promise<Omit<CommitPublication, 'verdicts'> | 'moved'> {
  const { github, branch } = request
  const commit = await createCommit({ ...request, landing }, signal)
  if (commit === undefined) return { problem: otherTree }
  const moved = await moveBranch({ github, branch, commit, parent, expected }, signal)
  return moved === 'moved' ? moved : { branch, commitSha: commit }
}

const otherTree =
  "GitHub's API made other files of the change than git, so nothing was committed. The patch is in the run directory; apply it by hand."

/** Most tokens lack the permission for these. */
function hasWorkflows({ files }: Landing): boolean {
  return files.flatMap(endsOf).some((path) => path.startsWith('.github/workflows/'))
}

const mostNamed = 10

function conflict(branch: string, files: readonly string[]): string {
  const list = files.slice(0, mostNamed).map((file) => quote(showName(file)))
  const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : ''
  return `The change conflicts with the branch ${quote(branch)} in ${counted(files.length, 'file')}: ${list.join(', ')}${more}. Nothing was committed; the patch is in the run directory.`
}
