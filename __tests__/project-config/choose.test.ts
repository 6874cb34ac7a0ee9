import { expect, test } from '@jest/globals'
import type { Event } from '../../src/event/event.ts'
import type { Checkout } from '../../src/project-config/checkout.ts'
import { chooseProjectConfig } from '../../src/project-config/choose.ts'

const own = 'a'.repeat(40)
const other = 'b'.repeat(40)

/** A push whose commit is checked out. */
const push: Pick<
  Event,
  'name' | 'sha' | 'actor' | 'author' | 'kind' | 'head' | 'base' | 'endedRun'
> = {
  name: 'push',
  sha: own,
  actor: 'somebody',
  author: undefined,
  kind: undefined,
  head: undefined,
  base: undefined,
  endedRun: undefined,
}
const atEvent: Checkout = { head: own, isInner: false, isOwnRepository: true, isPublished: false }

function choose(event: Partial<typeof push>, checkout: Partial<Checkout> = {}) {
  return chooseProjectConfig({
    choice: 'auto',
    event: { ...push, ...event },
    checkout: { ...atEvent, ...checkout },
  })
}

const bot = { login: 'dependabot[bot]', type: 'Bot', association: undefined }
const head = (fork: boolean | undefined, sha = own) => ({ ref: 'topic', sha, fork })
const run = (event: string | undefined) => ({
  id: 1,
  event,
  conclusion: 'success',
  actor: undefined,
  triggeringActor: undefined,
})

test.each<[string, Partial<typeof push>]>([
  ['a push', {}],
  ['a schedule', { name: 'schedule' }],
  ['a start by hand', { name: 'workflow_dispatch' }],
  ['a start through the API', { name: 'repository_dispatch' }],
  ['a merge group', { name: 'merge_group', kind: 'pull request' }],
  ['an issue', { name: 'issues', kind: 'issue' }],
  ['a comment on an issue', { name: 'issue_comment', kind: 'issue' }],
  ['a pull request of this repository', { name: 'pull_request', head: head(false) }],
  ['a review of one', { name: 'pull_request_review', head: head(false) }],
  [
    'a run that followed a push',
    { name: 'workflow_run', head: head(false), endedRun: run('push') },
  ],
])('on %s the checkout is loaded', (_, event) => {
  expect(choose(event)).toEqual({
    use: 'load',
    reason: 'the checked-out commit is one of this repository',
  })
})

test.each<[string, Partial<typeof push>, string]>([
  ["a fork's pull request", { name: 'pull_request', head: head(true) }, "a fork's pull request"],
  ['a review of one', { name: 'pull_request_review', head: head(true) }, "a fork's pull request"],
  [
    'a comment in a review of one',
    { name: 'pull_request_review_comment', head: head(true) },
    "a fork's pull request",
  ],
  [
    'a pull request of an unknown repository',
    { name: 'pull_request' },
    'it is not known whether the pull request is from a fork',
  ],
  [
    'a pull request with the rights of the base',
    { name: 'pull_request_target', head: head(false) },
    'anyone can start pull_request_target',
  ],
  [
    'a comment on a pull request',
    { name: 'issue_comment', kind: 'pull request' },
    'the event is a comment on a pull request',
  ],
  [
    'a comment on something unknown',
    { name: 'issue_comment' },
    'the event is a comment on a pull request',
  ],
  [
    'a run that followed one of a fork',
    { name: 'workflow_run', head: head(true), endedRun: run('push') },
    "the earlier run was a fork's",
  ],
  [
    'a run that followed one on a pull request',
    { name: 'workflow_run', head: head(false), endedRun: run('pull_request') },
    'the earlier run was on pull_request',
  ],
  [
    'a run that followed one of which nothing is known',
    { name: 'workflow_run', head: head(false), endedRun: run(undefined) },
    "the earlier run was a fork's",
  ],
  ['a run by Dependabot', { actor: 'dependabot[bot]' }, "the event is Dependabot's"],
  [
    "Dependabot's pull request, whoever runs it again",
    { name: 'pull_request', head: head(false), author: bot },
    "the event is Dependabot's",
  ],
  [
    'a comment on a commit',
    { name: 'commit_comment' },
    'it is not known whose code runs on the event commit_comment',
  ],
  [
    'an event that is not known',
    { name: 'unheard_of' },
    'it is not known whose code runs on the event unheard_of',
  ],
])('on %s it is ignored', (_, event, reason) => {
  expect(choose(event)).toEqual({ use: 'ignore', reason })
})

test.each<[string, Partial<typeof push>, Partial<Checkout>, 'load' | 'ignore']>([
  ['the head of a pull request', { name: 'pull_request', head: head(false, other) }, {}, 'load'],
  ['the base of a push', { base: { ref: undefined, sha: other } }, {}, 'load'],
  ['on a branch of origin', {}, { isPublished: true }, 'load'],
  ['on no known branch', {}, {}, 'ignore'],
  ['of another repository', {}, { isPublished: true, isOwnRepository: false }, 'ignore'],
  ['none', {}, { head: undefined }, 'ignore'],
])('a checked-out commit that is %s', (_, event, checkout, use) => {
  expect(choose(event, { head: other, ...checkout }).use).toBe(use)
})

test.each(['load', 'ignore'] as const)(
  'what the input says counts on every event (%s)',
  (choice) => {
    const event = { ...push, name: choice === 'load' ? 'pull_request_target' : 'push' }
    expect(chooseProjectConfig({ choice, event, checkout: atEvent })).toEqual({
      use: choice,
      reason: `project-config is ${choice}`,
    })
  },
)
