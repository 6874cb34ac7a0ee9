import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { copySharedIndexes } from './copied-file.ts'
import type { Environment } from './git.ts'
import { formatPaths, isAtOrBelow, parsePaths, type RawPath } from './raw-path.ts'
import type { Repository } from './repository.ts'
import { copyRepository, type RepositoryCopy } from './repository-copy.ts'
import { createGitDirectory, shadowGit } from './shadow.ts'

/** What git needs to work on the tree, and no more: credentials may stand in any other setting. */
const kept =
  /^(core\.(repositoryformatversion|filemode|bare|logallrefupdates|autocrlf|eol|safecrlf|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|longpaths|sparsecheckout|sparsecheckoutcone|quotepath|worktree)|extensions\..+|user\.(name|email)|branch\..+\.(remote|merge|rebase)|remote\..+\.(url|fetch|tagopt|promisor|partialclonefilter)|submodule\..+\.(url|active)|submodule\.active|filter\..+|merge\..+\.driver|diff\..+\.(xfuncname|binary|algorithm)|index\.version|init\.defaultbranch|lfs\.repositoryformatversion)$/

/** Who commits, where the checkout's settings don't say; the later settings win. */
const identity = '[user]\n\tname = opencode\n\temail = opencode@localhost\n'

/** A copy of a file has the time and size of the original, and nothing else that an index knows of it. */
const copied = '[core]\n\tcheckStat = minimal\n\ttrustctime = false\n'

type Creating = {
  readonly repository: Repository
  /** The folder that becomes a work tree; it has no `.git`. */
  readonly tree: string
  /** A folder beside it, for the repository of a linked work tree. */
  readonly place: string
  readonly env: Environment
  /** Where the agent's git finds a folder of the checkout's objects, the first of which is number 0. */
  readonly objectsAt: (source: string, number: number) => Promise<string>
}

/** The agent's own repository over a work tree. */
export type AgentRepository = RepositoryCopy & {
  /** Makes git take for unchanged what the work tree doesn't have. */
  readonly overlook: (absent: ReadonlySet<RawPath>, signal: AbortSignal) => Promise<void>
}

/**
 * Gives a work tree a copy of the checkout's repository, in which the agent may do what it likes: with its history and
 * branches, and without credentials and hooks.
 */
export async function createAgentRepository(
  { repository, tree, place, env, objectsAt }: Creating,
  signal: AbortSignal,
): Promise<AgentRepository> {
  const isLinked = repository.directory !== repository.common
  const folder = isLinked ? join(place, 'repository') : join(tree, '.git')
  await mkdir(tree, { recursive: true })
  const copy = await copyRepository(repository, { folder, env, kept, targetOf: objectsAt }, signal)
  const config = join(folder, 'config')
  const settings = await readFile(config, 'utf8').catch(() => '')
  // The checkout's own setting may name the checkout.
  const workTree = isLinked ? '' : '\tworktree = ..\n'
  await writeFile(config, `${identity}${settings}${copied}${workTree}`)
  if (isLinked) {
    await writeFile(join(tree, '.git'), `gitdir: ${copy.directory}\n`)
    await writeFile(join(copy.directory, 'gitdir'), `${join(tree, '.git')}\n`)
  }
  const overlook = (absent: ReadonlySet<RawPath>, within: AbortSignal) =>
    overlookAbsent({ copy, tree, place, env, absent }, within)
  return { ...copy, overlook }
}

type Overlooking = Pick<Creating, 'tree' | 'place' | 'env'> & {
  readonly copy: RepositoryCopy
  readonly absent: ReadonlySet<RawPath>
}

/** The index is written by a git without the copy's settings, which name programs. */
async function overlookAbsent(
  { copy, tree, place, env, absent }: Overlooking,
  signal: AbortSignal,
): Promise<void> {
  if (absent.size === 0) return
  const directory = join(place, 'overlook')
  await createGitDirectory(directory)
  await copySharedIndexes(copy.directory, directory)
  const git = shadowGit({ directory, root: tree }, { env, index: copy.index })
  const tracked = parsePaths(await git(['ls-files', '-z'], signal))
  const input = formatPaths(tracked.filter((path) => isAtOrBelow(path, absent)))
  await git(['update-index', '-z', '--assume-unchanged', '--stdin'], signal, { input })
}

/** Keeps folders out of the agent's git that the checkout ignores, links to them too. */
export async function ignoreShown(
  { folder }: RepositoryCopy,
  shown: ReadonlySet<RawPath>,
): Promise<void> {
  const rules = [...shown].map((path) => `/${path.replace(/[*?[\\]/g, '\\$&')}\n`)
  if (rules.length === 0) return
  await mkdir(join(folder, 'info'), { recursive: true })
  await appendFile(join(folder, 'info', 'exclude'), Buffer.from(rules.join(''), 'latin1'))
}
