import { expect, test } from '@jest/globals'
import { startersOf } from '../../src/admission/actor.ts'
import { eventOf } from '../support/event.ts'

const user = (login: string, type = 'User') => ({ login, type })
const mona = user('mona')
const by = (login: string) => ({ sender: mona, comment: { body: '/go', user: user(login) } })
const review = { sender: mona, review: { state: 'approved', user: user('stranger') } }
const ended = (actor: string, again = actor) => ({
  workflow_run: { id: 1, actor: user(actor), triggering_actor: user(again) },
})

type Env = Readonly<Record<string, string | undefined>>

const again = { GITHUB_RUN_ATTEMPT: '2', GITHUB_TRIGGERING_ACTOR: 'keeper' }

test.each<[string, object, Env, readonly string[]]>([
  ['push', {}, {}, ['mona']],
  ['pull_request', { action: 'labeled', pull_request: { user: user('stranger') } }, {}, ['mona']],
  ['pull_request_target', { pull_request: { user: user('stranger') } }, {}, ['mona']],
  ['issues', { action: 'opened', issue: { user: mona } }, {}, ['mona']],
  ['workflow_dispatch', {}, {}, ['mona']],
  ['repository_dispatch', { sender: user('app[bot]', 'Bot') }, {}, ['mona']],
  ['merge_group', {}, { GITHUB_ACTOR: 'github-merge-queue[bot]' }, ['github-merge-queue[bot]']],
  ['issue_comment', by('mona'), {}, ['mona']],
  ['issue_comment', by('Mona'), {}, ['Mona']],
  ['issue_comment', { action: 'edited', ...by('stranger') }, {}, ['stranger', 'mona']],
  ['commit_comment', by('stranger'), {}, ['stranger', 'mona']],
  ['discussion_comment', by('stranger'), {}, ['stranger', 'mona']],
  ['pull_request_review_comment', by('stranger'), {}, ['stranger', 'mona']],
  ['pull_request_review', { action: 'dismissed', ...review }, {}, ['stranger', 'mona']],
  ['issue_comment', by('stranger'), again, ['keeper']],
  ['issue_comment', by('stranger'), { GITHUB_TRIGGERING_ACTOR: 'keeper' }, ['keeper']],
  ['push', {}, { GITHUB_TRIGGERING_ACTOR: 'MONA' }, ['mona']],
  ['push', {}, { ...again, GITHUB_TRIGGERING_ACTOR: 'mona' }, ['mona']],
  ['schedule', {}, again, ['keeper']],
  ['push', {}, { ...again, GITHUB_REF_PROTECTED: 'true' }, ['keeper']],
  ['push', {}, { GITHUB_REF_PROTECTED: 'false' }, ['mona']],
  ['push', {}, { GITHUB_REF_PROTECTED: 'true', GITHUB_REF: 'refs/tags/v1' }, ['mona']],
  ['create', {}, { GITHUB_REF_PROTECTED: 'true' }, ['mona']],
  ['pull_request', {}, { GITHUB_REF_PROTECTED: 'true' }, ['mona']],
  ['workflow_run', ended('mona'), {}, ['mona']],
  ['workflow_run', ended('stranger'), {}, ['mona', 'stranger']],
  ['workflow_run', ended('stranger', 'keeper'), {}, ['mona', 'stranger', 'keeper']],
  ['workflow_run', { workflow_run: { actor: user('stranger') } }, {}, ['mona', 'stranger']],
])('%s of %j with %j is started by %j', (name, payload, env, logins) => {
  const starters = startersOf(eventOf(name, payload, env))
  const found = starters.kind === 'people' ? starters.people.map(({ login }) => login) : starters
  expect(found).toEqual(logins)
})

test.each<[string, Env, string]>([
  ['schedule', {}, 'this is a schedule'],
  [
    'push',
    { GITHUB_REF_PROTECTED: 'true' },
    'this is a push to a protected branch, and GitHub decides who may push there',
  ],
])('%s with %j needs nobody', (name, env, because) => {
  expect(startersOf(eventOf(name, {}, env))).toEqual({ kind: 'none', because })
})

test.each<[string, object, Env, RegExp]>([
  ['push', {}, { GITHUB_ACTOR: '' }, /does not say who triggered the event/],
  ['issue_comment', {}, {}, /does not say who wrote the comment/],
  ['issue_comment', { comment: { user: null } }, {}, /does not say who wrote the comment/],
  ['workflow_run', { workflow_run: { actor: null } }, {}, /does not say who .* before this one/],
  ['workflow_run', {}, {}, /does not say who .* before this one/],
  ['push', {}, { GITHUB_RUN_ATTEMPT: '2' }, /does not say who started it again/],
  ['schedule', {}, { GITHUB_ACTIONS: undefined }, /not a run of GitHub Actions/],
  ['schedule', {}, { GITHUB_ACTIONS: 'false' }, /not a run of GitHub Actions/],
  ['', {}, {}, /not a run of GitHub Actions/],
])('nobody knows who started %s of %j with %j', (name, payload, env, problem) => {
  const starters = startersOf(eventOf(name, payload, env))
  expect(starters).toEqual({ kind: 'unknown', problem: expect.stringMatching(problem) })
})

test('the type of an account comes from the event, never from a suffix of the login', () => {
  const typeIn = (payload: object, actor: string) => {
    const starters = startersOf(eventOf('issues', payload, { GITHUB_ACTOR: actor }))
    return starters.kind === 'people' ? starters.people.map(({ type }) => type) : starters
  }
  const sender = user('Renovate[bot]', 'Bot')
  expect(typeIn({ sender }, 'renovate[bot]')).toEqual(['Bot'])
  expect(typeIn({ sender }, 'other[bot]')).toEqual([undefined])
  expect(typeIn({ sender: user('fake[bot]') }, 'fake[bot]')).toEqual(['User'])
  expect(typeIn({ sender: { login: 'mona' }, issue: { user: mona } }, 'mona')).toEqual(['User'])
})
