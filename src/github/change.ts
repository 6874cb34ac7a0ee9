import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UserError } from '../errors.ts'
import type { PathPolicy } from '../policy/policy.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { type Environment, line, noAnswer } from '../workspace/git.ts'
import type { GitHub } from './client.ts'
import { type Clone, createClone } from './clone.ts'
import { attempt } from './refusal.ts'

/** What decides which files are published. */
type Rules = { readonly policy: PathPolicy; readonly scan: Pick<Redactor, 'find'> }

/** A change as a run left it: nothing else of the checkout is needed. */
export type SavedChange = Rules & {
  readonly github: GitHub
  readonly env: Environment
  /** The run's temporary folder. */
  readonly temporary: string
  /** As `git diff --binary --full-index` writes it; it may be empty. */
  readonly patchFile: string
  /** The commit that the patch was made against. */
  readonly base: string
}

/** A change in its own repository: the tree that it makes of the commit `base`. */
export type Change = Rules & {
  readonly clone: Clone
  readonly base: string
  readonly tree: string
  /** Bytes of the patch. */
  readonly patchSize: number
}

/**
 * Applies a saved change to the commit that it was made on; undefined if it changes nothing. Throws a `UserError`
 * (`publish-failed`) where it can't.
 */
export async function openChange(
  saved: SavedChange,
  signal: AbortSignal,
): Promise<Change | undefined> {
  const patchFile = resolve(saved.patchFile)
  const { size: patchSize } = await stat(patchFile)
  if (patchSize === 0) return undefined
  const { base, policy, scan } = saved
  if (!/^[0-9a-f]{40,64}$/.test(base)) throw new UserError('publish-failed', noBase)
  const reading = { doing: 'read the commit that the change was made on' }
  return await attempt({ ...reading, permission: 'contents: read' }, async () => {
    const clone = await createClone(saved)
    await clone.fetch(base, signal)
    const git = await clone.open(base, signal)
    const before = line(await git(['write-tree'], signal))
    const apply = ['apply', '--cached', '--binary', patchFile]
    const applied = await git(apply, signal).catch(noAnswer)
    if (applied === undefined) throw new UserError('publish-failed', dirty)
    const tree = line(await git(['write-tree'], signal))
    return tree === before ? undefined : { clone, base, tree, patchSize, policy, scan }
  })
}

const noBase = 'The run does not say on which commit its change was made.'
const dirty =
  'The change does not apply to the commit that was checked out, probably because files differed from it before opencode ran. Commit them first, or have earlier steps leave the checkout as it is. The patch is in the run directory.'
