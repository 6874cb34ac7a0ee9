import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { call, say, startScriptedModel } from '../support/model.ts'
import { inBash, launchers, rootTest, sandboxTest } from '../support/sandbox.ts'
import { git, inputsFor, makeCheckout, runChecked } from '../support/step.ts'

const { withoutBubblewrap, withoutNamespaces, asNobody } = launchers

rootTest.each([
  ['there is no bubblewrap', withoutBubblewrap, /bubblewrap is not installed/],
  ['no user namespace can be made', withoutNamespaces, /bubblewrap does not work here \(bwrap: /],
])('where %s, auto says so and goes on, and strict ends the run', async (_, launcher, why) => {
  await using model = await startScriptedModel([say('Done.')])
  const auto = await runChecked({ inputs: inputsFor(model), launcher })
  expect(auto.outputs.outcome).toBe('completed')
  expect(auto.run.isolation).toMatchObject({ level: 'separate process only' })
  expect(auto.run.isolation?.why).toMatch(why)
  expect(auto.summary).toContain('| isolation | separate process only: ')
  expect(auto.log).toContain('::warning::The agent runs without a sandbox: ')

  const strict = await runChecked({ inputs: inputsFor(model, { isolation: 'strict' }), launcher })
  expect(strict.outputs.outcome).toBe('server-failed')
  expect(strict.outputs.reason).toMatch(/^isolation is strict, and there is no sandbox: /)
  expect(strict.log).not.toContain('Install opencode')
  expect(model.requests).toHaveLength(1)
})

rootTest('an ordinary user’s agent runs in a sandbox, too, and works there', async () => {
  await using model = await startScriptedModel([
    call('bash', { command: 'sh work.sh', description: 'Work' }),
    say('Done.'),
  ])
  const workspace = makeCheckout({
    'work.sh': 'id -u; echo x > new.txt; git add -A; git status -s',
  })
  const inputs = inputsFor(model, { mode: 'implement', isolation: 'strict' })
  const env = { HOME: '/nonexistent' }
  const { run, outputs } = await runChecked({ workspace, inputs, env, launcher: asNobody })
  expect(run).toMatchObject({ outcome: 'completed', isolation: { level: 'sandboxed' } })
  expect(outputs['changed-files']).toBe('["new.txt"]')
  expect(JSON.stringify(model.requests.at(-1)?.request.messages)).toContain('65534\\nA  new.txt')
})

test('with isolation off there is no sandbox, and the summary says so', async () => {
  await using model = await startScriptedModel([say('Done.')])
  const { run, summary, log } = await runChecked({ inputs: inputsFor(model, { isolation: 'off' }) })
  expect(run.isolation).toEqual({ level: 'separate process only', why: 'isolation is off' })
  expect(summary).toContain('| isolation | separate process only: isolation is off |')
  expect(log).not.toContain('::warning::')
})

const check = { mode: 'check', model: 'rehearsal/plan' }
const env = { OPENAI_API_KEY: 'sk-canaryOfTheProvider' }

/** A checkout with the token that actions/checkout leaves. */
function makeTokenCheckout() {
  const workspace = makeCheckout()
  const header = 'AUTHORIZATION: basic canaryOfTheCheckout'
  git(workspace, 'config', 'http.https://github.example/.extraheader', header)
  return workspace
}

sandboxTest(
  'a check tries from inside what an agent could, and shows that all is kept out',
  async () => {
    const workspace = makeTokenCheckout()
    const { run, summary, log, read } = await runChecked({ workspace, inputs: check, env })
    const tried = run.selfTest ?? []
    expect(tried.length).toBeGreaterThan(10)
    expect(tried.filter(({ result }) => result === 'open')).toEqual([])
    expect(summary).toContain('| The event file | ✅ kept out |')
    expect(log).toContain('Kept out: The token that actions/checkout left')
    expect(read('server.log')).not.toContain('canaryOfTheCheckout')
    expect(git(workspace, 'status', '--porcelain')).toBe('')
  },
)

rootTest('without a sandbox the same check shows what is open, and changes nothing', async () => {
  const workspace = makeTokenCheckout()
  const step = { workspace, inputs: check, env, launcher: withoutBubblewrap }
  const { run, summary, outputs } = await runChecked(step)
  const open = (run.selfTest ?? [])
    .filter(({ result }) => result === 'open')
    .map(({ what }) => what)
  expect(open).toEqual(
    expect.arrayContaining([
      'The variables of the runner in other processes',
      'The key of a provider',
      'The rights of root',
      'Signals to this action',
      'Temporary files of the runner and its steps',
      'The token that actions/checkout left',
      'Outputs, variables, path, state and summary of the step',
      'The event file',
      'Writing to the checkout',
    ]),
  )
  expect(summary).toContain('| Signals to this action | ⚠️ not kept out |')
  expect(outputs.outcome).toBe('completed')
  expect(outputs.reason).toMatch(/Of 1\d thefts tried from inside, \d+ succeeded\.$/)
  expect(git(workspace, 'status', '--porcelain')).toBe('')
})

rootTest('a bubblewrap that is missing is installed with the package manager', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opencode-driver-manager-'))
  const manager = join(folder, 'apt-get')
  const lines = ['#!/bin/sh', `echo "$@" >> ${folder}/log`, 'umount /usr/bin/bwrap', '']
  writeFileSync(manager, lines.join('\n'), { mode: 0o755 })
  const hide = `mount --bind ${manager} /usr/bin/apt-get; mount --bind /dev/null /usr/bin/bwrap`
  await using model = await startScriptedModel([say('Done.')])
  const launcher = ['unshare', '--mount', ...inBash(hide)]
  const { run, log } = await runChecked({ inputs: inputsFor(model), launcher })
  expect(log).toContain('Installing bubblewrap with apt-get')
  expect(readFileSync(join(folder, 'log'), 'utf8')).toMatch(/^install .*bubblewrap\n$/)
  expect(run.isolation?.level).toBe('sandboxed')
})

rootTest('a checkout of another user, closed to others, is worked on like any', async () => {
  const workspace = makeCheckout({ '.gitignore': 'cache/\n' })
  mkdirSync(join(workspace, 'cache'))
  writeFileSync(join(workspace, 'cache/x'), 'cached\n')
  execFileSync('sh', ['-c', 'chown -R 65534:65534 "$1"; chmod -R go-rwx "$1"', 'sh', workspace])
  const command = 'cat cache/x; git log --format=%s; echo new > new.txt'
  await using model = await startScriptedModel([
    call('bash', { command, description: 'Look' }),
    say('Done.'),
  ])
  const inputs = inputsFor(model, { mode: 'implement' })
  const { outputs, run } = await runChecked({ workspace, inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '["new.txt"]' })
  expect(run.isolation?.level).toBe('sandboxed')
  expect(JSON.stringify(model.requests.at(-1)?.request)).toContain('cached\\nSample')
  expect(readFileSync(join(workspace, 'new.txt'), 'utf8')).toBe('new\n')
})

test('a checkout that git can not read is told as such', async () => {
  const workspace = makeCheckout()
  appendFileSync(join(workspace, '.git', 'config'), '[broken\n')
  const inputs = { model: 'rehearsal/implement', mode: 'implement', prompt: 'Do it.' }
  const { outputs } = await runChecked({ workspace, inputs })
  expect(outputs.outcome).toBe('config-invalid')
  expect(outputs.reason).toMatch(/^git can't read the checkout: fatal: bad config/)
})
