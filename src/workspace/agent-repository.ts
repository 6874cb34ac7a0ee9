import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from './git.ts'
import { formatPaths, isAtOrBelow, type RawPath } from './raw-path.ts'
import type { Repository } from './repository.ts'
import { copyRepository, type RepositoryCopy } from './repository-copy.ts'
import { type Shadow, shadowGit } from './shadow.ts'
import { listEntries } from './tree.ts'

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
  /** A folder for the repository of a linked work tree. */
  readonly place: string
  readonly env: Environment
  /** Where the agent's git finds a folder of the checkout's objects, the first of which is number 0. */
  readonly objectsAt: (source: string, number: number) => Promise<string>
}

/**
 * Gives a work tree a copy of the checkout's repository, in which the agent may do what it likes: with its history and
 * branches, and without credentials and hooks.
 */
export async function createAgentRepository(
  { repository, tree, place, env, objectsAt }: Creating,
  signal: AbortSignal,
): Promise<RepositoryCopy> {
  const isLinked = repository.directory !== repository.common
  const folder = isLinked ? join(place, 'repository') : join(tree, '.git')
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
  return copy
}

type Overlooking = Pick<Creating, 'tree' | 'env'> & {
  readonly shadow: Shadow
  readonly index: string
  readonly absent: ReadonlySet<RawPath>
}

/** Makes the agent's git take for unchanged what the work tree doesn't have, through a git without its settings. */
export async function overlookAbsent(
  { shadow, index, tree, env, absent }: Overlooking,
  signal: AbortSignal,
): Promise<void> {
  if (absent.size === 0) return
  const git = shadowGit({ ...shadow, root: tree }, { env, index })
  const tracked = (await listEntries(git, signal)).map(({ path }) => path)
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
