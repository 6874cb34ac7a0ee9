import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs'
import { join, parse, resolve } from 'node:path'
import { readPlainFile } from '../workspace/plain-file.ts'
import { findRepository } from '../workspace/repository.ts'
import type { Place } from './guarded-files.ts'

type Env = Readonly<Record<string, string | undefined>>

const file = (path: string): Place => ({ path, kind: 'file' })
const folder = (path: string): Place => ({ path, kind: 'folder' })

/** What later steps run or believe without being told, and an agent that is not in a sandbox could write. */
export function placesOf({
  directory,
  env,
  ownFiles,
}: {
  readonly directory: string
  readonly env: Env
  /** The action's own code that runs later. */
  readonly ownFiles: readonly string[]
}): readonly Place[] {
  const workspace = env.GITHUB_WORKSPACE
  const checkouts = [directory, ...(workspace ? [workspace, ...foldersIn(workspace)] : [])]
  const gitFolders = new Set(checkouts.flatMap(gitFoldersOf))
  const ofGit = [...gitFolders].flatMap(gitPlaces)
  // Where a link in a checkout leads is not the checkout's.
  const places = [...runnersFiles(env), ...homePlaces(env), ...ownFiles.map(file)]
  const all = [...ofGit, ...places, ...places.flatMap(leadsTo)]
  return [...new Map(all.map((place) => [place.path, place])).values()]
}

/** Outputs, environment, path, state and summary of the step, the event, and the credentials that actions/checkout keeps. */
function runnersFiles(env: Env): readonly Place[] {
  const names = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY', 'EVENT_PATH']
  const files = names.flatMap((name) => env[`GITHUB_${name}`] ?? [])
  const temporary = env.RUNNER_TEMP
  const credentials = temporary
    ? namesIn(temporary).filter((name) => /^git-credentials-.*\.config$/.test(name))
    : []
  return [...files, ...credentials.map((name) => join(temporary ?? '', name))].map(file)
}

/** Configuration, hooks, attributes; git's own folder is there so that a link in its place is seen. */
function gitPlaces(path: string): readonly Place[] {
  const modules = modulesIn(join(path, 'modules'), 0)
  const places = [path, ...modules].flatMap((one) => [
    file(one),
    ...['config', 'config.worktree', 'commondir'].map((name) => file(join(one, name))),
    ...['hooks', 'info'].map((name) => folder(join(one, name))),
    file(join(one, 'objects', 'info', 'alternates')),
  ])
  return [...places, ...modules.flatMap(gitFileOf)]
}

/** In the work tree of a submodule, what leads to its git folder. */
function gitFileOf(module: string): readonly Place[] {
  const [, tree] = /^[ \t]*worktree = (.+)$/m.exec(textOf(join(module, 'config')) ?? '') ?? []
  return tree === undefined ? [] : [file(join(resolve(module, tree), '.git'))]
}

const deepestModule = 5

/** Git folders of submodules: their names may have slashes. */
function modulesIn(path: string, depth: number): readonly string[] {
  if (depth > deepestModule || !isFolder(path)) return []
  return foldersIn(path).flatMap((one) =>
    existsSync(join(one, 'HEAD'))
      ? [one, ...modulesIn(join(one, 'modules'), depth + 1)]
      : modulesIn(one, depth + 1),
  )
}

/** What git, ssh, npm, docker and shells read in a home. */
function homePlaces(env: Env): readonly Place[] {
  const home = env.HOME ?? env.USERPROFILE
  const npmrc = env.NPM_CONFIG_USERCONFIG ?? env.npm_config_userconfig
  const named = [env.GIT_CONFIG_GLOBAL, npmrc].flatMap((path) => (path ? [file(path)] : []))
  if (!home) return named
  const configuration = env.XDG_CONFIG_HOME || join(home, '.config')
  const names = [
    ...['.gitconfig', '.git-credentials', '.npmrc', '.netrc', '.docker/config.json'],
    ...['.bashrc', '.bash_profile', '.bash_login', '.profile', '.zshenv', '.zshrc'],
  ]
  return [
    ...named,
    ...names.map((name) => file(join(home, name))),
    folder(join(home, '.ssh')),
    folder(join(configuration, 'git')),
  ]
}

/** The git folders of a checkout; none of a repository that does not know of it. */
function gitFoldersOf(checkout: string): readonly string[] {
  try {
    const directory = realpathSync(checkout)
    const repository = findRepository({ directory, workspace: parse(directory).root })
    if (repository === undefined) return []
    return [repository.entry, repository.directory, repository.common]
  } catch {
    return []
  }
}

/** A link is guarded with what it leads to. */
function leadsTo({ path, kind }: Place): readonly Place[] {
  try {
    return lstatSync(path).isSymbolicLink() ? [{ path: realpathSync(path), kind }] : []
  } catch {
    return []
  }
}

const longestText = 64 * 1024

function textOf(path: string): string | undefined {
  return readPlainFile(path, longestText).bytes?.toString()
}

function foldersIn(path: string): readonly string[] {
  return namesIn(path)
    .map((name) => join(path, name))
    .filter(isFolder)
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory()
  } catch {
    return false
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
