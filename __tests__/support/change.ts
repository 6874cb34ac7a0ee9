import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Baseline,
  readMark,
  recordBaseline,
  surveyCheckout,
} from '../../src/workspace/baseline.ts'
import { type Copy, openCopies } from '../../src/workspace/copies.ts'
import type { CopyOptions } from '../../src/workspace/copy-place.ts'
import { landChange } from '../../src/workspace/land.ts'
import { type Change, type ChangedFile, readChange } from '../../src/workspace/patch.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { atRoot, type Repository } from './repository.ts'

/** A signal for what should take a second. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(170_000)
}

/** What a work tree was, for an agent that works in it. */
export type Before = Pick<Copy, 'workTree'> & { readonly baseline: Baseline }

/** What the whole repository is, where the agent works in place. */
export async function baselineOf({ root, temporary, env }: Repository): Promise<Before> {
  const repository = openRepository(root)
  const survey = await surveyCheckout({ repository, temporary, env }, soon())
  const baseline = await recordBaseline({ survey, root, absent: new Set(), env }, soon())
  const agentIndex = join(repository.directory, 'index')
  return {
    baseline,
    workTree: {
      ...{ root, mark: await readMark(temporary), agentIndex },
      ...{ shown: new Set<string>(), states: new Map<string, string>() },
    },
  }
}

/** What changed since; the patch is in the repository's temporary folder. */
export function changeSince(
  { baseline, workTree }: Before,
  { temporary, env }: Repository,
): Promise<Change> {
  const patchFile = join(temporary, 'changes.patch')
  return readChange({ baseline, workTree, env, patchFile }, soon())
}

/** A change that can be brought into the checkout; `land` resolves with what stands in its way. */
export type LandableChange = Change & { readonly land: () => Promise<readonly string[]> }

/** What the agent changed in a copy of the checkout, where `act` is all that it does. */
export async function changeBy(
  repository: Repository,
  act: (copy: Repository) => unknown,
  options: Partial<CopyOptions> = {},
): Promise<LandableChange> {
  const { root, temporary, env } = repository
  const copying: CopyOptions = {
    ...{ root, repository: openRepository(root), temporary, env, hidden: [] },
    ...{ isMeasured: true, isMounted: false, onProgress: () => undefined, ...options },
  }
  const copies = await openCopies(copying, soon())
  const { baseline, workTree, settle } = await copies.next(soon())
  if (baseline === undefined) throw new Error('nothing was measured')
  await act(atRoot(repository, workTree.root))
  await settle()
  const change = await changeSince({ baseline, workTree }, repository)
  const land = () => landChange({ baseline, workTree, tree: change.tree, temporary, env }, soon())
  return { ...change, land }
}

/** Changed files as lines to compare: `renamed b from a +1 -0`. */
export function summarize(files: readonly ChangedFile[]): readonly string[] {
  return files.map(({ path, status, previousPath, additions = 'binary', deletions = '' }) => {
    const name = previousPath === undefined ? path : `${path} from ${previousPath}`
    return `${status} ${name} +${additions} -${deletions}`
  })
}

/** The text of a patch. */
export function patchOf(change: Change): Promise<string> {
  return readFile(change.patchFile, 'utf8')
}

/** The tree that the patch makes of a fresh clone of `commit`. */
export function applyToClone(repository: Repository, commit: string, change: Change): string {
  const script = `
    git clone --quiet --no-checkout --template= . "$1"
    cd "$1"
    git checkout --quiet --detach "$2"
    test ! -s "$3" || git apply --index --binary "$3"
    git write-tree`
  const clone = join(repository.temporary, 'clone')
  return repository.run(script, clone, commit, change.patchFile)
}
