import { existsSync } from 'node:fs'
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { createGit, type Environment, type Git, line, noAnswer } from './git.ts'
import { keepConfiguration } from './git-configuration.ts'
import { copyPlainFile } from './plain-file.ts'
import type { Repository } from './repository.ts'
import { copyRepository } from './repository-copy.ts'

/** What is checked out: the commit, and the full name of the branch; both absent where there is none. */
export type Head = { readonly head: string | undefined; readonly branch: string | undefined }

/**
 * A git directory of the action for a checkout and its copies. It reads the checkout's objects, and has its refs, ignore
 * rules and conversions as they were when it was made; it never writes into the checkout's `.git`.
 */
export type Shadow = Head & {
  readonly root: string
  readonly directory: string
  readonly repository: Repository
  /** The checkout's index as it was, or one of its commit; no such file when there was neither. */
  readonly checkoutIndex: string
}

/** A git directory, and the work tree that is to be seen with an index. */
export type GitFolder = Pick<Shadow, 'root' | 'directory'>

/** What decides how a file becomes a blob, and no more: no program, and no credentials. */
const CONVERSION =
  'core\\.(autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|longpaths|bigfilethreshold)'
const OF_CHECKOUT = new RegExp(
  `^(${CONVERSION}|core\\.repositoryformatversion|extensions\\.(?!partialclone$).+)$`,
)
const OF_MACHINE = new RegExp(`^(${CONVERSION}|core\\.(excludesfile|attributesfile))$`)

/**
 * `core.sparseCheckout` lets git look at files that exist though the index marks them as left out. A copy of a file has the
 * time and size of the original, and nothing else that an index knows of it.
 */
const OWN_CONFIGURATION =
  '[core]\n\tsafecrlf = false\n\tsparseCheckout = true\n\tcheckStat = minimal\n\ttrustctime = false\n'

/** What of a git directory is copied; an index may have its larger part in another file. */
const READ =
  /^(HEAD|refs|packed-refs|reftable|objects|config|config\.worktree|shallow|worktrees|commondir|index|sharedindex\.[0-9a-f]+)$/

/** A folder in a git directory that stands for a work tree without files, so that no attributes of files apply. */
const NO_WORK_TREE = 'no-work-tree'

/** Makes the shadow of a repository in a new folder of `temporary`. */
export async function createShadow(
  { repository, temporary, env }: { repository: Repository; temporary: string; env: Environment },
  signal: AbortSignal,
): Promise<Shadow> {
  const { top: root, common } = repository
  const folder = await mkdtemp(join(temporary, 'snapshot-'))
  const targetOf = (source: string) => viewObjects(source, join(folder, 'borrowed'))
  const place = { folder, env, kept: OF_CHECKOUT, only: READ, targetOf }
  const { directory, index } = await copyRepository(repository, place, signal)
  const config = join(folder, 'config')
  const ofCheckout = await readFile(config, 'utf8').catch(() => '')
  const ofMachine = await readMachine({ folder, env }, signal)
  // The later settings win.
  await writeFile(config, ofMachine + ofCheckout + OWN_CONFIGURATION)
  await mkdir(join(directory, NO_WORK_TREE))
  await mkdir(join(folder, 'info'), { recursive: true })
  for (const name of ['exclude', 'attributes'])
    await copyPlainFile(join(common, 'info', name), join(folder, 'info', name))
  await appendFile(join(folder, 'info', 'exclude'), exclusion(root, await realpath(temporary)))
  const found = await readHead(shadowGit({ root, directory }, { env }), signal)
  if (!existsSync(index) && found.head !== undefined)
    await shadowGit({ root, directory }, { env, index })(['read-tree', found.head], signal)
  return { ...found, root, directory, repository, checkoutIndex: index }
}

/** A folder of objects that shows another one's, without the repositories which that borrows from. */
async function viewObjects(source: string, folder: string): Promise<string> {
  await mkdir(folder)
  const entries = await readdir(source, { withFileTypes: true })
  const stores = entries.filter(
    (entry) => entry.isDirectory() && /^([0-9a-f]{2}|pack)$/.test(entry.name),
  )
  for (const { name } of stores) await symlink(join(source, name), join(folder, name))
  return folder
}

async function readMachine(
  { folder, env }: { folder: string; env: Environment },
  signal: AbortSignal,
): Promise<string> {
  const variables = { GIT_CONFIG_GLOBAL: undefined, GIT_CONFIG_NOSYSTEM: undefined }
  const place = { directory: join(folder, NO_WORK_TREE), workTree: folder }
  const git = createGit({ place, env, variables })
  const listed = await git(['config', '--list', '-z'], signal).catch(noAnswer)
  return keepConfiguration(`${listed ?? ''}`, (key) => OF_MACHINE.test(key))
}

async function readHead(git: Git, signal: AbortSignal): Promise<Head> {
  const ask = async (...args: string[]) => {
    const answer = await git(args, signal).catch(noAnswer)
    return answer && line(answer)
  }
  const branch = await ask('symbolic-ref', '-q', 'HEAD')
  return { branch, head: await ask('rev-parse', '--verify', '-q', 'HEAD^{commit}') }
}

/** A git on the shadow's work tree and one index; without an index on refs and objects alone. */
export function shadowGit(
  { root, directory }: GitFolder,
  { env, index }: { env: Environment; index?: string },
): Git {
  if (index === undefined)
    return createGit({ place: { directory, workTree: join(directory, NO_WORK_TREE) }, env })
  const variables = { GIT_INDEX_FILE: index }
  return createGit({ place: { directory, workTree: root }, env, variables })
}

/** Makes an empty bare git directory. */
export async function createGitDirectory(directory: string): Promise<void> {
  for (const name of ['objects/info', 'objects/pack', 'refs', 'info', NO_WORK_TREE])
    await mkdir(join(directory, name), { recursive: true })
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFile(join(directory, 'config'), '[core]\n\trepositoryformatversion = 0\n')
}

/** An ignore rule for the folder of the run, should it lie in the work tree. */
function exclusion(root: string, folder: string): string {
  const path = relative(root, folder)
  if (path === '' || isAbsolute(path) || path.split(sep)[0] === '..') return ''
  return `\n/${path.replaceAll(sep, '/').replace(/[*?[\\]/g, '\\$&')}/\n`
}
