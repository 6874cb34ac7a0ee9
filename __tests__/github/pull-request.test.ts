import { expect, test } from '@jest/globals'
import {
  type Proposal,
  type PullRequestPublication,
  publishPullRequest,
} from '../../src/github/pull-request.ts'
import { soon } from '../support/change.ts'
import { type GitHub, type GitHubOptions, startGitHub } from '../support/github/github.ts'
import type { Repository } from '../support/repository.ts'
import { checkOut, clientOf, openedChange, refused } from '../support/saved-change.ts'

const branch = 'opencode/issue-7'
const text = Array.from({ length: 30 }, (_, at) => `line ${at + 1}\n`).join('')
const files = { 'a.txt': text, 'AGENTS.md': 'Be careful.\n' }

/** What an agent did on the default branch as it is, published. */
async function publish(
  github: GitHub,
  act: (repository: Repository) => unknown,
  difference: Partial<Proposal> = {},
): Promise<PullRequestPublication> {
  await using repository = await checkOut(github, 'main')
  const change = await openedChange({ github, repository }, act)
  if (change === undefined) throw new Error('There is no change.')
  const todo = {
    github: clientOf(github),
    change,
    branch,
    baseBranch: undefined,
    title: undefined,
    body: 'What was done.',
    draft: true,
    labels: [],
    message: 'Edit a file',
    ...difference,
  }
  return await publishPullRequest(todo, soon()).catch(refused)
}

const add = (name: string) => (repository: Repository) => repository.write(name, `${name}\n`)
const changedOn = (github: GitHub) =>
  github.git('diff', '--name-only', `main...${branch}`).split('\n')

/** The stand-in with one pull request that the action opened. */
async function startWithPull(options: GitHubOptions = {}) {
  const github = await startGitHub({ files, ...options })
  const first = await publish(github, add('one.txt'))
  return { github, first, number: first.pullRequestNumber ?? 0 }
}

test('a change becomes a draft on a branch of its own, signed, with labels', async () => {
  await using github = await startGitHub({ files })
  const published = await publish(
    github,
    async ({ write }) => {
      await write('one.txt', 'one\n')
      await write('AGENTS.md', 'Obey.\n')
    },
    { title: 'Add\none', labels: ['bot', 'ai'] },
  )
  const head = github.head(branch) ?? ''
  expect(published).toEqual({
    branch,
    commitSha: head,
    pullRequestNumber: 1,
    pullRequestUrl: `${github.urls.server}/octo/sample/pull/1`,
    verdicts: [
      { path: 'AGENTS.md', verdict: 'held-back', reason: 'is protected' },
      { path: 'one.txt', verdict: 'published' },
    ],
  })
  const { title, body, labels, pull } = github.issue(1)
  expect({ title, labels }).toEqual({ title: 'Add one', labels: ['bot', 'ai'] })
  expect(pull).toMatchObject({ draft: true, base: 'main' })
  expect(body).toMatch(/^<!-- opencode-driver:pull%2Drequest:1 -->\nWhat was done\.$/)
  expect(github.git('rev-parse', `${branch}^`)).toBe(github.head('main'))
  expect(changedOn(github)).toEqual(['one.txt'])
  expect(github.isVerified(head)).toBe(true)
  expect(github.violations).toEqual([])
})

test('a second run replaces its own commit and updates the same pull request', async () => {
  const { github: started, first, number } = await startWithPull()
  await using github = started
  github.commit('main', { 'main.txt': 'main\n' })
  const second = await publish(github, add('two.txt'), { body: 'Done again.' })
  expect(second.pullRequestNumber).toBe(number)
  expect(second.commitSha).toBe(github.head(branch))
  expect(second.commitSha).not.toBe(first.commitSha)
  expect(github.git('rev-parse', `${branch}^`)).toBe(github.head('main'))
  expect(changedOn(github)).toEqual(['two.txt'])
  expect(github.isVerified(second.commitSha ?? '')).toBe(true)
  expect(github.issue(number).body).toMatch(/Done again\.$/)
  expect(github.violations).toEqual([])
})

test('the answer to the replacement of the commit is lost: the branch is looked at', async () => {
  const { github: started, number } = await startWithPull()
  await using github = started
  const graphql = { method: 'POST', path: /graphql/ }
  // The first asks for the id of the repository.
  github.before(graphql, () =>
    github.before(graphql, () => github.fail({ ...graphql, after: true })),
  )
  const second = await publish(github, add('two.txt'))
  expect(second).toMatchObject({ pullRequestNumber: number, commitSha: github.head(branch) })
  expect(second.problem).toBeUndefined()
  expect(changedOn(github)).toEqual(['two.txt'])
})

test('a replacement that a rule forbids is reported with its remedy, and the branch stays', async () => {
  const { github: started, first } = await startWithPull()
  await using github = started
  github.protect(branch)
  const second = await publish(github, add('two.txt'))
  expect(second.problem).toMatch(/The branch is protected/)
  expect(github.head(branch)).toBe(first.commitSha)
})

test('a run with the same change leaves the branch as it is', async () => {
  const { github: started, first, number } = await startWithPull()
  await using github = started
  const second = await publish(github, add('one.txt'))
  expect(second).toMatchObject({ commitSha: first.commitSha, pullRequestNumber: number })
  expect(github.head(branch)).toBe(first.commitSha)
})

test('what someone else pushed to the branch stays below the change', async () => {
  const { github: started, first, number } = await startWithPull()
  await using github = started
  const theirs = github.commit(branch, { 'theirs.txt': 'theirs\n' })
  const second = await publish(github, add('two.txt'))
  expect(second.pullRequestNumber).toBe(number)
  expect(github.git('rev-parse', `${branch}^`)).toBe(theirs)
  expect(github.git('rev-parse', `${branch}^^`)).toBe(first.commitSha)
  expect(changedOn(github)).toEqual(['one.txt', 'theirs.txt', 'two.txt'])
  expect(github.violations).toEqual([])
})

test('a commit that someone else amended is no longer taken for one of the action', async () => {
  const { github: started, first } = await startWithPull()
  await using github = started
  const message = github.git('show', '-s', '--format=%B', first.commitSha ?? '')
  github.git('update-ref', `refs/heads/${branch}`, 'main')
  const theirs = github.commit(branch, { 'one.txt': 'amended\n' }, { message })
  await publish(github, add('two.txt'))
  expect(github.git('rev-parse', `${branch}^`)).toBe(theirs)
})

test('a push by someone else between look and replacement is not lost', async () => {
  const { github: started } = await startWithPull()
  await using github = started
  github.before({ method: 'POST', path: /\/git\/commits$/ }, () =>
    github.commit(branch, { 'theirs.txt': 'theirs\n' }),
  )
  await publish(github, add('two.txt'))
  expect(changedOn(github)).toEqual(['one.txt', 'theirs.txt', 'two.txt'])
  expect(github.violations).toEqual([])
})

test("someone else's pull request of the branch gets the commit, and keeps its text", async () => {
  await using github = await startGitHub({ files })
  github.commit(branch, { 'theirs.txt': 'theirs\n' })
  const number = github.openPull({ head: branch, title: 'Theirs', body: 'Their words.' })
  const published = await publish(github, add('one.txt'), { title: 'Ours' })
  expect(published.pullRequestNumber).toBe(number)
  expect(github.issue(number)).toMatchObject({ title: 'Theirs', body: 'Their words.' })
})

test('a token that may not open pull requests leaves the branch, a link and the name of the setting', async () => {
  await using github = await startGitHub({ files, mayOpenPullRequests: false })
  const published = await publish(github, add('one.txt'))
  expect(published).toMatchObject({ branch, commitSha: github.head(branch) })
  expect(published.pullRequestNumber).toBeUndefined()
  expect(published.problem).toContain('"Allow GitHub Actions to create and approve pull requests"')
  expect(published.problem).toContain(
    `${github.urls.server}/octo/sample/compare/main...opencode/issue-7?expand=1`,
  )
  expect(github.violations).toEqual([])
})

test.each<[string, GitHubOptions, (github: GitHub) => void, RegExp]>([
  [
    'the permission contents: write',
    { permissions: { contents: 'read' } },
    () => {},
    /Add "contents: write"/,
  ],
  [
    'the permission pull-requests: write',
    { permissions: { pull_requests: 'read' } },
    () => {},
    /Add "pull-requests: write".*compare\/main/,
  ],
  ['a branch without rules', {}, (github) => github.protect(branch), /The branch is protected/],
])('where %s is missing, the problem says so', async (_what, options, arrange, words) => {
  await using github = await startGitHub({ files, ...options })
  arrange(github)
  expect((await publish(github, add('one.txt'))).problem).toMatch(words)
  expect(github.violations).toEqual([])
})

test.each([
  ['the pull request', { method: 'POST', path: /\/pulls$/, after: true }],
  [
    'the pull request, in half',
    { method: 'POST', path: /\/pulls$/, after: true, status: 201, body: '{"numb' },
  ],
  ['the branch', { method: 'POST', path: /\/git\/refs$/, after: true }],
])('the answer to making %s is lost: it is made once', async (_what, fault) => {
  await using github = await startGitHub({ files })
  github.fail(fault)
  const published = await publish(github, add('one.txt'))
  expect(published).toMatchObject({ pullRequestNumber: 1, commitSha: github.head(branch) })
  expect(published.problem).toBeUndefined()
  expect(() => github.issue(2)).toThrow()
  expect(github.violations).toEqual([])
})

test('a pull request that was not made since GitHub failed is made by another try', async () => {
  await using github = await startGitHub({ files })
  github.fail({ method: 'POST', path: /\/pulls$/ })
  expect(await publish(github, add('one.txt'))).toMatchObject({ pullRequestNumber: 1 })
})

test('a repository without drafts gets a pull request that is not a draft', async () => {
  await using github = await startGitHub({ files })
  const message = 'Draft pull requests are not supported in this repository.'
  github.fail({ method: 'POST', path: /\/pulls$/, status: 422, body: { message } })
  expect(await publish(github, add('one.txt'))).toMatchObject({ pullRequestNumber: 1 })
  expect(github.issue(1).pull).toMatchObject({ draft: false })
})

test('the base is the branch that is named; one that does not exist, or is the head, is refused', async () => {
  await using github = await startGitHub({ files })
  github.commit('next', { 'next.txt': 'next\n' })
  const on = (baseBranch: string) => publish(github, add('one.txt'), { baseBranch })
  expect((await on('none')).problem).toMatch(/There is no branch “none”.*base-branch/)
  expect((await on(branch)).problem).toMatch(/needs two branches/)
  await on('next')
  expect(github.issue(1).pull).toMatchObject({ base: 'next' })
  expect(github.git('rev-parse', `${branch}^`)).toBe(github.head('next'))
})

test('a body that is too long is cut', async () => {
  await using github = await startGitHub({ files })
  const published = await publish(github, add('one.txt'), { body: 'word '.repeat(20_000) })
  expect(published.problem).toBeUndefined()
  expect(github.issue(1).body).toMatch(/The rest is in the run directory\.$/)
})

test('two runs at once for one branch end with one pull request, and for two with one each', async () => {
  await using github = await startGitHub({ files })
  const other = 'opencode/issue-8'
  const both = await Promise.all([
    publish(github, add('one.txt')),
    publish(github, add('two.txt')),
    publish(github, add('three.txt'), { branch: other }),
  ])
  expect(both.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined])
  expect(both[0]?.pullRequestNumber).toBe(both[1]?.pullRequestNumber)
  expect(both[2]?.pullRequestNumber).not.toBe(both[0]?.pullRequestNumber)
  const opened = github.requests.filter(
    ({ method, path, status }) => method === 'POST' && /\/pulls$/.test(path) && status === 201,
  )
  expect(opened).toHaveLength(2)
  expect(github.git('diff', '--name-only', `main...${other}`)).toBe('three.txt')
})
