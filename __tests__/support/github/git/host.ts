import { spawn } from 'node:child_process'
import type { Answer } from '../answer.ts'
import type { Identity } from '../identity.ts'
import { findRepository, type Hosted, type State } from '../state.ts'
import { gitEnvironment } from './bare.ts'
import { followBranches } from './branches.ts'
import { nameReason } from './declined.ts'

/** A request of a git client; `identity` is undefined for an unknown token as well as without one. */
export type GitRequest = {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly bytes: Buffer
  readonly identity: Identity | undefined
}

/** Answers a fetch or push over HTTP as github.com does; the work is done by `git http-backend`. */
export async function answerGit(state: State, request: GitRequest): Promise<Answer> {
  const { url, identity } = request
  const address = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/.*)$/.exec(url.pathname) ?? []
  const [, owner = '', name = '', path = ''] = address
  const repository = findRepository(state, owner, name)
  const push = /\bgit-receive-pack$/.test(url.href)
  if (!isAuthenticated(state, request, push)) return unauthorized
  if (!repository || !mayFetch(state, identity)) return refuse(404, 'Repository not found.')
  if (push && !mayPush(repository, identity)) {
    const full = `${repository.owner}/${repository.name}.git`
    return refuse(403, `Permission to ${full} denied to ${identity?.account.login}.`)
  }
  followBranches(state)
  const answer = await runBackend(request, {
    ...gitEnvironment(repository.bare.path),
    GIT_PROJECT_ROOT: repository.bare.path,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    REMOTE_USER: identity?.account.login ?? '',
    GITHUB_APP: identity?.app?.slug ?? '',
    GITHUB_PROTECTED: repository.fork ? '' : [...state.protectedBranches].join(' '),
  })
  followBranches(state)
  return answer
}

const unauthorized = refuse(
  401,
  'Invalid username or token. Password authentication is not supported for Git operations.',
)

function refuse(status: number, body: string): Answer {
  const headers = { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="GitHub"' }
  return { status, body, headers }
}

/** A public repository can be fetched by anybody, but not with a wrong token. */
function isAuthenticated(state: State, { headers, identity }: GitRequest, push: boolean): boolean {
  if (identity) return true
  return headers.authorization === undefined && !push && !state.private
}

function mayFetch(state: State, identity: Identity | undefined): boolean {
  return identity ? identity.permissions.contents !== 'none' : !state.private
}

/** A workflow's token is for one repository, so a fork is out of its reach. */
function mayPush({ fork, owner }: Hosted, identity: Identity | undefined): boolean {
  if (fork) return identity?.account.login === owner
  return identity?.permissions.contents === 'write'
}

/** Runs the CGI program, whose answer begins with headers of its own. */
async function runBackend(
  { method, url, headers, bytes }: GitRequest,
  own: Readonly<Record<string, string>>,
): Promise<Answer> {
  const env = {
    ...own,
    REQUEST_METHOD: method,
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: headers['content-type'] ?? '',
    CONTENT_LENGTH: String(bytes.length),
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    GIT_PROTOCOL: headers['git-protocol'] ?? '',
  }
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  // It may end before it has read everything.
  backend.stdin.on('error', () => undefined).end(bytes)
  const output = await backend.stdout.toArray()
  return parseCgi(Buffer.concat(output))
}

function parseCgi(output: Buffer): Answer {
  const end = output.indexOf('\r\n\r\n')
  const lines = output.subarray(0, end).toString().split('\r\n')
  const { Status = '200', ...headers } = Object.fromEntries(
    lines.map((line) => [line.replace(/:.*/s, ''), line.replace(/^.*?: */s, '')]),
  )
  const content = output.subarray(end + 4)
  const pushed = headers['Content-Type'] === 'application/x-git-receive-pack-result'
  const body = pushed ? nameReason(content) : content
  return { status: Number.parseInt(Status, 10), headers, body }
}
