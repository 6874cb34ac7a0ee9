import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import { UserError } from '../../src/errors.ts'
import { inputNames } from '../../src/inputs/fields.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { readDefaults } from '../../src/inputs/source.ts'
import { duration, list, modelName } from '../../src/inputs/values.ts'

const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'inputs-')))

type Record = Readonly<{ [name: string]: string }>

/** A complete, right set of inputs plus the difference. */
function read(difference: Record = {}, env: Record = {}) {
  const inputs = { prompt: 'Do it.', model: 'openai/gpt-5', ...difference }
  const named = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  return readInputs({ env: { GITHUB_WORKSPACE: workspace, ...Object.fromEntries(named), ...env } })
}

function problems(difference: Record, env: Record = {}): readonly string[] {
  try {
    read(difference, env)
  } catch (error) {
    if (error instanceof UserError && error.outcome === 'config-invalid') return error.problems
    throw error
  }
  return []
}

test('the defaults of action.yml apply to what is absent, and to what is empty', () => {
  expect(read()).toEqual(read({ timeout: '', mode: ' ', 'fail-on': '' }))
  expect(read()).toMatchObject({
    mode: 'plan',
    prompt: { value: 'Do it.' },
    config: { value: {} },
    workspace,
    workingDirectory: '.',
    model: { providerID: 'openai', modelID: 'gpt-5' },
    timeoutMs: 1_800_000,
    stallTimeoutMs: 60_000,
    server: { kind: 'install', version: '1.18.33' },
    requiredPermission: 'write',
    allowedBots: [],
    projectConfig: 'auto',
    isolation: 'auto',
    failOn: 'failure',
    requireProviders: [],
  })
})

test('bots are listed by their logins, with the suffix of an app or without', () => {
  const { allowedBots } = read({ 'allowed-bots': 'renovate[bot], Copilot\ngithub-actions[bot]' })
  expect(allowedBots).toEqual(['renovate[bot]', 'Copilot', 'github-actions[bot]'])
})

test('action.yml and the schema name the same inputs', () => {
  expect(Object.keys(readDefaults()).sort()).toEqual([...inputNames].sort())
})

test('files with the prompt and the configuration are named but not read', () => {
  const inputs = read({
    prompt: '',
    'prompt-file': 'no.md',
    model: '',
    'opencode-config': 'no.json',
  })
  expect(inputs).toMatchObject({ prompt: { path: 'no.md' }, config: { path: 'no.json' } })
})

test.each<[string, Record, RegExp]>([
  ['both prompts', { 'prompt-file': 'prompt.md' }, /both are set/],
  ['no prompt', { prompt: '' }, /prompt: is missing/],
  ['a prompt in a check', { mode: 'check' }, /mode check runs no prompt/],
  [
    'no model at all',
    { model: '', 'project-config': 'ignore' },
    /model: is missing, and opencode-config names none; the checkout's opencode\.json, .* ignored/,
  ],
  ['a model without provider', { model: 'gpt-5' }, /not of the form provider\/model/],
  [
    'an unknown mode',
    { mode: 'write' },
    /^mode: "write" is not a valid value: set check, plan or implement\.$/,
  ],
  ['a version range', { 'opencode-version': '^1.18' }, /is not an exact version/],
  [
    'another major version',
    { 'opencode-version': '2.1.0' },
    /"2\.1\.0" is not supported: use a version from 1\.2\.27/,
  ],
  [
    'broken configuration',
    { 'opencode-config': '{"a": secret' },
    /is not valid JSON or JSONC: InvalidSymbol in line 1\.$/,
  ],
  [
    'a variable that is not set',
    { 'opencode-config': '{"x":"{env:NOT_SET}"}' },
    /NOT_SET is not set\. Add it to the env of the step, or remove it from opencode-config\./,
  ],
  [
    'the runner’s token in the configuration',
    { 'opencode-config': '{"x":"{env:GITHUB_TOKEN}"}' },
    /belongs to the runner/,
  ],
  ['the runner’s token by name', { 'pass-env': 'ACTIONS_RUNTIME_TOKEN' }, /belongs to the runner/],
  [
    'all bots at once',
    { 'allowed-bots': 'renovate[bot], *' },
    /: "\*" is not a valid login: name each/,
  ],
  [
    'a pattern of bots',
    { 'allowed-bots': '*[bot]' },
    /: "\*\[bot\]" is not a valid login: name each/,
  ],
  [
    'a bot of GitHub without its suffix',
    { 'allowed-bots': 'renovate[bot], Dependabot' },
    /^allowed-bots: "Dependabot" is not the login of a bot: add the suffix/,
  ],
  [
    'an unknown permission',
    { 'required-permission': 'push' },
    /: "push" is not a valid value: set none, read, triage, write, maintain or admin\.$/,
  ],
  [
    'a value instead of a name',
    { 'pass-env': 'A=b' },
    /^pass-env: [^A]*: give names, without values \(item 1\)\.$/,
  ],
  ['rules that are no list', { permissions: '{}' }, /permissions: .*expected array/],
  [
    'a rule with an unknown action',
    { permissions: '[{"permission":"bash","pattern":"*","action":"maybe"}]' },
    / at 0\.action/,
  ],
  [
    'a password in the address',
    { 'server-url': 'http://a:b@host' },
    /the password as server-password/,
  ],
  [
    'a binary for a running server',
    { 'server-url': 'http://host', 'opencode-path': '/x' },
    /no effect on a server that is already running/,
  ],
  [
    'the rehearsal on a running server',
    { 'server-url': 'http://host', model: 'rehearsal/plan' },
    /needs a server that the action starts/,
  ],
  [
    'strict isolation of a running server',
    { 'server-url': 'http://host', isolation: 'strict' },
    /^isolation: strict is not possible for a server that is already running\. Remove server-url,/,
  ],
  ['a run directory in the workspace', { 'run-directory': 'out' }, /is in the workspace/],
])('%s: one problem, with the remedy', (_what, difference, problem) => {
  expect(problems(difference)).toEqual([expect.stringMatching(problem)])
})

test('all problems are reported at once', () => {
  const wrong = {
    mode: 'x',
    timeout: '-1',
    model: 'y',
    prompt: '',
    'pass-env': 'INPUT_PROMPT',
    permissions: 'no',
  }
  expect(problems(wrong)).toHaveLength(6)
})

test('a cross check reports nothing about an input that is not valid by itself', () => {
  const wrong = { model: 'gpt-5', 'project-config': 'ignore', publish: 'commit, push' }
  expect(problems(wrong)).toEqual([
    expect.stringMatching(/^model: "gpt-5" is not of the form/),
    expect.stringMatching(/^publish: "push" is not a valid value: set comment, /),
  ])
})

test('a value that may contain a secret is never repeated', () => {
  const text = problems({
    'server-url': 'http://me:the-password@host',
    'server-password': 'the-password',
    'pass-env': 'A=the-password',
    'opencode-config': 'apiKey:\n  the-password',
    permissions: '["the-password"',
  })
  expect(text.length).toBeGreaterThan(3)
  expect(text.join()).not.toContain('the-password')
})

test('the address of a running server comes from the environment, too; a password alone means nothing', () => {
  const env = { OPENCODE_API_URL: 'http://localhost:4096/', OPENCODE_SERVER_PASSWORD: 'pw' }
  expect(read({}, env).server).toEqual({
    kind: 'external',
    url: 'http://localhost:4096',
    password: 'pw',
  })
  expect(read({}, { OPENCODE_SERVER_PASSWORD: 'pw' }).server.kind).toBe('install')
  expect(problems({ isolation: 'strict' }, env)).toEqual([expect.stringMatching(/^isolation: /)])
})

const units = { s: 1000, m: 60_000, h: 3_600_000, '': 1000 }

test('durations: number and unit give milliseconds', () => {
  const unit = fc.constantFrom<keyof typeof units>('s', 'm', 'h', '')
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), unit, (count, name) => {
      expect(duration.parse(`${count}${name}`)).toBe(count * units[name])
    }),
  )
})

test('durations: only a positive duration is accepted', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { success, data = 0 } = duration.safeParse(text)
      if (success) expect(text.trim()).toMatch(/^\d+(\.\d+)?\s*[smh]?$/)
      expect(success).toBe(data > 0)
    }),
  )
  for (const text of ['0', '0s', '-5', '121h', '1e3', '5 minutes', 'Infinity', ''])
    expect(duration.safeParse(text).success).toBe(false)
})

test('lists: items survive any mixture of commas, line breaks and blanks', () => {
  const item = fc.stringMatching(/^[A-Za-z0-9_-]+$/)
  const separator = fc.constantFrom(',', '\n', '\r\n', ' , ', ',\n', ',,')
  fc.assert(
    fc.property(fc.uniqueArray(item), separator, (items, between) => {
      expect(list(z.string()).parse(`${between}${items.join(between)} `)).toEqual(items)
    }),
  )
})

test.each([
  ['YAML', '- a/**\n- b\n'],
  ['YAML with quotes', '- "a/**"\n- \'b\''],
  ['indented YAML', '\n  - a/**\n  - b\n'],
  ['JSON', '["a/**", "b"]'],
  ['a trailing comma', 'a/**, b,\n'],
])('lists: %s', (_what, text) => {
  expect(list(z.string()).parse(text)).toEqual(['a/**', 'b'])
})

test('lists: an item of a JSON list may hold commas, and an item of any list a dash or brackets', () => {
  expect(list(z.string()).parse('["*.{js,ts}"]')).toEqual(['*.{js,ts}'])
  expect(list(z.string()).parse('-a, b-c\n[d]')).toEqual(['-a', 'b-c', '[d]'])
})

test('models: the provider is the part before the first slash', () => {
  expect(modelName.parse('openrouter/anthropic/claude')).toEqual({
    providerID: 'openrouter',
    modelID: 'anthropic/claude',
  })
})
