import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathsOf, submodulesOf } from './baseline.ts'
import { noAnswer } from './git.ts'
import { readPlainFile } from './plain-file.ts'
import type { Reading } from './present.ts'
import { parsePaths, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import { listEntries } from './tree.ts'

/** How the agent changed what the checkout's own index tracks: by `git add --force`, `git rm --cached`, `git submodule add` or a commit of such. */
export type Retracking = {
  readonly gained: ReadonlySet<RawPath>
  readonly lost: ReadonlySet<RawPath>
  /** The new ones that `.gitmodules` declares; an undeclared one is a repository that was added by mistake. */
  readonly submodules: ReadonlySet<RawPath>
}

const NONE: Retracking = { gained: new Set(), lost: new Set(), submodules: new Set() }

/** Some million files. */
const largestIndex = 512 * 1024 * 1024

/** Compares the agent's index with the checkout's; one that is gone or broken says nothing. */
export async function findRetracking(reading: Reading, signal: AbortSignal): Promise<Retracking> {
  const { baseline, workTree, env } = reading
  const { shadow } = baseline
  const { bytes } = readPlainFile(workTree.agentIndex, largestIndex)
  if (bytes === undefined) return NONE
  const index = join(await mkdtemp(join(shadow.directory, 'agent-')), 'index')
  await writeFile(index, bytes)
  const list = (place: string) => listEntries(shadowGit(shadow, { env, index: place }), signal)
  const after = await list(index).catch(noAnswer)
  if (after === undefined) return NONE
  const [has, had] = [pathsOf(after), pathsOf(await list(shadow.checkoutIndex))]
  const gained = has.difference(had)
  const pointers = submodulesOf(after).intersection(gained)
  const declared = pointers.size > 0 ? await findDeclared(reading, signal) : pointers
  return { gained, lost: had.difference(has), submodules: pointers.intersection(declared) }
}

/** The submodules that `.gitmodules` declares. */
async function findDeclared(
  { baseline, workTree, env }: Reading,
  signal: AbortSignal,
): Promise<ReadonlySet<RawPath>> {
  const { bytes } = readPlainFile(join(workTree.root, '.gitmodules'), largestRules)
  const list = ['config', '--file', '-', '-z', '--get-regexp', '\\.path$']
  const git = shadowGit(baseline.shadow, { env })
  const output = bytes && (await git(list, signal, { input: bytes }).catch(noAnswer))
  const settings = output ? parsePaths(output) : []
  return new Set(settings.map((setting) => setting.slice(setting.indexOf('\n') + 1)))
}

const largestRules = 1024 * 1024
