import {
  appendFile,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { devNull } from 'node:os'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { createGit, type Environment, type Git, line } from './git.ts'
import { keepConfiguration } from './git-configuration.ts'

/**
 * A git directory of the action's own over a work tree. It reads the checkout's objects and has
 * its ignore rules and conversions as they were when it was made: it never writes into the
 * checkout's `.git`, and what an agent does to that does not reach it.
 */
export type Shadow = {
  readonly root: string
  readonly directory: string
  /** The commit that is checked out; absent before the first one. */
  readonly head: string | undefined
  /** The checkout's index, where it lies and may change. */
  readonly liveIndex: string
  /** That of the agent, if it has a copy of the repository to itself. */
  readonly agentsIndex?: string
  /** The checkout's index as it was; no such file when there was none. */
  readonly checkoutIndex: string
}

/** A git directory, and the work tree that is to be seen with an index. */
export type GitFolder = Pick<Shadow, 'root' | 'directory'>

/** What decides how a file becomes a blob, and no more: credentials stay where they are. */
const KEPT_CONFIGURATION =
  /^(core\.(repositoryformatversion|autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|longpaths|excludesfile|attributesfile|checkstat|trustctime|bigfilethreshold)|extensions\.objectformat|filter\..+)$/

/** `core.sparseCheckout` lets git look at files that are there though marked as left out. */
const OWN_CONFIGURATION = '[core]\n\tsafecrlf = false\n\tsparseCheckout = true\n'

/** Makes the shadow of the repository at `root` in a new folder of `temporary`. */
export async function createShadow(
  { root, temporary, env }: { root: string; temporary: string; env: Environment },
  signal: AbortSignal,
): Promise<Shadow> {
  const git = createGit({ directory: root, env })
  const ask = async (...args: string[]) => line(await git(args, signal))
  const [place, configuration] = await Promise.all([
    ask('rev-parse', '--git-dir', '--revs-only', 'HEAD'),
    ask('config', '--list', '-z'),
  ])
  // Of a branch without a commit the second line is missing.
  const head = /\n([0-9a-f]{40,64})$/.exec(place)?.[1]
  const checkout = resolve(root, head === undefined ? place : place.slice(0, -head.length - 1))
  const common = await findCommonDirectory(checkout)

  const directory = await mkdtemp(join(temporary, 'snapshot-'))
  const write = (name: string, text: string) => writeFile(join(directory, name), text)
  await linkObjects(join(common, 'objects'), join(directory, 'objects'))
  await mkdir(join(directory, 'objects', 'info'), { recursive: true })
  await mkdir(join(directory, 'refs'))
  await mkdir(join(directory, 'info'))
  await write('HEAD', 'ref: refs/heads/none\n')
  await write('objects/info/alternates', `${join(common, 'objects')}\n`)
  await write(
    'config',
    keepConfiguration(configuration, (key) => KEPT_CONFIGURATION.test(key)) + OWN_CONFIGURATION,
  )
  await copyIfThere(join(common, 'info', 'exclude'), join(directory, 'info', 'exclude'))
  await appendFile(join(directory, 'info', 'exclude'), exclusion(root, await realpath(temporary)))
  await copyIfThere(join(common, 'info', 'attributes'), join(directory, 'info', 'attributes'))
  await copySharedIndexes(checkout, directory)

  const liveIndex = join(checkout, 'index')
  const checkoutIndex = join(directory, 'checkout-index')
  await copyIndex(liveIndex, checkoutIndex)
  return { root, directory, head, liveIndex, checkoutIndex }
}

/** A git on the shadow's work tree and one index; without an index on objects alone, so that no attributes of the work tree apply. */
export function shadowGit(
  shadow: GitFolder,
  { env, index }: { env: Environment; index?: string },
): Git {
  const workTree = index && { GIT_WORK_TREE: shadow.root, GIT_INDEX_FILE: index }
  return createGit({
    directory: workTree ? shadow.root : shadow.directory,
    env,
    variables: {
      ...workTree,
      GIT_DIR: shadow.directory,
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
    },
  })
}

/** Copies an index, if it is there, so that git trusts no more of it than of the original; tells whether it is. */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  if (!(await copyIfThere(from, to))) return false
  const { atime, mtimeMs } = await stat(from)
  // git looks again at files as young as the index, so the copy must not look younger; a microsecond is lost on the way.
  await utimes(to, atime, mtimeMs / 1000 - 0.000_001)
  return true
}

/** Where a worktree shares what is not its own (gitrepository-layout, `commondir`). */
async function findCommonDirectory(checkout: string): Promise<string> {
  const found = await readFile(join(checkout, 'commondir')).catch(() => undefined)
  return found === undefined ? checkout : resolve(checkout, line(found))
}

/** An agent that removes or collects the checkout's objects does not take away what to compare with. */
async function linkObjects(from: string, to: string): Promise<void> {
  const found = await readdir(from, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile() && entry.parentPath !== join(from, 'info'))
  const target = (path: string) => join(to, relative(from, path))
  const folders = new Set(files.map(({ parentPath }) => target(parentPath)))
  await Promise.all([...folders].map((folder) => mkdir(folder, { recursive: true })))
  const links = files.map(({ parentPath, name }) => join(parentPath, name))
  // Files of another volume or owner can't be linked; they are only read where they are.
  await Promise.allSettled(links.map((path) => link(path, target(path))))
}

/** An ignore rule for a folder of the action's own, should it lie in the work tree. */
function exclusion(root: string, folder: string): string {
  const path = relative(root, folder)
  if (path === '' || isAbsolute(path) || path.split(sep)[0] === '..') return ''
  return `\n/${path.replaceAll(sep, '/').replace(/[*?[\\]/g, '\\$&')}/\n`
}

async function copySharedIndexes(from: string, to: string): Promise<void> {
  const names = await readdir(from)
  const shared = names.filter((name) => name.startsWith('sharedindex.'))
  await Promise.all(shared.map((name) => copyFile(join(from, name), join(to, name))))
}

async function copyIfThere(from: string, to: string): Promise<boolean> {
  const found = await stat(from).catch(() => undefined)
  if (!found?.isFile()) return false
  await copyFile(from, to)
  return true
}
