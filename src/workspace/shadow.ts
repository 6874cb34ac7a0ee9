import { appendFile, mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { copyIndex, copyPlainFile, copySharedIndexes } from './copied-file.ts'
import { createGit, type Environment, type Git, noAnswer } from './git.ts'
import { keepConfiguration, listConfiguration } from './git-configuration.ts'
import type { Repository } from './repository.ts'
import { type Head, readHead, viewObjects, viewRepository } from './repository-view.ts'

/**
 * A git directory of the action's own for a checkout and its copies. It reads the checkout's objects, and has its ignore
 * rules and conversions as they were when it was made; it never writes into the checkout's `.git`.
 */
export type Shadow = Head & {
  readonly root: string
  readonly directory: string
  readonly repository: Repository
  /** The checkout's index as it was; no such file when there was none. */
  readonly checkoutIndex: string
}

/** A git directory, and the work tree that is to be seen with an index. */
export type GitFolder = Pick<Shadow, 'root' | 'directory'>

/** What decides how a file becomes a blob, and no more: no program, and no credentials. */
const CONVERSION =
  'core\\.(autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|longpaths|bigfilethreshold)'
const OF_CHECKOUT = new RegExp(
  `^(${CONVERSION}|core\\.repositoryformatversion|extensions\\.objectformat)$`,
)
const OF_MACHINE = new RegExp(`^(${CONVERSION}|core\\.(excludesfile|attributesfile))$`)

/**
 * `core.sparseCheckout` lets git look at files that exist though the index marks them as left out. A copy of a file has the
 * time and size of the original, and nothing else that an index knows of it.
 */
const OWN_CONFIGURATION =
  '[core]\n\tsafecrlf = false\n\tsparseCheckout = true\n\tcheckStat = minimal\n\ttrustctime = false\n'

/** A folder in a git directory that stands for a work tree without files, so that no attributes of files apply. */
const NO_WORK_TREE = 'no-work-tree'

/** Makes the shadow of a repository in a new folder of `temporary`. */
export async function createShadow(
  { repository, temporary, env }: { repository: Repository; temporary: string; env: Environment },
  signal: AbortSignal,
): Promise<Shadow> {
  const { top: root, directory: checkout, common } = repository
  const view = await viewRepository(repository, { temporary, env }, signal)
  const { head, branch } = await readHead(view, signal)
  const directory = await mkdtemp(join(temporary, 'snapshot-'))
  const configuration = await readConfiguration(repository, { folder: directory, env }, signal)
  const objects = join(common, 'objects')
  await createGitDirectory(directory)
  await appendFile(join(directory, 'config'), configuration + OWN_CONFIGURATION)
  const borrowed = await viewObjects(objects, join(directory, 'borrowed'))
  await writeFile(join(directory, 'objects', 'info', 'alternates'), `${borrowed}\n`)
  await copyPlainFile(join(common, 'info', 'exclude'), join(directory, 'info', 'exclude'))
  await appendFile(join(directory, 'info', 'exclude'), exclusion(root, await realpath(temporary)))
  await copyPlainFile(join(common, 'info', 'attributes'), join(directory, 'info', 'attributes'))
  await copySharedIndexes(checkout, directory)

  const checkoutIndex = join(directory, 'checkout-index')
  const hasIndex = await copyIndex(join(checkout, 'index'), checkoutIndex)
  if (!hasIndex && head !== undefined)
    await shadowGit({ root, directory }, { env, index: checkoutIndex })(['read-tree', head], signal)
  return { root, directory, repository, head, branch, checkoutIndex }
}

/** The settings of the machine, then those of the checkout, of which the later ones win. */
async function readConfiguration(
  { directory, common }: Repository,
  place: { folder: string; env: Environment },
  signal: AbortSignal,
): Promise<string> {
  const { folder, env } = place
  const variables = { GIT_CONFIG_GLOBAL: undefined, GIT_CONFIG_NOSYSTEM: undefined }
  const git = createGit({ place: { directory: folder, workTree: folder }, env, variables })
  const ofMachine = await git(['config', '--list', '-z'], signal).catch(noAnswer)
  const files = [...new Set([join(common, 'config'), join(directory, 'config.worktree')])]
  const texts = [keepConfiguration(`${ofMachine ?? ''}`, (key) => OF_MACHINE.test(key))]
  for (const file of files) {
    const listed = await listConfiguration({ ...place, file }, signal)
    texts.push(keepConfiguration(listed, (key) => OF_CHECKOUT.test(key)))
  }
  return texts.join('')
}

/** A git on the shadow's work tree and one index; without an index on objects alone. */
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

/** An ignore rule for a folder of the action's own, should it lie in the work tree. */
function exclusion(root: string, folder: string): string {
  const path = relative(root, folder)
  if (path === '' || isAbsolute(path) || path.split(sep)[0] === '..') return ''
  return `\n/${path.replaceAll(sep, '/').replace(/[*?[\\]/g, '\\$&')}/\n`
}
