import { lstat, mkdtemp, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isArtefact, isEditedByOpencode, isOpencodesEdit } from './artefacts.ts'
import { pathsOf, submodulesOf } from './baseline.ts'
import { type Git, noAnswer } from './git.ts'
import { readPlainFile } from './plain-file.ts'
import type { Reading } from './present.ts'
import { locate, parentsOf, parsePaths, type RawPath } from './raw-path.ts'
import { shadowGit } from './shadow.ts'
import { type Differences, type Entry, listEntries } from './tree.ts'
import { findIgnored, type WorkTreeListing } from './work-tree.ts'

/** How the agent changed what the checkout's own index tracks: by `git add --force`, `git rm --cached`, `git submodule add` or a commit of such. */
type Retracking = {
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

type Attribution = Reading & {
  readonly git: Git
  readonly found: Differences
  readonly listing: WorkTreeListing
  readonly retracking: Retracking
}

/**
 * Of the differences what the agent did, commits or not. Added: tracked files that it took out of the index and ignores.
 * Left out: what was ignored before and has not been written since, whatever became of the rules, and what opencode does
 * by itself.
 */
export async function findAgentsDifferences(
  { git, found, listing: { leaves }, retracking: { lost }, baseline, workTree }: Attribution,
  signal: AbortSignal,
): Promise<Differences> {
  const { root, shown } = workTree
  const paths = [...lost].filter((path) => leaves.has(path))
  const released = await findIgnored({ git, paths }, signal)
  const isOld = (path: RawPath) => !leaves.get(path)?.isWritten && isIgnored(path, baseline.ignored)
  const targets = [...shown].map((path) => locate(baseline.shadow.root, path))
  const untracked = found.untracked.filter((path) => !isOld(path) && !isArtefact(path))
  return {
    removed: [...found.removed, ...released],
    changed: await reject(found.changed, (entry) => isOpencodes({ git, root, entry }, signal)),
    untracked: await reject(untracked, (path) => leadsTo(locate(root, path), targets)),
  }
}

function isIgnored(path: RawPath, ignored: ReadonlySet<RawPath>): boolean {
  return ignored.has(path) || parentsOf(path).some((folder) => ignored.has(`${folder}/`))
}

async function reject<T>(
  items: readonly T[],
  condition: (item: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const rejected = await Promise.all(items.map(condition))
  return items.filter((_, at) => !rejected[at])
}

/** Whether it is a link to a shown folder, which the agent moved with the folder around it. */
async function leadsTo(path: Buffer, targets: readonly Buffer[]): Promise<boolean> {
  if (targets.length === 0) return false
  const target = await readlink(path, 'buffer').catch(() => undefined)
  return target !== undefined && targets.some((one) => one.equals(target))
}

/** Bytes of a file in which opencode writes by itself. */
const largestEdit = 1024 * 1024

async function isOpencodes(
  { git, root, entry }: { git: Git; root: string; entry: Entry },
  signal: AbortSignal,
): Promise<boolean> {
  const { path, id } = entry
  if (!isEditedByOpencode(path)) return false
  const location = locate(root, path)
  const found = await lstat(location).catch(() => undefined)
  if (!found?.isFile() || found.size > largestEdit) return false
  const before = await git(['cat-file', 'blob', id], signal).catch(noAnswer)
  if (before === undefined) return false
  return isOpencodesEdit(path, before.toString(), await readFile(location, 'utf8'))
}
