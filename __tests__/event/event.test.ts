import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Event, readEvent, sessionTitle, workBranchOf } from '../../src/event/event.ts'
import { eventOf } from '../support/event.ts'

const [base, head] = [
  '6dcb09b5b57875f334f61aebed695e2e4193db5e',
  'ec26c3e57ca3a959ca5aad62de7213c5',
]
const none = '0'.repeat(40)
const repository = { id: 1, full_name: 'octo/sample', default_branch: 'main' }
const sender = { login: 'mona', id: 2, type: 'User' }
const common = { repository, sender }
/** Page "Webhook events and payloads", cut to what is told apart here. */
const pull = {
  number: 7,
  title: 'Add a file',
  body: 'It adds a file.',
  user: { login: 'stranger', id: 3, type: 'User' },
  author_association: 'FIRST_TIME_CONTRIBUTOR',
  base: { ref: 'main', sha: base, repo: repository },
  head: { ref: 'topic', sha: head, repo: { id: 9, full_name: 'stranger/sample', fork: true } },
}
const issue = {
  number: 5,
  title: 'It breaks',
  body: null,
  user: { login: 'renovate[bot]', type: 'Bot' },
  author_association: 'NONE',
}
const comment = { body: '/fix', user: sender, author_association: 'MEMBER' }
const stranger = { login: 'stranger', type: 'User', association: 'FIRST_TIME_CONTRIBUTOR' }
const ofPull = {
  kind: 'pull request',
  number: 7,
  title: 'Add a file',
  body: 'It adds a file.',
  author: stranger,
  base: { ref: 'main', sha: base },
  head: { ref: 'topic', sha: head, fork: true },
}
const run = {
  id: 77,
  event: 'pull_request',
  conclusion: 'failure',
  head_branch: 'topic',
  head_sha: head,
  head_repository: { id: 1, full_name: 'octo/sample' },
  pull_requests: [
    {
      number: 7,
      head: { ref: 'topic', sha: head, repo: { id: 1, name: 'sample' } },
      base: { ref: 'main', sha: base, repo: { id: 1, name: 'sample' } },
    },
  ],
}
const [queued] = [`refs/heads/gh-readonly-queue/main/pr-104-${base}`]

const table: readonly [string, object, object][] = [
  ['pull_request', { action: 'opened', pull_request: pull }, { ...ofPull, action: 'opened' }],
  ['pull_request_target', { action: 'opened', pull_request: pull }, ofPull],
  ['issues', { action: 'opened', issue }, { kind: 'issue', number: 5, title: 'It breaks' }],
  ['issues', { issue }, { body: undefined, author: { login: 'renovate[bot]', type: 'Bot' } }],
  [
    'issue_comment',
    { action: 'created', issue, comment },
    { kind: 'issue', comment: { body: '/fix', author: { login: 'mona', association: 'MEMBER' } } },
  ],
  [
    'issue_comment',
    { issue: { ...issue, pull_request: { url: '' } }, comment },
    { kind: 'pull request', number: 5, head: undefined },
  ],
  [
    'pull_request_review_comment',
    {
      pull_request: pull,
      comment: { ...comment, path: 'a.ts', line: null, original_line: 4, diff_hunk: '@@ -1 +1 @@' },
    },
    { ...ofPull, comment: { path: 'a.ts', line: 4, diffHunk: '@@ -1 +1 @@', body: '/fix' } },
  ],
  [
    'pull_request_review',
    { pull_request: pull, review: { ...comment, body: null, state: 'changes_requested' } },
    { ...ofPull, comment: { body: undefined, state: 'changes_requested' } },
  ],
  [
    'push',
    { before: base, after: head },
    { base: { sha: base }, head: { sha: head, fork: false } },
  ],
  ['push', { before: none, after: none }, { base: undefined, head: undefined, kind: undefined }],
  ['schedule', { schedule: '0 3 * * *' }, { number: undefined, comment: undefined }],
  [
    'workflow_dispatch',
    { inputs: { task: 'Do it', empty: '', dry: 'true', deep: {} } },
    { inputs: { task: 'Do it', dry: 'true' } },
  ],
  ['workflow_dispatch', { inputs: null }, { inputs: {} }],
  [
    'merge_group',
    { merge_group: { head_ref: queued, head_sha: head, base_ref: 'refs/heads/main' } },
    { kind: 'pull request', number: 104, head: { ref: queued, sha: head, fork: undefined } },
  ],
  [
    'workflow_run',
    { workflow_run: run },
    {
      kind: 'pull request',
      number: 7,
      base: { ref: 'main', sha: base },
      head: { ref: 'topic', sha: head, fork: false },
      endedRun: { id: 77, event: 'pull_request', conclusion: 'failure' },
    },
  ],
  [
    'workflow_run',
    { workflow_run: { ...run, pull_requests: [], head_repository: { full_name: 'x/sample' } } },
    { kind: undefined, number: undefined, head: { ref: 'topic', sha: head, fork: true } },
  ],
  ['gollum', { pages: [] }, { kind: undefined, number: undefined }],
]

test.each(table)('%s is read from its payload (%#)', (name, payload, expected) => {
  const event = eventOf(name, { ...common, ...payload })
  const told = { repository: 'octo/sample', defaultBranch: 'main', actor: 'mona', sender: {} }
  expect(event).toMatchObject({ name, ...told, ...expected })
})

test('a head whose repository is gone is a fork’s, and one of the same repository is not', () => {
  const headOf = (repo: unknown) =>
    eventOf('pull_request', { pull_request: { ...pull, head: { ...pull.head, repo } } }).head
  expect(headOf(null)?.fork).toBe(true)
  expect(headOf(repository)?.fork).toBe(false)
})

test('a workflow run on the branch of several pull requests, or of another repository’s, has no number', () => {
  const [own] = run.pull_requests
  const foreign = { ...own, number: 8, base: { ref: 'main', sha: base, repo: { id: 2 } } }
  const numberOf = (pull_requests: readonly unknown[]) =>
    eventOf('workflow_run', { ...common, workflow_run: { ...run, pull_requests } }).number
  expect(numberOf([own, { ...own, number: 9 }])).toBeUndefined()
  expect(numberOf([foreign])).toBeUndefined()
  expect(numberOf([foreign, own])).toBe(7)
})

test('a field that is odd does not hide the others', () => {
  const event = eventOf('pull_request', {
    action: 3,
    repository: 'octo/sample',
    pull_request: { ...pull, title: ['x'], number: -1, user: 'mona', base: null },
  })
  expect(event).toMatchObject({
    ...ofPull,
    number: undefined,
    title: undefined,
    author: undefined,
    base: undefined,
  })
})

test('no event file is an error, whatever is in it', () => {
  const keys = fc.constantFrom(
    ...['action', 'issue', 'pull_request', 'comment', 'review', 'inputs', 'head', 'base', 'repo'],
    ...['number', 'merge_group', 'head_ref', 'workflow_run', 'pull_requests', 'user', '__proto__'],
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.array(fc.tuple(keys, tie('tree')), { maxLength: 6 }).map(Object.fromEntries),
    ),
  }))
  fc.assert(
    fc.property(tree, (payload) => {
      expect(eventOf('push', payload).name).toBe('push')
    }),
  )
})

test('without a runner and its event file there is an event nevertheless', () => {
  const bare: Event = readEvent({})
  expect(bare).toMatchObject({ name: 'local', repository: 'local/repository', inputs: {} })
  const folder = mkdtempSync(join(tmpdir(), 'event-'))
  const path = join(folder, 'event.json')
  writeFileSync(path, '{"number":')
  expect(readEvent({ GITHUB_EVENT_PATH: path }).number).toBeUndefined()
  expect(readEvent({ GITHUB_EVENT_PATH: folder }).number).toBeUndefined()
  rmSync(folder, { recursive: true })
})

test('the title of a session names repository, event and run', () => {
  const event = eventOf('pull_request', { pull_request: pull })
  expect(sessionTitle(event)).toBe('octo/sample · pull_request #7 · run 42.1')
})

test.each([
  ['push', {}, 'main'],
  ['workflow_dispatch', {}, 'main'],
  ['issues', { issue: { number: 1 } }, undefined],
  ['workflow_run', { workflow_run: { id: 1, head_branch: 'theirs' } }, undefined],
  ['merge_group', { merge_group: { head_ref: 'refs/heads/odd' } }, undefined],
])('the branch that a commit may go to unasked: %s', (name, payload, branch) => {
  expect(workBranchOf({ ...eventOf(name, payload), ref: 'refs/heads/main' })).toBe(branch)
})
