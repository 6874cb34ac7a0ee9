import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { createGit, type Environment, type Git, GitError } from '../workspace/git.ts'
import { createGitDirectory, type GitFolder, shadowGit } from '../workspace/shadow.ts'
import type { GitHub } from './client.ts'
import { backOff, repeat } from './repeat.ts'

/** A bare repository of the action's own: it has what was fetched, and nothing of the checkout. */
export type PrivateClone = {
  /** Its git directory; `root` is an empty folder. */
  readonly folder: GitFolder
  readonly env: Environment
  /** A git on the objects, or on one index. */
  readonly git: (index?: string) => Git
  /** Gets a commit by its id, with as many generations; one that is there is not fetched again. */
  readonly fetch: (commit: string, signal: AbortSignal, depth?: number) => Promise<void>
  /** Moves a branch that is still at `expected` (undefined: is not there); throws a `GitError` with the remote's words. */
  readonly push: (move: Move, signal: AbortSignal) => Promise<void>
}

/** Where a branch is to stand, and where it stands by now. */
export type Move = {
  readonly branch: string
  readonly commit: string
  readonly expected: string | undefined
}

const localMs = 120_000
const remoteMs = 300_000

/** How a runner reaches the network; certificates of one's own are named in `GIT_SSL_CAINFO`. */
const networkVariables = [
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    name,
    name.toLowerCase(),
  ]),
  ...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
]

/** Makes the repository, empty, in a new folder of `temporary`. */
export async function createPrivateClone({
  github,
  temporary,
  env,
}: {
  github: GitHub
  temporary: string
  env: Environment
}): Promise<PrivateClone> {
  const place = await mkdtemp(join(temporary, 'publish-'))
  const folder = { root: join(place, 'empty'), directory: join(place, 'git') }
  await mkdir(folder.root)
  await createGitDirectory(folder.directory)
  const variables = { ...networkEnvironment(env), ...authentication(github) }
  const located = { directory: folder.directory, workTree: folder.root }
  const remote = limited(createGit({ place: located, env, variables }), remoteMs)
  const url = `${github.server}/${github.owner}/${github.repo}.git`
  const fetched = new Map<string, number>()
  return {
    folder,
    env,
    git: (index) => limited(shadowGit(folder, { env, ...(index && { index }) }), localMs),
    async fetch(commit, stop, depth = 1) {
      if ((fetched.get(commit) ?? 0) >= depth) return
      const options = ['--quiet', '--no-tags', '--no-write-fetch-head', `--depth=${depth}`]
      await repeat(() => remote(['fetch', ...options, url, commit], stop), waitAfter, stop)
      fetched.set(commit, depth)
    },
    async push({ branch, commit, expected = '' }, stop) {
      const ref = `refs/heads/${branch}`
      const lease = `--force-with-lease=${ref}:${expected}`
      await remote(['push', '--quiet', lease, url, `${commit}:${ref}`], stop)
    },
  }
}

/**
 * No token in a file or in arguments. The empty first value drops what any configuration says, as two headers are a bad
 * request, and this key goes before a general `http.extraheader`.
 */
function authentication({ server, token }: GitHub): Environment {
  const key = `http.${server}/.extraheader`
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${basic}`,
    GIT_ALLOW_PROTOCOL: 'https:http',
    // What the remote says is told apart by its English.
    LC_ALL: 'C',
  }
}

function networkEnvironment(env: Environment): Environment {
  return Object.fromEntries(networkVariables.map((name) => [name, env[name]]))
}

function limited(git: Git, limitMs: number): Git {
  return (args, signal, options) =>
    git(args, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]), options)
}

/** A fetch may be repeated as often as one likes. */
function waitAfter(error: unknown, attempt: number): number | undefined {
  const isPassing = error instanceof GitError && passing.test(error.stderr)
  return isPassing ? backOff(attempt) : undefined
}

const passing = /error: 5\d\d|could not resolve|timed out|connection|early EOF|RPC failed/i
