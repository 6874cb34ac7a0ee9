import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs'
import { join, parse, resolve } from 'node:path'
import { attempt } from '../errors.ts'
import type { Env } from '../programs/environment.ts'
import { readPlainFile } from '../workspace/plain-file.ts'
import { findRepository } from '../workspace/repository.ts'

/** What is guarded: a file, or a folder with the files that lie in it. */
export type Place = { readonly path: string; readonly kind: 'file' | 'folder' }

type Options = {
  readonly directory: string
  readonly env: Env
  /** The action's own code that runs later. */
  readonly ownFiles: readonly string[]
}

const file = (path: string): Place => ({ path, kind: 'file' })
const folder = (path: string): Place => ({ path, kind: 'folder' })

/** What later steps run or believe without being told, and an agent that is not in a sandbox could write. */
export function placesOf({ directory, env, ownFiles }: Options): readonly Place[] {
  const { GITHUB_WORKSPACE: workspace } = env
  const checkouts = [directory, ...(workspace ? [workspace, ...foldersIn(workspace)] : [])]
  const ofGit = [...new Set(checkouts.flatMap(gitFoldersOf))].flatMap(gitPlaces)
  // Where a link in a checkout leads is not the checkout's.
  const places = [...runnersFiles(env), ...homePlaces(env), ...ownFiles.map(file)]
  const all = [...ofGit, ...places, ...places.flatMap(targetOf)]
  return [...new Map(all.map((place) => [place.path, place])).values()]
}

/** Outputs, environment, path, state and summary of the step, the event, and the credentials that actions/checkout keeps. */
function runnersFiles({ RUNNER_TEMP: temporary, ...env }: Env): readonly Place[] {
  const names = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY', 'EVENT_PATH']
  const files = names.flatMap((name) => env[`GITHUB_${name}`] ?? [])
  const kept = temporary ? pathsIn(temporary) : []
  const credentials = kept.filter((path) => /[/\\]git-credentials-[^/\\]*\.config$/.test(path))
  return [...files, ...credentials].map(file)
}

/** Configuration, hooks, attributes; git's own folder is there so that a link in its place is seen. */
function gitPlaces(path: string): readonly Place[] {
  const modules = modulesIn(join(path, 'modules'))
  const files = ['', 'config', 'config.worktree', 'commondir', 'objects/info/alternates']
  const places = [path, ...modules].flatMap((one) => [
    ...files.map((name) => file(join(one, name))),
    ...['hooks', 'info'].map((name) => folder(join(one, name))),
  ])
  return [...places, ...modules.flatMap(pointerTo)]
}

const longestSettings = 64 * 1024

/** In the work tree of a submodule, what leads to its git folder. */
function pointerTo(module: string): readonly Place[] {
  const settings = readPlainFile(join(module, 'config'), longestSettings).bytes?.toString() ?? ''
  const [, tree] = /^[ \t]*worktree = (.+)$/m.exec(settings) ?? []
  return tree === undefined ? [] : [file(join(resolve(module, tree), '.git'))]
}

const deepestModule = 5

/** Git folders of submodules: their names may have slashes. */
function modulesIn(path: string, depth = 0): readonly string[] {
  if (depth > deepestModule || !isFolder(path)) return []
  return foldersIn(path).flatMap((one) => {
    const isModule = existsSync(join(one, 'HEAD'))
    const inner = modulesIn(isModule ? join(one, 'modules') : one, depth + 1)
    return isModule ? [one, ...inner] : inner
  })
}

/** What git, ssh, npm, docker and shells read in a home. */
function homePlaces(env: Env): readonly Place[] {
  const home = env.HOME ?? env.USERPROFILE
  const npmrc = env.NPM_CONFIG_USERCONFIG ?? env.npm_config_userconfig
  const named = [env.GIT_CONFIG_GLOBAL, npmrc].flatMap((path) => path || []).map(file)
  if (!home) return named
  const names = [
    ...['.gitconfig', '.git-credentials', '.npmrc', '.netrc', '.docker/config.json'],
    ...['.bashrc', '.bash_profile', '.bash_login', '.profile', '.zshenv', '.zshrc'],
  ]
  const configuration = env.XDG_CONFIG_HOME || join(home, '.config')
  const folders = [join(home, '.ssh'), join(configuration, 'git')].map(folder)
  return [...named, ...names.map((name) => file(join(home, name))), ...folders]
}

/** The git folders of a checkout; none of a repository that does not know of it. */
function gitFoldersOf(checkout: string): readonly string[] {
  const repository = attempt(() => {
    const directory = realpathSync(checkout)
    return findRepository({ directory, workspace: parse(directory).root })
  })
  return repository ? [repository.entry, repository.directory, repository.common] : []
}

/** A link is guarded with what it leads to. */
function targetOf({ path, kind }: Place): readonly Place[] {
  const isLink = attempt(() => lstatSync(path))?.isSymbolicLink()
  const target = isLink ? attempt(() => realpathSync(path)) : undefined
  return target === undefined ? [] : [{ path: target, kind }]
}

function foldersIn(path: string): readonly string[] {
  return pathsIn(path).filter(isFolder)
}

function isFolder(path: string): boolean {
  return attempt(() => lstatSync(path))?.isDirectory() === true
}

function pathsIn(folder: string): readonly string[] {
  const names = attempt(() => readdirSync(folder)) ?? []
  return names.map((name) => join(folder, name))
}
