import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { call, say, startScriptedModel } from '../support/model.ts'
import { signalAt } from '../support/signals.ts'
import { git, inputsFor, makeCheckout, runChecked } from '../support/step.ts'

/** opencode looks at the words of a command, but not into what they run. */
const pretend = call('bash', { command: 'sh build.sh', description: 'Build' })
const withBuild = (script: string) => {
  const workspace = makeCheckout()
  // Without a sandbox an agent can find out where its copy is from.
  const lines = ['set -e', `cd '${workspace}'`, script, '']
  writeFileSync(join(workspace, 'build.sh'), lines.join('\n'))
  return workspace
}

/** The temporary folder of the action, in which the agent's HOME lies, is beside the runner's files. */
const fileCommands = '"$(dirname "$(dirname "$HOME")")"/../_runner_file_commands/main'

/** A home with the usual files, and the environment of a step that has it. */
function makeHome() {
  const home = mkdtempSync(join(tmpdir(), 'opencode-driver-home-'))
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  mkdirSync(join(home, 'dotfiles'))
  writeFileSync(join(home, '.ssh/config'), 'Host *\n', { mode: 0o600 })
  writeFileSync(join(home, 'dotfiles/gitconfig'), '[user]\n\tname = Runner\n')
  symlinkSync('dotfiles/gitconfig', join(home, '.gitconfig'))
  return home
}

test('what an agent writes into the files of the runner is no output, variable, path, state or summary', async () => {
  const workspace = withBuild(`
    cd ${fileCommands}
    echo 'answer=forged' >> set_output
    echo 'EVIL=1' >> set_env
    echo '/evil' >> add_path
    printf 'temporary=/\\npid=1\\nforged=1\\n' >> save_state
    echo '# Forged' >> step_summary
    rm ../../event.json
    ln -s /etc/passwd ../../event.json`)
  await using model = await startScriptedModel([pretend, say('Done.')])
  const inputs = inputsFor(model, { mode: 'implement', isolation: 'off' })
  const { outputs, later, state, summary, temp, log } = await runChecked({ workspace, inputs })
  expect(log).not.toContain('exit code')
  expect(outputs).toMatchObject({ outcome: 'completed', answer: 'Done.' })
  expect(later).toEqual({ env: {}, path: '' })
  expect(Object.keys(state).sort()).toEqual([
    'memoryKills',
    'outcome',
    'pid',
    'runDirectory',
    'startedAt',
    'temporary',
    'trackingId',
  ])
  expect(state.temporary).toContain(temp)
  expect(summary).not.toContain('# Forged')
  expect(lstatSync(join(temp, 'event.json')).isFile()).toBe(true)
  for (const name of [
    'set_output',
    'set_env',
    'add_path',
    'save_state',
    'step_summary',
    'event.json',
  ])
    expect(summary).toMatch(
      new RegExp(`${name.replace('_', '&#95;')}, which later steps trust, .*: put back`),
    )
})

test('configuration, hooks and a home that the agent wrote are as before when later steps run', async () => {
  const home = makeHome()
  const marker = join(home, 'marker')
  const evil = `echo 'touch ${marker}'`
  const workspace = withBuild(`
    git config core.fsmonitor 'touch ${marker}; false'
    git config core.hooksPath /tmp/hooks
    mkdir -p .git/info; echo '* filter=evil' > .git/info/attributes
    ${evil} > .git/hooks/pre-commit; chmod 700 .git/hooks/pre-commit
    ${evil} > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout
    mkdir .git/hooks/folder; ln -s /nowhere .git/hooks/post-commit
    cd '${home}'
    rm .gitconfig dotfiles/gitconfig
    printf '[core]\\n\\tfsmonitor = touch ${marker}\\n' > .gitconfig
    ${evil} > .bashrc; chmod 755 .ssh; rm .ssh/config; echo key > .ssh/authorized_keys
    mkdir -p .config/git; printf '[alias]\\n' > .config/git/config`)
  const hook = join(workspace, '.git/hooks/pre-commit')
  mkdirSync(join(workspace, '.git/hooks'), { recursive: true })
  writeFileSync(hook, '#!/bin/sh\nexit 0\n')
  chmodSync(hook, 0o755)
  const config = readFileSync(join(workspace, '.git/config'), 'utf8')
  await using model = await startScriptedModel([pretend, say('Done.')])
  const inputs = inputsFor(model, { mode: 'implement', isolation: 'off' })
  const { outputs, summary } = await runChecked({ workspace, inputs, env: { HOME: home } })
  expect(outputs).toMatchObject({ outcome: 'completed' })
  expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe(config)
  expect(readFileSync(hook, 'utf8')).toBe('#!/bin/sh\nexit 0\n')
  expect(lstatSync(hook).mode & 0o777).toBe(0o755)
  for (const name of [
    'hooks/post-checkout',
    'hooks/post-commit',
    'hooks/folder',
    'info/attributes',
  ])
    expect(lstatSync(join(workspace, '.git', name), { throwIfNoEntry: false })).toBeUndefined()
  expect(readFileSync(join(home, '.gitconfig'), 'utf8')).toContain('name = Runner')
  expect(existsSync(join(home, '.bashrc'))).toBe(false)
  expect(existsSync(join(home, '.ssh/authorized_keys'))).toBe(false)
  expect(readFileSync(join(home, '.ssh/config'), 'utf8')).toBe('Host *\n')
  expect(lstatSync(join(home, '.ssh')).mode & 0o777).toBe(0o700)
  expect(existsSync(join(home, '.config/git/config'))).toBe(false)
  execFileSync('git', ['status'], { cwd: workspace, env: { ...process.env, HOME: home } })
  expect(existsSync(marker)).toBe(false)
  expect(summary).toContain(
    'post-checkout, which later steps trust, was written while the agent ran: removed.',
  )
  expect(summary).toContain(
    '.git/config, which later steps trust, was written while the agent ran: put back.',
  )
})

test('a cancelled run puts back, too, and keeps the state that it saved itself', async () => {
  const workspace = withBuild(`
    git config core.fsmonitor evil
    echo forged=1 >> ${fileCommands}/save_state
    sleep 600`)
  const config = readFileSync(join(workspace, '.git/config'), 'utf8')
  await using model = await startScriptedModel([pretend])
  const cancel = signalAt('→ bash', { afterMs: 1500 })
  const inputs = inputsFor(model, { mode: 'implement', isolation: 'off' })
  const { outputs, state, summary } = await runChecked({ workspace, inputs, onLine: cancel.onLine })
  expect(outputs.outcome).toBe('cancelled')
  expect(state).toMatchObject({ cancelled: 'true', pid: expect.stringMatching(/^\d+$/) })
  expect(state.forged).toBeUndefined()
  expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe(config)
  expect(summary).toContain('_state, which later'.replace('_', '&#95;'))
  expect(cancel.seconds()).toBeLessThan(5)
})

test('an agent that commits in its copy is accused of nothing', async () => {
  const workspace = makeCheckout()
  const command =
    'git add -A; git -c user.name=a -c user.email=a@b commit -qm x --allow-empty; git status'
  await using model = await startScriptedModel([
    call('bash', { command, description: 'Commit' }),
    say('Done.'),
  ])
  const inputs = inputsFor(model, { mode: 'implement', isolation: 'off' })
  const { run } = await runChecked({ workspace, inputs })
  expect(run.notes.join('\n')).not.toContain('later steps trust')
  expect(git(workspace, 'log', '--oneline').trim().split('\n')).toHaveLength(1)
})
