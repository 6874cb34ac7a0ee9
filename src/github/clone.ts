import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { createGit, type Environment, type Git, GitError } from '../workspace/git.ts'
import { createGitDirectory, shadowGit } from '../workspace/shadow.ts'
import type { GitHub } from './client.ts'
import { backOff, repeat } from './repeat.ts'

/** A bare repository of the action's own: it has what was fetched, and nothing of the checkout. */
export type Clone = {
  /** For files that are needed for a moment. */
  readonly directory: string
  /** On the objects. */
  readonly git: Git
  /** On a new, empty index. */
  readonly withIndex: () => Git
  /** Gets a commit by its id, without its parents; one that is here already is not fetched again. */
  readonly fetch: (commit: string, signal: AbortSignal) => Promise<void>
}

/** How a runner reaches the network; certificates of one's own are named in `GIT_SSL_CAINFO`. */
const networkVariables = [
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    name,
    name.toLowerCase(),
  ]),
  ...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
]

/** Makes the repository, empty, in a new folder of `temporary`. */
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
    directory: place,
    git: shadowGit(folder, { env }),
    withIndex: () => shadowGit(folder, { env, index: join(place, `index-${randomUUID()}`) }),
    async fetch(commit, signal) {
      if (fetched.has(commit)) return
      const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1']
      await repeat(() => remote(['fetch', ...options, url, commit], signal), waitAfter, signal)
      fetched.add(commit)
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
    // Errors are recognized by their English words.
    LC_ALL: 'C',
  }
}

const passing = /error: 5\d\d|could not resolve|timed out|connection|early EOF|RPC failed/i

/** A fetch may be repeated as often as one likes. */
function waitAfter(error: unknown, attempt: number): number | undefined {
  const isPassing = error instanceof GitError && passing.test(error.stderr)
  return isPassing ? backOff(attempt) : undefined
}
