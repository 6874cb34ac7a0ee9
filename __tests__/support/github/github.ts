import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScript, type Script } from './faults.ts'
import { createBare } from './git/bare.ts'
import { type Account, type Permissions, userIdentity, workflowIdentity } from './identity.ts'
import { createSeeds, type Files } from './seeds.ts'
import { type LoggedRequest, listen } from './server.ts'
import type { State } from './state.ts'

/** How the stand-in differs from a public repository `octo/sample` with everything allowed. */
export type GitHubOptions = {
  readonly repository?: string
  /** The first commit of the default branch. */
  readonly files?: Files
  readonly private?: boolean
  readonly defaultBranch?: string
  /** Of the workflow's token; write where nothing is said. */
  readonly permissions?: Partial<Permissions>
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  readonly mayOpenPullRequests?: boolean
  /** Further accounts; the owner is there as an admin, and `mona`, who triggers the runs, with write. */
  readonly accounts?: Readonly<Record<string, Listed>>
}

/** A github.com of its own, gone when it is disposed of. */
export type GitHub = AsyncDisposable &
  ReturnType<typeof createSeeds> &
  Pick<Script, 'fail' | 'before'> &
  Pick<State, 'urls'> & {
    /** What the runner sets: `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`. */
    readonly env: Readonly<Record<string, string>>
    /** Of the workflow, and of the owner. */
    readonly tokens: { readonly workflow: string; readonly user: string }
    /** A new token of an account that is known. */
    readonly tokenOf: (login: string) => string
    /** All requests, in the order of their ends. */
    readonly requests: readonly LoggedRequest[]
    /** What clients did that does not fit GitHub's description: a test expects none. */
    readonly violations: readonly string[]
  }

const everything: Permissions = { contents: 'write', issues: 'write', pull_requests: 'write' }

/**
 * Starts a stateful stand-in of github.com on loopback: REST under `/api/v3`, held against GitHub's published description;
 * GraphQL at `/api/graphql`, on GitHub's published schema; and real git over HTTP at `/OWNER/REPO.git`. It imitates
 * docs.github.com; where a message is not written there, it is from reports of users.
 */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const folder = mkdtempSync(join(tmpdir(), 'github-'))
  const script = createScript()
  const requests: LoggedRequest[] = []
  const { server, state } = await listen((url) => {
    const log = (request: LoggedRequest) => void requests.push(request)
    return { state: createState(options, url, folder), script, log }
  })
  const { owner, name } = state.origin
  const seeds = createSeeds(state)
  seeds.commit(state.defaultBranch, options.files ?? { 'README.md': '# Sample\n' })
  const permissions = { ...everything, ...options.permissions }
  const workflow = `ghs_${randomUUID()}`
  state.identities.set(workflow, workflowIdentity(permissions))
  const tokenOf = (login: string) => {
    const account = state.accounts.get(login)
    if (account === undefined) throw new Error(`No account ${login}`)
    const token = `ghp_${randomUUID()}`
    state.identities.set(token, userIdentity(account))
    return token
  }
  return {
    ...seeds,
    fail: script.fail,
    before: script.before,
    tokenOf,
    tokens: { workflow, user: tokenOf(owner) },
    requests,
    urls: state.urls,
    violations: state.violations,
    env: {
      GITHUB_API_URL: state.urls.api,
      GITHUB_GRAPHQL_URL: state.urls.graphql,
      GITHUB_SERVER_URL: state.urls.server,
      GITHUB_REPOSITORY: `${owner}/${name}`,
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function createState(options: GitHubOptions, url: string, folder: string): State {
  const { repository = 'octo/sample', defaultBranch = 'main' } = options
  const [owner = '', name = ''] = repository.split('/')
  let last = 1000
  const nextId = () => ++last
  const usual: Readonly<Record<string, Listed>> = {
    [owner]: { role: 'admin' },
    mona: { role: 'write' },
  }
  const listed = Object.entries({ ...usual, ...options.accounts })
  const accounts = listed.map(([login, { role = 'none', type = 'User', ...more }]) => {
    return { login, id: nextId(), type, role, ...more }
  })
  const bare = createBare(join(folder, name), { defaultBranch })
  const bot = workflowIdentity(everything).account
  return {
    urls: { api: `${url}/api/v3`, graphql: `${url}/api/graphql`, server: url },
    origin: { id: nextId(), owner, name, fork: false, bare },
    private: options.private ?? false,
    defaultBranch,
    mayOpenPullRequests: options.mayOpenPullRequests ?? true,
    accounts: new Map([...accounts, bot].map((account) => [account.login, account])),
    identities: new Map(),
    forks: new Map(),
    protectedBranches: new Set(),
    issues: new Map(),
    comments: new Map(),
    signed: new Set(),
    violations: [],
    nextId,
  }
}

type Listed = Partial<Pick<Account, 'role' | 'type' | 'roleName'>>
