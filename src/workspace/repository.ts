import { lstatSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { attempt, UserError } from '../errors.ts'
import { isInside } from '../path.ts'
import { readPlainFile } from './plain-file.ts'

/** The repository of a work tree, found without git; real paths. */
export type Repository = {
  /** The top level of the work tree. */
  readonly top: string
  /** What is called `.git` there: a folder, or a file that points to one. */
  readonly entry: string
  /** The git directory of this work tree. */
  readonly directory: string
  /** The same, or the one of the repository that this work tree was added to. */
  readonly common: string
}

type Place = { readonly directory: string; readonly workspace: string }

/**
 * The repository whose work tree a folder is in: that of the nearest `.git` upwards, as far as the workspace; undefined if
 * there is none. Both paths are real. Throws `UserError` (`config-invalid`) for a folder of a repository without a work tree.
 */
export function findRepository({ directory, workspace }: Place): Repository | undefined {
  const folders = foldersUpTo(directory, workspace)
  const bare = folders.find(isGitDirectory)
  if (bare !== undefined)
    throw invalid(
      `working-directory is in ${bare}, a git repository without a work tree. Name a folder of a checkout.`,
    )
  const top = folders.find((folder) => kindOf(join(folder, '.git')))
  return top === undefined ? undefined : openRepository(top)
}

/** The repository at the top level of a work tree; one that its `.git` points to must know of it. */
export function openRepository(top: string): Repository {
  const entry = join(top, '.git')
  const kind = kindOf(entry)
  const directory = kind === 'folder' ? realPathOf(entry) : realPathOf(pointedTo(entry) ?? '\0')
  const common =
    directory && realPathOf(resolve(directory, textOf(join(directory, 'commondir')) ?? '.'))
  if (directory === undefined || common === undefined || !isGitDirectory(common))
    throw invalid(`${entry} does not lead to a git repository. Check out again.`)
  const repository = { top, entry, directory, common }
  const isOwn = directory === entry && common === directory
  if (isOwn || isWorktree(repository) || isSubmodule(repository)) return repository
  throw invalid(
    `${entry} points to ${directory}, a repository that doesn't list this work tree. Run "git worktree repair" or "git submodule update" in an earlier step, or check out again.`,
  )
}

/** git notes in the directory of a work tree where that is (gitrepository-layout, `worktrees/<id>/gitdir`). */
function isWorktree({ entry, directory, common }: Repository): boolean {
  if (dirname(directory) !== join(common, 'worktrees')) return false
  const noted = textOf(join(directory, 'gitdir'))
  return noted !== undefined && realPathOf(dirname(resolve(directory, noted))) === dirname(entry)
}

/** git notes in the settings of a submodule's directory where its work tree is. */
function isSubmodule({ top, directory, common }: Repository): boolean {
  if (directory !== common) return false
  const settings = textOf(join(directory, 'config'), longestSettings) ?? ''
  const [, noted] = /^[ \t]*worktree = "?([^"\n]+)"?$/m.exec(settings) ?? []
  return noted !== undefined && realPathOf(resolve(directory, noted)) === top
}

/** gitrepository-layout: what each git directory has. */
function isGitDirectory(path: string): boolean {
  const isFolder = (name: string) => kindOf(join(path, name)) === 'folder'
  return kindOf(join(path, 'HEAD')) === 'file' && isFolder('objects') && isFolder('refs')
}

/** Where a file `gitdir: PATH` points to. */
function pointedTo(entry: string): string | undefined {
  const [, target] = /^gitdir: (.+)$/.exec(textOf(entry) ?? '') ?? []
  return target === undefined ? undefined : resolve(dirname(entry), target)
}

const longestPointer = 8192
const longestSettings = 64 * 1024

function textOf(path: string, longest = longestPointer): string | undefined {
  const { bytes } = readPlainFile(path, longest)
  return bytes?.toString().replace(/\r?\n$/, '')
}

function foldersUpTo(folder: string, outermost: string): readonly string[] {
  if (!isInside({ inner: folder, outer: outermost })) return []
  const above = dirname(folder)
  return above === folder ? [folder] : [folder, ...foldersUpTo(above, outermost)]
}

function kindOf(path: string): 'file' | 'folder' | 'other' | undefined {
  const found = attempt(() => lstatSync(path))
  if (found?.isFile()) return 'file'
  return found && (found.isDirectory() ? 'folder' : 'other')
}

function realPathOf(path: string): string | undefined {
  return attempt(() => realpathSync(path))
}

function invalid(message: string): UserError {
  return new UserError('config-invalid', message)
}
