import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type GitHub, startGitHub } from '../support/github/github.ts'
import { say, startScriptedModel } from '../support/model.ts'
import { inputsFor, runChecked } from '../support/step.ts'

const accounts = {
  'renovate[bot]': { type: 'Bot' },
  'evil-renovate[bot]': { type: 'Bot' },
  renovate: {},
  stranger: {},
} as const
const permission = { method: 'GET', path: /\/permission$/ }
const account = (login: string, type = 'User') => ({ login, type })

type Given = {
  readonly name?: string
  readonly payload?: object
  readonly env?: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
  readonly onLine?: (line: string, main: ChildProcess) => void
}

/** A run on an issue or pull request whose answer would be a comment, in a tool cache that is empty. */
async function start(github: GitHub, given: Given = {}) {
  const { name = 'issues', payload = {}, env = {}, inputs = {}, onLine = () => undefined } = given
  const number = github.openIssue()
  await using model = await startScriptedModel([say('Done.')])
  const toolCache = mkdtempSync(join(tmpdir(), 'opencode-driver-cache-'))
  const subject = name.startsWith('pull_request') ? 'pull_request' : 'issue'
  const result = await runChecked({
    event: { name, payload: { [subject]: { number }, ...payload } },
    inputs: inputsFor(model, {
      publish: 'comment',
      'issue-number': String(number),
      'github-token': github.tokens.workflow,
      ...inputs,
    }),
    env: { ...github.env, ...env },
    onLine,
    ...(inputs['opencode-path'] === undefined && { toolCache }),
  })
  const touched = {
    cache: readdirSync(toolCache),
    calls: model.requests.length,
    comments: github.comments(number).length,
    writes: github.requests.filter(({ method }) => method !== 'GET').length,
  }
  return { ...result, touched }
}

const untouched = { cache: [], calls: 0, comments: 0, writes: 0 }

/** Nothing was installed, sent or published; the step is green and says why. */
function expectSkipped(
  { outputs, log, summary, run, touched }: Awaited<ReturnType<typeof start>>,
  reason: RegExp,
) {
  expect(outputs.outcome).toBe('skipped')
  expect(outputs.reason).toMatch(reason)
  expect(log).toContain(`::warning::skipped: ${outputs.reason}`)
  expect(log).not.toContain('Install opencode')
  expect(summary).toContain('⏭️ opencode plan: nothing was run')
  expect(run.attempts).toEqual([])
  expect(touched).toEqual(untouched)
}

/** A run that is permitted goes on to the install, which this binary ends. */
const goesOn = { 'opencode-path': '/nowhere/opencode' }

test('who has write starts a run, and its answer is published', async () => {
  await using github = await startGitHub({ accounts })
  const number = github.openIssue()
  await using model = await startScriptedModel([say('Done.')])
  const { outputs, log } = await runChecked({
    event: { name: 'issues', payload: { issue: { number } } },
    inputs: inputsFor(model, { publish: 'comment', 'github-token': github.tokens.workflow }),
    env: github.env,
  })
  expect(outputs).toMatchObject({ outcome: 'completed', answer: 'Done.' })
  expect(log).toContain('mona, who triggered the event, may start this run: write permission.')
  expect(github.comments(number)).toHaveLength(1)
  expect(github.violations).toEqual([])
})

const fork = { pull_request: { number: 1, head: { repo: { full_name: 'stranger/sample' } } } }
const needsKey = { model: 'anthropic/claude', 'opencode-config': '' }

test.each<[string, Given, RegExp]>([
  [
    'a stranger',
    { env: { GITHUB_ACTOR: 'stranger' } },
    /^stranger, who triggered the event, may not start this run: it requires write .* GitHub reports read/,
  ],
  [
    'a stranger where it takes more',
    { env: { GITHUB_ACTOR: 'stranger' }, inputs: { 'required-permission': 'admin' } },
    /it requires admin/,
  ],
  [
    'a stranger who comments on the pull request of mona',
    {
      name: 'issue_comment',
      payload: {
        issue: { number: 1, user: account('mona'), pull_request: {} },
        comment: { body: '/opencode', user: account('stranger') },
        sender: account('stranger'),
      },
      env: { GITHUB_ACTOR: 'stranger' },
    },
    /^stranger, who wrote the comment, may not/,
  ],
  [
    'another person who runs it again',
    { env: { GITHUB_RUN_ATTEMPT: '2', GITHUB_TRIGGERING_ACTOR: 'stranger' } },
    /^stranger, who started it again, may not/,
  ],
  [
    'a stranger who pushes to a branch without protection',
    { name: 'push', env: { GITHUB_ACTOR: 'stranger', GITHUB_REF: 'refs/heads/main' } },
    /^stranger, who triggered the event, may not/,
  ],
  [
    'a user with the name of a bot',
    { env: { GITHUB_ACTOR: 'renovate' }, inputs: { 'allowed-bots': 'renovate, renovate[bot]' } },
    /the account is not a bot \(User\)/,
  ],
  [
    'a bot with the suffix of another',
    {
      env: { GITHUB_ACTOR: 'evil-renovate[bot]' },
      payload: { sender: account('evil-renovate[bot]', 'Bot') },
      inputs: { 'allowed-bots': 'renovate[bot]' },
    },
    /^evil-renovate\[bot\], .* GitHub reports none\. Add exactly evil-renovate\[bot\] to allowed-bots/,
  ],
  [
    'a fork whose pull request has no key',
    { name: 'pull_request', payload: fork, inputs: needsKey, env: { ANTHROPIC_API_KEY: '' } },
    /^GitHub gives no secrets to pull requests from forks.*ANTHROPIC_API_KEY/,
  ],
  [
    'Dependabot, without a key',
    { name: 'pull_request', inputs: needsKey, env: { GITHUB_ACTOR: 'dependabot[bot]' } },
    /^GitHub gives no secrets to events from Dependabot/,
  ],
  [
    'no token to ask with',
    { inputs: { publish: '', 'github-token': '' } },
    /github-token is empty/,
  ],
  [
    'no run on GitHub',
    { env: { GITHUB_ACTIONS: '' }, inputs: { publish: '' } },
    /not a run of GitHub Actions/,
  ],
])(
  '%s: nothing is installed, no model is called, nothing is said on GitHub',
  async (_, given, reason) => {
    await using github = await startGitHub({ accounts })
    expectSkipped(await start(github, given), reason)
    expect(github.violations).toEqual([])
  },
)

test('mode check asks, too', async () => {
  await using github = await startGitHub({ accounts })
  const { outputs, log } = await runChecked({
    event: { name: 'issues', payload: {} },
    inputs: { mode: 'check', 'github-token': github.tokens.workflow },
    env: { ...github.env, GITHUB_ACTOR: 'stranger' },
  })
  expect(outputs.outcome).toBe('skipped')
  expect(log).not.toContain('Install opencode')
})

test.each<[string, Given]>([
  [
    'a bot of allowed-bots',
    {
      env: { GITHUB_ACTOR: 'renovate[bot]' },
      payload: { sender: account('renovate[bot]', 'Bot') },
      inputs: { 'allowed-bots': 'Renovate[bot]' },
    },
  ],
  [
    'a push to a protected branch',
    {
      name: 'push',
      env: { GITHUB_ACTOR: 'x', GITHUB_REF: 'refs/heads/main', GITHUB_REF_PROTECTED: 'true' },
    },
  ],
  [
    'a maintainer who runs again what a stranger had started',
    {
      env: {
        GITHUB_ACTOR: 'stranger',
        GITHUB_RUN_ATTEMPT: '2',
        GITHUB_TRIGGERING_ACTOR: 'mona',
      },
    },
  ],
  [
    'a stranger where required-permission is none',
    { env: { GITHUB_ACTOR: 'stranger' }, inputs: { 'required-permission': 'none' } },
  ],
])('%s: the run goes on', async (_, given) => {
  await using github = await startGitHub({ accounts })
  const { outputs } = await start(github, { ...given, inputs: { ...given.inputs, ...goesOn } })
  expect(outputs.outcome).toBe('install-failed')
  expect(github.violations).toEqual([])
})

test.each([403, 500])('a GitHub that answers %d permits nobody', async (status) => {
  await using github = await startGitHub({ accounts })
  github.fail({ ...permission, status, body: { message: 'No.' }, times: 9 })
  expectSkipped(await start(github), /^Whether mona, .* is not known: GitHub did not answer/)
})

test('a GitHub that is silent permits nobody, after half a minute', async () => {
  await using github = await startGitHub({ accounts })
  github.fail({ ...permission, silent: true, times: 9 })
  const result = await start(github)
  expectSkipped(result, /is not known: GitHub did not answer/)
  expect(result.seconds).toBeLessThan(45)
})

test('a run that is cancelled while GitHub is silent ends as cancelled within five seconds', async () => {
  await using github = await startGitHub({ accounts })
  github.fail({ ...permission, silent: true, times: 9 })
  const known: { main?: ChildProcess; asked?: number } = {}
  github.before(permission, () => {
    known.asked = performance.now()
    known.main?.kill('SIGINT')
  })
  const result = await start(github, {
    onLine: (_, main) => {
      known.main = main
    },
  })
  expect(result.outputs.outcome).toBe('cancelled')
  expect(result.touched).toEqual(untouched)
  expect(performance.now() - (known.asked ?? 0)).toBeLessThan(5000)
})
