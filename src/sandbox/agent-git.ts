import { join, relative } from 'node:path'
import { isInside } from '../path.ts'
import { findProgram } from '../programs/programs.ts'
import { copySharedIndexes } from '../workspace/copied-file.ts'
import type { Environment } from '../workspace/git.ts'
import { findNamed } from '../workspace/named-entries.ts'
import { copyRepository, type RepositoryCopy } from '../workspace/private-repository.ts'
import { formatPaths, parsePaths, type RawPath, rawPath } from '../workspace/raw-path.ts'
import type { Repository } from '../workspace/repository.ts'
import { createGitDirectory, shadowGit } from '../workspace/shadow.ts'

/**
 * All of the name `.git` below the top level: of submodules, which point into the tree's own, and of other repositories, which
 * anyone may have left there. What packages bring with them in `node_modules` is left out.
 */
export async function findInnerGit(root: string, signal: AbortSignal): Promise<readonly string[]> {
  const isLeftOut = ({ name }: { name: string }) => name === 'node_modules'
  const isWanted = (name: string) => name === '.git'
  const found = await findNamed({ root, isWanted, isLeftOut }, signal)
  return found.filter((path) => path !== join(root, '.git'))
}

/** Where in the sandbox the checkout's objects are found. */
const objectsFolder = '/run/opencode-driver/objects'

/** What git needs to work on the tree, and no more: credentials may stand in any other setting. */
const kept =
  /^(core\.(repositoryformatversion|filemode|bare|logallrefupdates|autocrlf|eol|safecrlf|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|longpaths|sparsecheckout|sparsecheckoutcone|quotepath|worktree)|extensions\..+|user\.(name|email)|branch\..+\.(remote|merge|rebase)|remote\..+\.(url|fetch|tagopt|promisor|partialclonefilter)|submodule\..+\.(url|active)|submodule\.active|filter\..+|merge\..+\.driver|diff\..+\.(xfuncname|binary|algorithm)|index\.version|init\.defaultbranch|lfs\.repositoryformatversion)$/

/** Where the agent's copy goes, and which absolute paths of the tree the agent doesn't see. */
export type CopyOptions = {
  readonly folder: string
  readonly env: Environment
  readonly hidden: readonly string[]
}

/** The agent's copy of the repository, where git is installed; programs that its settings name run in the sandbox. */
export async function copyForAgent(
  repository: Repository,
  { folder, env, hidden }: CopyOptions,
  signal: AbortSignal,
): Promise<RepositoryCopy | undefined> {
  if (findProgram('git', env) === undefined) return undefined
  const targetOf = (_: string, number: number) => `${objectsFolder}/${number}`
  const place = { folder: join(folder, 'git'), env, kept, targetOf }
  const copy = await copyRepository(repository, place, signal)
  await overlookHidden(repository.top, { copy, env, hidden }, signal)
  return copy
}

type Overlooking = Pick<CopyOptions, 'env' | 'hidden'> & { readonly copy: RepositoryCopy }

/**
 * To the agent's git the hidden files are as they were: it does not look. The index is written by a git without the copy's
 * settings, which name programs.
 */
async function overlookHidden(
  top: string,
  { copy, env, hidden }: Overlooking,
  signal: AbortSignal,
): Promise<void> {
  const inside = hidden.filter((path) => isInside({ inner: path, outer: top }))
  if (inside.length === 0) return
  const directory = join(copy.folder, '..', 'overlook')
  await createGitDirectory(directory)
  await copySharedIndexes(copy.directory, directory)
  const git = shadowGit({ directory, root: top }, { env, index: copy.index })
  const names = new Set(inside.map((path) => rawPath(relative(top, path))))
  const tracked = parsePaths(await git(['ls-files', '-z'], signal))
  const input = formatPaths(tracked.filter((path) => isAtOrBelow(path, names)))
  await git(['update-index', '-z', '--assume-unchanged', '--stdin'], signal, { input })
}

/** The copy in the place of the repository; what points to it, where it lies elsewhere, stays as it is. */
export function showGit(
  { entry, common }: Repository,
  { folder, shared }: RepositoryCopy,
): readonly string[] {
  return [
    ...shared.flatMap(({ source, target }) => ['--ro-bind', source, target]),
    ...['--bind', folder, common],
    ...(entry === common ? [] : ['--ro-bind', entry, entry]),
  ]
}

function isAtOrBelow(path: RawPath, names: ReadonlySet<RawPath>): boolean {
  const parts = path.split('/')
  return parts.some((_, at) => names.has(parts.slice(0, at + 1).join('/')))
}
