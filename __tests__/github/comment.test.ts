import { expect, test } from '@jest/globals'
import { createGitHub } from '../../src/github/client.ts'
import { type CommentRequest, publishComment } from '../../src/github/comment.ts'
import { writeMarker } from '../../src/github/marker.ts'
import { problemOf } from '../../src/github/refusal.ts'
import { soon } from '../support/change.ts'
import { startFlakyProxy } from '../support/flaky-proxy.ts'
import { limits } from '../support/github/faults.ts'
import { type GitHub, type GitHubOptions, startGitHub } from '../support/github/github.ts'

const key = 'opencode'
const body = (text: string, page = 1, of = key) => `${writeMarker({ key: of, page })}\n${text}`
const own = 'github-actions[bot]'

async function start(options: GitHubOptions = {}) {
  const github = await startGitHub(options)
  const issue = github.openIssue()
  const log: string[] = []
  const client = createGitHub(
    { token: github.tokens.workflow, env: github.env, log: (line) => log.push(line) },
    AbortSignal.timeout(170_000),
  )
  const publish = (bodies: readonly string[], difference: Partial<CommentRequest> = {}) =>
    publishComment({ github: client, issue, key, bodies, ...difference }, soon())
  const texts = () => github.comments(issue).map((comment) => comment.body)
  return {
    github,
    issue,
    publish,
    texts,
    log,
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  }
}

const path = /\/comments/
const expectNothingOdd = (github: GitHub) => expect(github.violations).toEqual([])

test('a comment is created once, and edited in place by the next run', async () => {
  await using run = await start()
  const first = await run.publish([body('One.')])
  const second = await run.publish([body('Two.')])
  expect(second).toEqual(first)
  expect(first.url).toMatch(/#issuecomment-\d+$/)
  expect(run.texts()).toEqual([body('Two.')])
  expectNothingOdd(run.github)
})

test('the comment is found among hundreds, and one that someone else planted is left alone', async () => {
  await using run = await start()
  run.github.comment(run.issue, body('Planted.'), 'octo')
  for (let at = 0; at < 210; at++) run.github.comment(run.issue, `Talk ${at}.`, 'octo')
  const { id } = await run.publish([body('Mine.')])
  for (let at = 0; at < 30; at++) run.github.comment(run.issue, `More talk ${at}.`, 'octo')
  expect((await run.publish([body('Edited.')])).id).toBe(id)
  expect(run.texts()).toHaveLength(242)
  expect(run.texts()[0]).toBe(body('Planted.'))
  expect(run.texts()).toContain(body('Edited.'))
  expectNothingOdd(run.github)
})

test('a comment of another key, and one that only quotes the marker, are left alone', async () => {
  await using run = await start()
  run.github.comment(run.issue, body('Other.', 1, 'other'), own)
  run.github.comment(run.issue, `> ${body('Quoted.')}`, own)
  await run.publish([body('Mine.')])
  expect(run.texts()).toEqual([body('Other.', 1, 'other'), `> ${body('Quoted.')}`, body('Mine.')])
})

test('pages that a shorter text no longer needs are deleted', async () => {
  await using run = await start()
  await run.publish([body('a', 1), body('b', 2), body('c', 3)])
  await run.publish([body('A', 1), body('B', 2)])
  expect(run.texts()).toEqual([body('A', 1), body('B', 2)])
  expectNothingOdd(run.github)
})

test.each([
  ['a 502 after it was created', { status: 502 }],
  ['a connection that is closed after it was created', { close: true }],
  ['half an answer after it was created', { status: 201, body: '{"id": 1, "html_u' }],
])('%s leaves one comment', async (_, fault) => {
  await using run = await start()
  run.github.fail({ method: 'POST', path, after: true, ...fault })
  const { id } = await run.publish([body('Once.')])
  expect(run.texts()).toEqual([body('Once.')])
  expect(run.github.comments(run.issue)[0]?.id).toBe(id)
})

test('two runs at once with one key end with one comment', async () => {
  await using run = await start()
  const both = await Promise.all([run.publish([body('A')]), run.publish([body('B')])])
  expect(run.texts()).toHaveLength(1)
  expect(both[0]?.id).toBe(both[1]?.id)
})

test('a secondary rate limit is waited for as long as GitHub asks, and the comment is created once', async () => {
  await using run = await start()
  run.github.fail({ method: 'POST', path, ...limits.secondary(1, 403) })
  await run.publish([body('Later.')])
  expect(run.texts()).toEqual([body('Later.')])
  expect(run.log.join()).toMatch(/retrying POST \S+ in 1 s/)
})

test('a limit that lasts longer than there is time for is said, and not waited for at all', async () => {
  await using github = await startGitHub()
  const issue = github.openIssue()
  github.fail({ method: 'POST', path, ...limits.secondary(3600, 429) })
  const client = createGitHub(
    {
      token: github.tokens.workflow,
      env: github.env,
      log: () => undefined,
      deadline: Date.now() + 60_000,
    },
    AbortSignal.timeout(170_000),
  )
  const started = performance.now()
  const request = { github: client, issue, key, bodies: [body('x')] }
  await expect(publishComment(request, soon())).rejects.toThrow(/rate limit/)
  expect(performance.now() - started).toBeLessThan(20_000)
  expect(github.comments(issue)).toEqual([])
})

test('GraphQL is asked where the runner says, not where the REST API is', async () => {
  await using github = await startGitHub()
  const issue = github.openIssue()
  await using elsewhere = await startFlakyProxy(github.urls.server, { deaf: /graphql/ })
  const env = { ...github.env, GITHUB_GRAPHQL_URL: `${elsewhere.url}/api/graphql` }
  const client = createGitHub(
    { token: github.tokens.workflow, env, log: () => undefined },
    AbortSignal.timeout(170_000),
  )
  const request = { github: client, issue, key, bodies: [body('x')] }
  await expect(publishComment(request, soon())).rejects.toThrow()
  expect(github.requests.filter(({ kind }) => kind === 'graphql')).toEqual([])
})

const attempted = { doing: 'comment', permission: 'pull-requests: write' }

test.each([
  {
    what: 'a token that may not comment',
    options: { permissions: { issues: 'read', pull_requests: 'read' } } as const,
    words: /Add "pull-requests: write" to the job's permissions; on an event of a fork/,
  },
  {
    what: 'a conversation that is locked',
    lock: true,
    words: /Unlock the conversation/,
  },
  {
    what: 'an issue that does not exist',
    issue: 4711,
    words: /Check the github-token input and the number/,
  },
])('$what is reported in plain words', async ({ options = {}, lock, issue, words }) => {
  await using run = await start(options)
  if (lock) run.github.lock(run.issue)
  const refused = run.publish([body('x')], issue ? { issue } : {})
  const error = await refused.catch((reason: unknown) => reason)
  expect(problemOf(error, attempted)).toMatch(words)
})
