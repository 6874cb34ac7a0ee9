import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { createGit, type Environment, type Git, GitError } from '../workspace/git.ts'
import { createGitDirectory, shadowGit } from '../workspace/shadow.ts'
import { backOff, type GitHub, repeat } from './client.ts'

/** A bare repository for publishing: it has what was fetched, and nothing of the checkout. */
export type Clone = {
  /** A git on the objects. */
  readonly git: Git
  /** A git on a new index that holds a tree. */
  readonly open: (tree: string, signal: AbortSignal) => Promise<Git>
  /** Fetches a commit by its id once, without its parents. */
  readonly fetch: (commit: string, signal: AbortSignal) => Promise<void>
}

/** How a runner reaches the network; `GIT_SSL_CAINFO` names further certificates. */
const networkVariables = [
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    name,
    name.toLowerCase(),
  ]),
  ...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
]

/** Makes an empty repository in a new folder of `temporary`. */
export async function createClone(origin: {
  readonly github: GitHub
  readonly temporary: string
  readonly env: Environment
}): Promise<Clone> {
  const { github, temporary, env } = origin
  const place = await mkdtemp(join(temporary, 'publish-'))
  const folder = { root: join(place, 'empty'), directory: join(place, 'git') }
  const { root: workTree, directory } = folder
  await mkdir(workTree)
  await createGitDirectory(directory)
  const network = Object.fromEntries(networkVariables.map((name) => [name, env[name]]))
  const variables = { ...network, ...authentication(github) }
  const remote = createGit({ place: { directory, workTree }, env, variables })
  const url = `${github.server}/${github.owner}/${github.repo}.git`
  const fetched = new Set<string>()
  return {
    git: shadowGit(folder, { env }),
    async open(tree, signal) {
      const git = shadowGit(folder, { env, index: join(place, `index-${randomUUID()}`) })
      await git(['read-tree', tree], signal)
      return git
    },
    async fetch(commit, signal) {
      if (fetched.has(commit)) return
      const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1']
      await repeat(() => remote(['fetch', ...options, url, commit], signal), waitAfter, signal)
      fetched.add(commit)
    },
  }
}

/**
 * Keeps the token out of files and arguments. The empty first value drops what any configuration says, since two headers
 * are a bad request, and this key goes before a general `http.extraheader`.
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
    // Errors are recognized by their English words.
    LC_ALL: 'C',
  }
}

const passing = /error: 5\d\d|could not resolve|timed out|connection|early EOF|RPC failed/i

function waitAfter(error: unknown, attempt: number): number | undefined {
  const isPassing = error instanceof GitError && passing.test(error.stderr)
  return isPassing ? backOff(attempt) : undefined
}
