import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { admit } from '../../src/admission/admission.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { readDefaults } from '../../src/inputs/source.ts'
import { eventOf } from '../support/event.ts'
import { limits } from '../support/github/faults.ts'
import { type GitHub, startGitHub } from '../support/github/github.ts'

type Given = {
  readonly event?: string
  readonly payload?: object
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string | undefined>>
}

const accounts = {
  reader: { role: 'read' },
  helper: { role: 'triage' },
  keeper: { role: 'maintain' },
  guard: { role: 'write', roleName: 'security-guard' },
  sorter: { role: 'triage', roleName: 'sorter-of-issues' },
  watcher: { role: 'read', roleName: 'admin-of-docs' },
  stranger: {},
  renovate: {},
  'renovate[bot]': { type: 'Bot' },
  'trusted[bot]': { type: 'Bot', role: 'write' },
  Copilot: { type: 'Bot' },
} as const
const start = () => startGitHub({ accounts })

/** What `admit` says: the reason for which the run is skipped, or undefined. */
async function reasonOf(
  github: GitHub,
  given: Given = {},
  signal = AbortSignal.timeout(170_000),
  lines: string[] = [],
) {
  const { event = 'issues', payload = {}, inputs = {}, env = {} } = given
  const token = { 'github-token': github.tokens.workflow }
  const usual = { mode: 'check', model: 'rehearsal/plan', ...token, ...inputs }
  const named = Object.entries(usual).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const all = {
    GITHUB_WORKSPACE: realpathSync(tmpdir()),
    ...github.env,
    ...env,
    ...Object.fromEntries(named),
  }
  const nothing = () => undefined
  const runner = {
    info: (line: string) => void lines.push(line),
    debug: nothing,
    warning: nothing,
    saveState: nothing,
    stateText: () => '',
    group: <T>(_: string, body: () => Promise<T>) => body(),
  }
  const read = readInputs({ env: all, defaults: readDefaults() })
  const asked = { env: all, event: eventOf(event, payload, env), runner }
  try {
    await admit(read, asked, signal)
    return undefined
  } catch (error) {
    expect(error).toMatchObject({ outcome: 'skipped' })
    return error instanceof Error ? error.message : ''
  }
}

const byActor = (login: string) => ({ env: { GITHUB_ACTOR: login } })

test.each<[string, string, string | undefined]>([
  ['octo', 'admin', undefined],
  ['MONA', 'write', undefined],
  ['mona', 'maintain', 'GitHub reports write'],
  ['keeper', 'maintain', undefined],
  ['keeper', 'admin', 'GitHub reports maintain'],
  ['helper', 'triage', undefined],
  ['helper', 'write', 'GitHub reports triage'],
  ['guard', 'write', undefined],
  ['guard', 'maintain', 'GitHub reports security-guard'],
  ['sorter', 'triage', undefined],
  ['sorter', 'write', 'GitHub reports sorter-of-issues'],
  ['watcher', 'write', 'GitHub reports admin-of-docs'],
  ['reader', 'write', 'GitHub reports read'],
  ['stranger', 'write', 'GitHub reports read'],
  ['stranger', 'triage', 'GitHub reports read'],
  // The repository is public.
  ['stranger', 'read', undefined],
  ['nobody-at-all', 'read', 'GitHub reports none'],
  ['trusted[bot]', 'write', undefined],
  ['renovate[bot]', 'read', 'GitHub reports none'],
  ['Copilot', 'read', 'GitHub reports none'],
])('%s on required-permission %s: %s', async (login, required, reason) => {
  await using github = await start()
  const inputs = { 'required-permission': required }
  const said = await reasonOf(github, { ...byActor(login), inputs })
  if (reason === undefined) expect(said).toBeUndefined()
  else expect(said).toContain(`${login}, who triggered the event, may not start this run`)
  expect(said ?? '').toContain(reason ?? '')
  expect(github.violations).toEqual([])
})

const allowed = { 'allowed-bots': 'renovate[bot], Copilot, dependabot[bot]' }
const sentBy = (login: string, type: string) => ({
  payload: { sender: { login, type } },
  ...byActor(login),
  inputs: allowed,
})

test.each<[string, Given, readonly string[], string | undefined]>([
  ['one that the event calls a bot', sentBy('renovate[bot]', 'Bot'), [], undefined],
  ['one in other letters', sentBy('Renovate[BOT]', 'Bot'), [], undefined],
  ['one without a suffix that the event calls a bot', sentBy('Copilot', 'Bot'), [], undefined],
  [
    'one that only the API knows',
    { ...byActor('renovate[bot]'), inputs: allowed },
    ['/users/renovate%5Bbot%5D'],
    undefined,
  ],
  [
    'a user of a bot’s name',
    { ...byActor('renovate'), inputs: { 'allowed-bots': 'renovate' } },
    ['/users/renovate', '/repos/octo/sample/collaborators/renovate/permission'],
    'the account is not a bot (User)',
  ],
  [
    'a user of a bot’s login, as the event has it',
    sentBy('renovate[bot]', 'User'),
    ['/repos/octo/sample/collaborators/renovate%5Bbot%5D/permission'],
    'the account is not a bot (User)',
  ],
  [
    'a bot of another name with the suffix',
    sentBy('evil-renovate[bot]', 'Bot'),
    ['/repos/octo/sample/collaborators/evil-renovate%5Bbot%5D/permission'],
    'Add exactly evil-renovate[bot] to allowed-bots if everyone',
  ],
  [
    'one that nobody knows',
    { ...byActor('Copilot'), inputs: allowed },
    ['/users/Copilot', '/repos/octo/sample/collaborators/Copilot/permission'],
    'the account is not a bot',
  ],
])('of allowed-bots, %s', async (_, given, paths, reason) => {
  await using github = await start()
  const said = await reasonOf(github, given)
  if (reason === undefined) expect(said).toBeUndefined()
  else expect(said).toContain(reason)
  expect(github.requests.map(({ path }) => path)).toEqual(paths)
  expect(github.violations).toEqual([])
})

const comment = (login: string) => ({ comment: { body: '/go', user: { login, type: 'User' } } })
const ended = (login: string) => ({ workflow_run: { actor: { login, type: 'User' } } })
const again = (login: string) => ({
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_TRIGGERING_ACTOR: login,
})

test.each<[string, Given, string | undefined]>([
  ['mona comments', { event: 'issue_comment', payload: comment('mona') }, undefined],
  [
    'mona edits the comment of a stranger',
    { event: 'issue_comment', payload: comment('stranger') },
    'stranger, who wrote the comment, may not',
  ],
  [
    'a stranger edits the comment of mona',
    { event: 'issue_comment', payload: comment('mona'), ...byActor('stranger') },
    'stranger, who triggered the event, may not',
  ],
  [
    'mona starts again what a stranger had started',
    {
      event: 'issue_comment',
      payload: comment('stranger'),
      env: { ...again('mona'), GITHUB_ACTOR: 'stranger' },
    },
    undefined,
  ],
  [
    'a reader starts again what mona had started',
    { env: again('reader') },
    'reader, who started it again, may not',
  ],
  [
    'the workflow of a stranger is followed',
    { event: 'workflow_run', payload: ended('stranger') },
    'stranger, who triggered the workflow before this one, may not',
  ],
  [
    'the workflow of keeper is followed',
    { event: 'workflow_run', payload: ended('keeper') },
    undefined,
  ],
  ['nobody is named', { env: { GITHUB_ACTOR: undefined } }, 'does not say who triggered'],
  [
    'it is not a run on GitHub',
    { env: { GITHUB_ACTIONS: undefined } },
    'not a run of GitHub Actions',
  ],
])('%s', async (_, given, reason) => {
  await using github = await start()
  const said = await reasonOf(github, given)
  if (reason === undefined) expect(said).toBeUndefined()
  else expect(said).toContain(reason)
  expect(github.violations).toEqual([])
})

test.each<[string, Given]>([
  ['a schedule', { event: 'schedule', ...byActor('stranger') }],
  [
    'a push to a protected branch',
    { event: 'push', env: { GITHUB_ACTOR: 'stranger', GITHUB_REF_PROTECTED: 'true' } },
  ],
  [
    'required-permission none, on GitHub or not',
    { inputs: { 'required-permission': 'none' }, env: { GITHUB_ACTIONS: undefined } },
  ],
])('%s asks GitHub nothing', async (_, given) => {
  await using github = await start()
  expect(
    await reasonOf(github, { ...given, inputs: { 'github-token': '', ...given.inputs } }),
  ).toBeUndefined()
  expect(github.requests).toEqual([])
})

test('the log says why no permission is needed', async () => {
  await using github = await start()
  const lines: string[] = []
  await reasonOf(github, { event: 'schedule' }, AbortSignal.timeout(170_000), lines)
  expect(lines).toEqual(['No permission is needed: this is a schedule.'])
})

const permission = { method: 'GET', path: /\/permission$/ }
const user = { method: 'GET', path: /^\/users\// }

test.each<[string, Parameters<GitHub['fail']>[0]]>([
  ['refuses', { ...permission, status: 403, body: { message: 'Resource not accessible' } }],
  ['does not know the token', { ...permission, status: 401, body: { message: 'Bad credentials' } }],
  ['limits the rate for longer than there is time', { ...permission, ...limits.secondary(600) }],
  ['fails again and again', { ...permission, status: 500, times: 9 }],
  ['closes the connection', { ...permission, close: true, times: 9 }],
  ['answers a page', { ...permission, status: 200, body: '<html>Hello</html>' }],
  ['answers nothing at all', { ...permission, status: 200, body: '' }],
  ['answers another shape', { ...permission, status: 200, body: { permission: true } }],
  [
    'answers flags of another shape',
    {
      ...permission,
      status: 200,
      body: { permission: 'admin', user: { permissions: { push: 'yes' } } },
    },
  ],
])('a GitHub that %s permits nobody', async (_, fault) => {
  await using github = await start()
  github.fail(fault)
  const said = await reasonOf(github)
  expect(said).toMatch(/^Whether mona, .* has write permission is not known: GitHub did not answer/)
  expect(said).toContain('Check the connection to GitHub and github-token')
})

test('a temporary failure is retried', async () => {
  await using github = await start()
  github.fail({ ...permission, status: 502 })
  expect(await reasonOf(github)).toBeUndefined()
})

test('a bot whose type GitHub does not report is not permitted', async () => {
  await using github = await start()
  github.fail({ ...user, status: 403 })
  const said = await reasonOf(github, { ...byActor('renovate[bot]'), inputs: allowed })
  expect(said).toContain(
    'renovate[bot], who triggered the event, has write permission is not known',
  )
})

test.each<[string, Given, string]>([
  ['a token', { inputs: { 'github-token': '' } }, 'github-token is empty'],
  ['an address', { env: { GITHUB_API_URL: '' } }, 'without GITHUB_API_URL'],
])('without %s nobody is permitted, and it is said', async (_, given, reason) => {
  await using github = await start()
  expect(await reasonOf(github, given)).toContain(reason)
  expect(github.requests).toEqual([])
})

test('GitHub’s older form, without roles and flags, is understood', async () => {
  await using github = await start()
  github.fail({ ...permission, status: 200, body: { permission: 'write', user: null } })
  expect(await reasonOf(github)).toBeUndefined()
  github.fail({ ...permission, status: 200, body: { permission: 'read', user: null } })
  expect(await reasonOf(github)).toContain('GitHub reports read')
})
