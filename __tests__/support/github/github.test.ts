import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { getOctokit } from '@actions/github'
import { expect, test } from '@jest/globals'
import { limits } from './faults.ts'
import { type GitHub, type GitHubOptions, startGitHub } from './github.ts'

const run = promisify(execFile)
const repo = { owner: 'octo', repo: 'sample' }

test('comments are listed by pages with the links of github.com', async () => {
  await using github = await startGitHub()
  const issue_number = github.openIssue()
  for (let n = 1; n <= 5; n++) github.comment(issue_number, `Comment ${n}`)
  const octokit = client(github)
  const page = await octokit.rest.issues.listComments({
    ...repo,
    issue_number,
    per_page: 2,
    page: 2,
  })
  expect(page.data.map(({ body }) => body)).toEqual(['Comment 3', 'Comment 4'])
  const link = (relation: string, n: number) => {
    const path = `repositories/\\d+/issues/1/comments`
    return `<${github.urls.api}/${path}\\?per_page=2&page=${n}>; rel="${relation}"`
  }
  const links = [link('prev', 1), link('next', 3), link('last', 3), link('first', 1)]
  expect(page.headers.link).toMatch(new RegExp(`^${links.join(', ')}$`))
  const all = await octokit.paginate(octokit.rest.issues.listComments, {
    ...repo,
    issue_number,
    per_page: 2,
  })
  expect(all).toHaveLength(5)
  expect(github.violations).toEqual([])
})

test('a comment of the workflow carries its app, keeps its author when edited, and can be deleted', async () => {
  await using github = await startGitHub()
  const { issues } = client(github).rest
  const issue_number = github.openIssue()
  const created = await issues.createComment({ ...repo, issue_number, body: 'One' })
  expect(created.status).toBe(201)
  expect(created.data).toMatchObject({
    user: { login: 'github-actions[bot]', type: 'Bot' },
    performed_via_github_app: { slug: 'github-actions' },
    author_association: 'NONE',
  })
  const comment_id = created.data.id
  await client(github, github.tokens.user).rest.issues.updateComment({
    ...repo,
    comment_id,
    body: 'Two',
  })
  expect(github.comments(issue_number)).toEqual([
    { id: comment_id, body: 'Two', login: 'github-actions[bot]', app: 'github-actions' },
  ])
  await issues.deleteComment({ ...repo, comment_id })
  await expect(issues.getComment({ ...repo, comment_id })).rejects.toMatchObject({ status: 404 })
  expect(github.violations).toEqual([])
})

test('a body of 65,536 characters is taken, one more is not', async () => {
  await using github = await startGitHub()
  const { issues } = client(github).rest
  const issue_number = github.openIssue()
  await issues.createComment({ ...repo, issue_number, body: 'x'.repeat(65_536) })
  const longer = issues.createComment({ ...repo, issue_number, body: 'x'.repeat(65_537) })
  await expect(longer).rejects.toMatchObject({
    status: 422,
    response: {
      data: {
        message: 'Validation Failed',
        errors: [
          {
            resource: 'IssueComment',
            code: 'unprocessable',
            field: 'data',
            message: 'Body is too long (maximum is 65536 characters)',
          },
        ],
      },
    },
  })
  expect(github.comments(issue_number)).toHaveLength(1)
})

test.each<[string, GitHubOptions, (github: GitHub) => Promise<unknown>, string]>([
  [
    'a comment without the permission',
    { permissions: { issues: 'read' } },
    (github) => {
      const issue_number = github.openIssue()
      return client(github).rest.issues.createComment({ ...repo, issue_number, body: 'x' })
    },
    'Resource not accessible by integration',
  ],
  [
    'a pull request where the setting forbids it',
    { mayOpenPullRequests: false },
    (github) => {
      github.commit('topic', { 'a.txt': 'a' })
      return client(github).rest.pulls.create({ ...repo, title: 'T', head: 'topic', base: 'main' })
    },
    'GitHub Actions is not permitted to create or approve pull requests.',
  ],
  [
    'a comment on a locked issue',
    {},
    (github) => {
      const issue_number = github.openIssue()
      github.lock(issue_number)
      return client(github).rest.issues.createComment({ ...repo, issue_number, body: 'x' })
    },
    'Unable to create comment because issue is locked.',
  ],
  [
    'the question whose the workflow token is',
    {},
    (github) => client(github).rest.users.getAuthenticated(),
    'Resource not accessible by integration',
  ],
])('%s is answered with 403', async (_what, options, act, message) => {
  await using github = await startGitHub(options)
  await expect(act(github)).rejects.toMatchObject({ status: 403, response: { data: { message } } })
  expect(github.violations).toEqual([])
})

test('a wrong token, a missing user agent and what is no JSON are turned away', async () => {
  await using github = await startGitHub()
  const issue_number = github.openIssue()
  const wrong = client(github, 'ghs_wrong').rest.issues.get({ ...repo, issue_number })
  await expect(wrong).rejects.toMatchObject({ status: 401 })
  expect(github.violations).toEqual([])
  const send = (headers: Record<string, string>, body = '') => {
    const authorized = { authorization: `token ${github.tokens.workflow}`, ...headers }
    return post(`${github.urls.api}/repos/octo/sample/issues/1/comments`, authorized, body)
  }
  expect(await send({}, '{"body":"x"}')).toBe(403)
  expect(await send({ 'user-agent': 'test' }, '{"body":')).toBe(422)
  expect(await send({ 'user-agent': 'test' }, '{"body":"x"}')).toBe(201)
  expect(github.violations).toHaveLength(2)
})

test('a diff of more than 20,000 lines is not given', async () => {
  await using github = await startGitHub()
  github.commit('topic', { 'long.txt': 'line\n'.repeat(20_001) })
  const pull_number = github.openPull({ head: 'topic' })
  const { pulls } = client(github).rest
  const diff = pulls.get({ ...repo, pull_number, mediaType: { format: 'diff' } })
  await expect(diff).rejects.toMatchObject({
    status: 406,
    response: { data: { errors: [{ field: 'diff', code: 'too_large' }] } },
  })
})

test('either permission is enough for a comment on a pull request, but not on an issue', async () => {
  await using github = await startGitHub({ permissions: { issues: 'none' } })
  const { issues } = client(github).rest
  github.commit('topic', { 'a.txt': 'a' })
  const [pull, issue] = [github.openPull({ head: 'topic' }), github.openIssue()]
  await issues.createComment({ ...repo, issue_number: pull, body: 'x' })
  const refused = issues.createComment({ ...repo, issue_number: issue, body: 'x' })
  await expect(refused).rejects.toMatchObject({ status: 403 })
})

test('an unknown operation and a misspelt field are violations', async () => {
  await using github = await startGitHub()
  const octokit = client(github)
  const issue_number = github.openIssue()
  await expect(octokit.request('GET /repos/octo/sample/nonsense')).rejects.toMatchObject({
    status: 404,
  })
  const misspelt = { ...repo, issue_number, body: 'x', bodyy: 'y' }
  await expect(octokit.rest.issues.createComment(misspelt)).rejects.toMatchObject({ status: 422 })
  expect(github.violations).toEqual([
    'GET /repos/octo/sample/nonsense: there is no such operation in the description',
    expect.stringMatching(/issues\/create-comment: .*"bodyy"/),
  ])
})

test('a fault comes instead of the operation, or after it, as often as it is told', async () => {
  await using github = await startGitHub()
  const { issues } = client(github).rest
  const issue_number = github.openIssue()
  const selection = { method: 'POST', path: /\/comments$/ }
  const create = (body: string) => issues.createComment({ ...repo, issue_number, body })
  github.fail({ ...selection, ...limits.secondary(60, 429) })
  await expect(create('limited')).rejects.toMatchObject({
    status: 429,
    response: { headers: { 'retry-after': '60' } },
  })
  github.fail({ ...selection, after: true })
  await expect(create('lost')).rejects.toMatchObject({ status: 502 })
  github.fail({ ...selection, close: true, after: true })
  await expect(create('cut')).rejects.toMatchObject({ status: 500 })
  await create('through')
  expect(github.comments(issue_number).map(({ body }) => body)).toEqual(['lost', 'cut', 'through'])
  expect(github.requests.map(({ status }) => status)).toEqual([429, 502, 0, 201])
})

test('a hook acts between the read of a client and its write', async () => {
  await using github = await startGitHub()
  github.before({ method: 'POST', path: /^\/graphql$/ }, () =>
    github.commit('main', { 'other.txt': 'other' }),
  )
  const before = github.head('main') ?? ''
  await expect(commitOnBranch(github, before)).rejects.toMatchObject({
    errors: [{ type: 'STALE_DATA', path: ['createCommitOnBranch'] }],
  })
  expect(github.git('show', '--name-only', '--format=', 'main')).toBe('other.txt')
})

test('createCommitOnBranch makes a signed commit that a clone sees', async () => {
  await using github = await startGitHub()
  await commitOnBranch(github, github.head('main') ?? '')
  const head = github.head('main') ?? ''
  expect(github.isVerified(head)).toBe(true)
  await using clone = await cloneOf(github, github.tokens.workflow)
  expect(await clone.git('log', '-1', '--format=%an|%cn|%s')).toBe(
    'github-actions[bot]|GitHub|Change',
  )
  expect(await clone.git('show', 'HEAD:new/file.txt')).toBe('new')
  expect(github.violations).toEqual([])
})

test('updateRefs moves a branch only from where it has to be, and back only by force', async () => {
  await using github = await startGitHub()
  const before = github.head('main') ?? ''
  const after = github.commit('main', { 'a.txt': 'a\n' })
  const octokit = client(github)
  const { data } = await octokit.rest.repos.get(repo)
  const move = (difference: Readonly<Record<string, unknown>>) =>
    octokit.graphql(
      'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }',
      {
        input: {
          repositoryId: data.node_id,
          refUpdates: [{ name: 'refs/heads/main', afterOid: before, ...difference }],
        },
      },
    )
  await expect(move({ beforeOid: before, force: true })).rejects.toThrow(/is not at/)
  await expect(move({ beforeOid: after })).rejects.toThrow(/not a fast forward/)
  expect(github.head('main')).toBe(after)
  await move({ beforeOid: after, force: true })
  expect(github.head('main')).toBe(before)
  expect(github.violations).toEqual([])
})

test('GraphQL tells whose a comment is, and catches what the schema or the stand-in lacks', async () => {
  await using github = await startGitHub()
  const octokit = client(github)
  const issue_number = github.openIssue()
  github.comment(issue_number, 'Of a stranger', 'stranger')
  await octokit.rest.issues.createComment({ ...repo, issue_number, body: 'Own' })
  const query = (fields: string) =>
    octokit.graphql(
      `query($number: Int!) { repository(owner: "octo", name: "sample") {
        issueOrPullRequest(number: $number) { ... on Issue { comments(first: 10) { nodes { ${fields} } } } }
      } }`,
      { number: issue_number },
    )
  expect(await query('viewerDidAuthor author { login }')).toMatchObject({
    repository: {
      issueOrPullRequest: {
        comments: {
          nodes: [
            { viewerDidAuthor: false, author: { login: 'stranger' } },
            { viewerDidAuthor: true, author: { login: 'github-actions' } },
          ],
        },
      },
    },
  })
  expect(github.violations).toEqual([])
  await expect(query('viewerWroteIt')).rejects.toThrow(/Cannot query field "viewerWroteIt"/)
  await expect(query('bodyHTML')).rejects.toThrow(/does not know IssueComment.bodyHTML/)
  expect(github.violations).toHaveLength(3)
})

test('git data keeps file modes, and only a commit without a named author is verified', async () => {
  await using github = await startGitHub({ files: { 'run.sh': 'old', 'gone.txt': 'gone' } })
  const { git } = client(github).rest
  const parent = github.head('main') ?? ''
  const base = await git.getCommit({ ...repo, commit_sha: parent })
  const blob = await git.createBlob({ ...repo, content: 'bmV3', encoding: 'base64' })
  const tree = await git.createTree({
    ...repo,
    base_tree: base.data.tree.sha,
    tree: [
      { path: 'run.sh', mode: '100755', type: 'blob', sha: blob.data.sha },
      { path: 'link', mode: '120000', type: 'blob', content: 'run.sh' },
      { path: 'gone.txt', mode: '100644', type: 'blob', sha: null },
    ],
  })
  const commit = { ...repo, message: 'Change', tree: tree.data.sha, parents: [parent] }
  const signed = await git.createCommit(commit)
  const author = { name: 'A', email: 'a@example.com' }
  const unsigned = await git.createCommit({ ...commit, author })
  expect(signed.data.verification.verified).toBe(true)
  expect(unsigned.data.verification.verified).toBe(false)
  await git.createRef({ ...repo, ref: 'refs/heads/topic', sha: signed.data.sha })
  await using clone = await cloneOf(github, github.tokens.workflow)
  expect(await clone.git('ls-tree', '--format=%(objectmode) %(path)', 'origin/topic')).toBe(
    '120000 link\n100755 run.sh',
  )
  const sideways = git.updateRef({ ...repo, ref: 'heads/topic', sha: unsigned.data.sha })
  await expect(sideways).rejects.toMatchObject({
    status: 422,
    response: { data: { message: 'Update is not a fast forward' } },
  })
  await git.updateRef({ ...repo, ref: 'heads/topic', sha: unsigned.data.sha, force: true })
  expect(github.head('topic')).toBe(unsigned.data.sha)
  expect(github.violations).toEqual([])
})

test('a protected branch moves neither by the API nor by a push', async () => {
  await using github = await startGitHub()
  const sha = github.commit('topic', { 'a.txt': 'a' })
  github.protect('main')
  const update = client(github).rest.git.updateRef({ ...repo, ref: 'heads/main', sha })
  await expect(update).rejects.toMatchObject({
    status: 422,
    response: { data: { message: expect.stringContaining('Repository rule violations found') } },
  })
  await using clone = await cloneOf(github, github.tokens.workflow)
  await clone.commit({ 'b.txt': 'b' })
  await expect(clone.git('push', 'origin', 'HEAD:refs/heads/main')).rejects.toThrow(
    /GH013[\s\S]*\(push declined due to repository rule violations\)/,
  )
  await clone.git('push', 'origin', 'HEAD:refs/heads/other')
})

test('a push needs a good token with the permission, and spares the workflows', async () => {
  await using github = await startGitHub()
  await using clone = await cloneOf(github, github.tokens.workflow)
  await clone.commit({ 'a.txt': 'a' })
  await clone.git('push', 'origin', 'HEAD:refs/heads/topic')
  expect(github.head('topic')).toBe(await clone.git('rev-parse', 'HEAD'))
  await expect(clone.git('push', 'origin', 'HEAD:refs/pull/1/head')).rejects.toThrow(
    /deny updating a hidden ref/,
  )
  await clone.commit({ '.github/workflows/ci.yml': 'on: push' })
  await expect(clone.git('push', 'origin', 'HEAD:refs/heads/topic')).rejects.toThrow(
    /\(refusing to allow a GitHub App to create or update workflow `.github\/workflows\/ci.yml` without `workflows` permission\)/,
  )
  await using user = await cloneOf(github, github.tokens.user)
  await user.commit({ '.github/workflows/ci.yml': 'on: push' })
  await user.git('push', 'origin', 'HEAD:refs/heads/flow')
  await expect(cloneOf(github, 'ghs_wrong')).rejects.toThrow(/Authentication failed|could not read/)
  await using reader = await startGitHub({ permissions: { contents: 'read' } })
  await using copy = await cloneOf(reader, reader.tokens.workflow)
  await copy.commit({ 'a.txt': 'a' })
  await expect(copy.git('push', 'origin', 'HEAD:refs/heads/topic')).rejects.toThrow(
    /Permission to octo\/sample.git denied to github-actions\[bot\]/,
  )
})

test('a doubled Authorization header is a bad request', async () => {
  await using github = await startGitHub()
  await using clone = await cloneOf(github, github.tokens.workflow)
  const setting = `http.${github.urls.server}/.extraheader=${authorization('x')}`
  await expect(clone.git('-c', setting, 'fetch')).rejects.toThrow(
    /Duplicate header: "Authorization"/,
  )
})

test('a pull request of a fork has a head and a test merge, and follows its branch', async () => {
  await using github = await startGitHub({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } })
  github.fork('stranger')
  github.commit('topic', { 'a.txt': 'changed\n' }, { fork: 'stranger' })
  github.commit('main', { 'b.txt': 'changed\n' })
  const pull_number = github.openPull({ head: 'topic', fork: 'stranger' })
  const head = github.commit('topic', { 'c.txt': 'c\n' }, { fork: 'stranger' })
  const { pulls } = client(github).rest
  const { data } = await pulls.get({ ...repo, pull_number })
  expect(data).toMatchObject({
    head: {
      sha: head,
      label: 'stranger:topic',
      repo: { full_name: 'stranger/sample', fork: true },
    },
    base: { sha: github.head('main') },
    mergeable: true,
    changed_files: 2,
  })
  await using clone = await cloneOf(github, github.tokens.workflow)
  await clone.git('fetch', '--quiet', '--depth=1', 'origin', `refs/pull/${pull_number}/merge`)
  expect(await clone.git('ls-tree', '--name-only', 'FETCH_HEAD')).toBe('a.txt\nb.txt\nc.txt')
  await clone.git('fetch', '--quiet', '--depth=2', 'origin', head)
  const diff = await pulls.get({ ...repo, pull_number, mediaType: { format: 'diff' } })
  expect(diff.data).toMatch(/^diff --git a\/a.txt b\/a.txt\n/)
  const files = await pulls.listFiles({ ...repo, pull_number })
  expect(files.data).toMatchObject([
    { filename: 'a.txt', status: 'modified', additions: 1, deletions: 1 },
    { filename: 'c.txt', status: 'added', patch: '@@ -0,0 +1 @@\n+c' },
  ])
  expect(github.violations).toEqual([])
})

test('there is one open pull request per head and base, found by owner and branch', async () => {
  await using github = await startGitHub()
  const { pulls, issues } = client(github).rest
  const wanted = { ...repo, title: 'Title', head: 'topic', base: 'main' }
  const errors = (...list: object[]) => ({ status: 422, response: { data: { errors: list } } })
  await expect(pulls.create(wanted)).rejects.toMatchObject(
    errors({ resource: 'PullRequest', field: 'head', code: 'invalid' }),
  )
  github.git('branch', 'topic', 'main')
  await expect(pulls.create(wanted)).rejects.toMatchObject(
    errors({ message: 'No commits between main and topic' }),
  )
  github.commit('topic', { 'a.txt': 'a' })
  const { data } = await pulls.create({ ...wanted, draft: true })
  expect(data).toMatchObject({ number: 1, draft: true, user: { login: 'github-actions[bot]' } })
  await expect(pulls.create(wanted)).rejects.toMatchObject(
    errors({ code: 'custom', message: 'A pull request already exists for octo:topic.' }),
  )
  const found = await pulls.list({ ...repo, head: 'octo:topic', base: 'main', state: 'open' })
  expect(found.data.map(({ number }) => number)).toEqual([1])
  const labels = await issues.addLabels({ ...repo, issue_number: 1, labels: ['bot'] })
  expect(labels.data.map(({ name }) => name)).toEqual(['bot'])
  await pulls.update({ ...repo, pull_number: 1, title: 'Other' })
  await client(github).rest.git.deleteRef({ ...repo, ref: 'heads/topic' })
  expect((await pulls.list({ ...repo })).data).toEqual([])
  const issue = await issues.get({ ...repo, issue_number: 1 })
  expect(issue.data).toMatchObject({ title: 'Other', state: 'closed', labels: [{ name: 'bot' }] })
  expect(issue.data.pull_request).toBeDefined()
  expect(github.violations).toEqual([])
})

test('permissions of accounts are told as GitHub tells them', async () => {
  await using github = await startGitHub({
    accounts: {
      keeper: { role: 'maintain' },
      helper: { role: 'triage' },
      guard: { role: 'write', roleName: 'security-guard' },
      stranger: {},
      Copilot: { type: 'Bot' },
    },
  })
  const { repos, users } = client(github).rest
  const permission = async (username: string) => {
    const { data } = await repos.getCollaboratorPermissionLevel({ ...repo, username })
    const flags = Object.entries(data.user?.permissions ?? {}).filter(([, held]) => held)
    return [data.permission, data.role_name, flags.map(([name]) => name).join(' ')]
  }
  const logins = ['octo', 'Keeper', 'helper', 'guard', 'stranger', 'github-actions[bot]']
  expect(await Promise.all(logins.map(permission))).toEqual([
    ['admin', 'admin', 'pull triage push maintain admin'],
    ['write', 'maintain', 'pull triage push maintain'],
    ['read', 'triage', 'pull triage'],
    ['write', 'security-guard', 'pull triage push'],
    ['read', 'read', 'pull'],
    ['none', 'none', ''],
  ])
  const message = expect.stringContaining('Copilot is not a user')
  await expect(permission('Copilot')).rejects.toMatchObject({ status: 404, message })
  await expect(users.getByUsername({ username: 'Copilot' })).rejects.toMatchObject({ status: 404 })
  const asStranger = client(github, github.tokenOf('stranger')).rest.repos
  await expect(
    asStranger.getCollaboratorPermissionLevel({ ...repo, username: 'octo' }),
  ).rejects.toMatchObject({ status: 403 })
  const bot = await users.getByUsername({ username: 'github-actions[bot]' })
  expect(bot.data.type).toBe('Bot')
  const { data } = await repos.get(repo)
  expect(data).toMatchObject({ default_branch: 'main', full_name: 'octo/sample', private: false })
  expect(github.violations).toEqual([])
})

test('a comparison says what one branch has more', async () => {
  await using github = await startGitHub()
  const sha = github.commit('topic', { 'a.txt': 'a\n' }, { message: 'Add a' })
  const { repos } = client(github).rest
  const { data } = await repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...topic' })
  expect(data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0, commits: [{ sha }] })
  expect(data.files).toMatchObject([{ filename: 'a.txt', status: 'added' }])
  expect(github.violations).toEqual([])
})

function client(github: GitHub, token = github.tokens.workflow) {
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  return getOctokit(token, { baseUrl: github.urls.api, log })
}

function commitOnBranch(github: GitHub, expectedHeadOid: string) {
  const contents = Buffer.from('new').toString('base64')
  return client(github).graphql(
    'mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid url } } }',
    {
      input: {
        branch: { repositoryNameWithOwner: 'octo/sample', branchName: 'main' },
        expectedHeadOid,
        message: { headline: 'Change' },
        fileChanges: { additions: [{ path: 'new/file.txt', contents }] },
      },
    },
  )
}

async function post(url: string, headers: Record<string, string>, body: string) {
  const outgoing = request(url, { method: 'POST', headers, agent: false }).end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

function authorization(token: string): string {
  return `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
}

async function cloneOf(github: GitHub, token: string) {
  await using made = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'clone-'))
  made.defer(() => rm(folder, { recursive: true, force: true }))
  const root = join(folder, 'work')
  const server = github.urls.server
  const env = { PATH: process.env.PATH ?? '', HOME: folder, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  const identity = ['-c', 'user.name=Author', '-c', 'user.email=author@example.com']
  const git = async (...args: readonly string[]) => {
    const { stdout } = await run('git', [...identity, ...args], { cwd: root, env })
    return stdout.trim()
  }
  await mkdir(root)
  await git('init', '--quiet', '--initial-branch=main')
  await git('config', `http.${server}/.extraheader`, authorization(token))
  await git('remote', 'add', 'origin', `${server}/octo/sample`)
  await git('fetch', '--quiet', 'origin')
  await git('checkout', '--quiet', '--detach', 'origin/main')
  const kept = made.move()
  return {
    git,
    async commit(files: Readonly<Record<string, string>>) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), content)
      }
      await git('add', '--all')
      await git('commit', '--quiet', '--message=Change')
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
