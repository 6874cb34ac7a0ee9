import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { PathPolicy } from '../policy/policy.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { type Environment, line, noAnswer } from '../workspace/git.ts'
import { type ChangedFile, listChangedFiles } from '../workspace/patch.ts'
import type { GitHub } from './client.ts'
import { type Clone, createClone } from './clone.ts'
import { problemOf } from './refusal.ts'

/** What decides which files are published. */
type Rules = { readonly policy: PathPolicy; readonly scan: Pick<Redactor, 'find'> }

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

/** A change in a repository of its own: the files that differ between `base` and `tree`. */
export type Change = Rules & {
  readonly clone: Clone
  readonly base: string
  readonly tree: string
  readonly files: readonly ChangedFile[]
  /** Bytes of the patch. */
  readonly patchSize: number
}

/** A change, unless there is none; or why it can't be read, in plain words. */
export type OpenedChange =
  | { readonly change: Change | undefined; readonly problem?: undefined }
  | { readonly change?: undefined; readonly problem: string }

/** Applies a saved change to the commit that it was made on, in a repository of its own. */
export async function openChange(saved: SavedChange, signal: AbortSignal): Promise<OpenedChange> {
  try {
    return await open(saved, signal)
  } catch (error) {
    const doing = 'read the change and the commit that it was made on'
    return { problem: problemOf(error, { doing, permission: 'contents: read' }) }
  }
}

async function open(saved: SavedChange, signal: AbortSignal): Promise<OpenedChange> {
  const { base, policy, scan } = saved
  const patchFile = resolve(saved.patchFile)
  const { size: patchSize } = await stat(patchFile)
  if (patchSize === 0) return { change: undefined }
  if (!/^[0-9a-f]{40,64}$/.test(base))
    return { problem: 'The run does not say on which commit its change was made.' }
  const clone = await createClone(saved)
  await clone.fetch(base, signal)
  const git = clone.withIndex()
  await git(['read-tree', base], signal)
  const applied = await git(['apply', '--cached', '--binary', patchFile], signal).catch(noAnswer)
  if (applied === undefined) return { problem: dirty }
  const tree = line(await git(['write-tree'], signal))
  const files = await listChangedFiles({ git, from: base, to: tree }, signal)
  const change = { clone, base, tree, files, patchSize, policy, scan }
  return { change: files.length > 0 ? change : undefined }
}

const dirty =
  'The change does not apply to the commit that was checked out, probably because files differed from it before opencode ran. Commit them first, or have earlier steps leave the checkout as it is. The patch is in the run directory.'
