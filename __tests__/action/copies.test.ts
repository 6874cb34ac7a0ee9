import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runStep } from '../../scripts/local-runner.ts'
import { call, say, startScriptedModel } from '../support/model.ts'
import { hashFolder } from '../support/repository.ts'
import { rootTest, sandboxTest } from '../support/sandbox.ts'
import { signalAt } from '../support/signals.ts'
import { git, inputsFor, makeCheckout, runChecked } from '../support/step.ts'

const bash = (command: string) => call('bash', { command, description: 'Work' })

/** An agent that changes, adds and removes something. */
const work = [bash('echo x >> README.md; mkdir -p new/deep; echo y > new/deep/file; rm src/sum.js')]

const moments = [
  { at: 'Isolate the agent' },
  { at: 'Start the opencode server' },
  { at: 'Prompt scripted/model', afterMs: 700 },
  { at: '✓ bash' },
  { at: '│ Done.', afterMs: 300 },
  { at: 'Applied to the checkout' },
]

test.each(moments)(
  'a main that is killed leaves the checkout as it was, or with the whole change ($at)',
  async ({ at, afterMs = 0 }) => {
    const workspace = makeCheckout()
    const before = await hashFolder(workspace)
    await using model = await startScriptedModel([...work, say('Done.')])
    const { onLine } = signalAt(at, { name: 'SIGKILL', afterMs })
    await runStep({ workspace, inputs: inputsFor(model, { mode: 'implement' }), onLine })
    if (existsSync(join(workspace, 'new/deep/file')))
      expect(git(workspace, 'status', '--short')).toBe(landed)
    else expect(await hashFolder(workspace)).toEqual(before)
  },
)

const landed = ' M README.md\n D src/sum.js\n?? new/\n'

sandboxTest(
  'the agent finds its copy at the path of the checkout, in every shape of it',
  async () => {
    await using model = await startScriptedModel([
      bash(
        'pwd; git status --short; cat cache/x; echo made > cache/made; git add -A; git commit -qm x',
      ),
      ...work,
      say('Done.'),
    ])
    const workspace = makeCheckout({ '.gitignore': 'cache/\n' })
    git(workspace, 'checkout', '-q', '--detach')
    mkdirSync(join(workspace, 'cache'))
    writeFileSync(join(workspace, 'cache/x'), 'cached\n')
    writeFileSync(join(workspace, 'README.md'), 'dirty\n')
    writeFileSync(join(workspace, 'untracked'), 'u\n')
    const head = git(workspace, 'rev-parse', 'HEAD')
    const { outputs } = await runChecked({
      workspace,
      inputs: inputsFor(model, { mode: 'implement' }),
    })
    expect(outputs.outcome).toBe('completed')
    const told = JSON.stringify(model.requests.at(-1)?.request)
    expect(told).toContain(`${workspace}\\n M README.md\\n?? untracked\\ncached`)
    expect(git(workspace, 'rev-parse', 'HEAD')).toBe(head)
    expect(readFileSync(join(workspace, 'README.md'), 'utf8')).toBe('dirty\nx\n')
    expect(readFileSync(join(workspace, 'cache/made'), 'utf8')).toBe('made\n')
    expect(git(workspace, 'status', '--short')).toBe(`${landed}?? untracked\n`)
  },
)

sandboxTest(
  'a second attempt finds its copy at the path of the checkout, too, and nothing of the first one',
  async () => {
    await using model = await startScriptedModel(
      [
        bash('echo x > half-done; (sleep 600 &) > /dev/null 2>&1; echo made > cache/made'),
        { kind: 'error', status: 429, message: 'You exceeded your current quota' },
      ],
      {
        models: { model: {}, second: {} },
        laterSessions: [[bash('pwd; ls; cat cache/*; pgrep -c sleep'), ...work, say('Done.')]],
      },
    )
    const workspace = makeCheckout({ '.gitignore': 'cache/\n' })
    mkdirSync(join(workspace, 'cache'))
    writeFileSync(join(workspace, 'cache/x'), 'cached\n')
    const inputs = inputsFor(model, { mode: 'implement', 'fallback-models': 'scripted/second' })
    const { outputs, read } = await runChecked({ workspace, inputs })
    expect(outputs).toMatchObject({ outcome: 'completed', attempts: '2' })
    expect(JSON.stringify(model.requests.at(-1)?.request)).toContain(
      `"${workspace}\\nREADME.md\\ncache\\nsrc\\nmade\\ncached\\n0\\n"`,
    )
    expect(read('attempt-1.patch')).toContain('+++ b/half-done')
    expect(git(workspace, 'status', '--short')).toBe(landed)
  },
)

test('without a sandbox an answer and a transcript tell of the checkout, not of the copy', async () => {
  const workspace = makeCheckout()
  await using model = await startScriptedModel((request, { step }) => {
    if (step === 0) return bash('pwd')
    const [, path = ''] = /(\/[^"\\]*\/tree)/.exec(JSON.stringify(request.messages)) ?? []
    return say(`I work in ${path}.`)
  })
  const { outputs, read, log } = await runChecked({
    workspace,
    inputs: inputsFor(model, { mode: 'implement', isolation: 'off' }),
  })
  expect(outputs.answer).toBe(`I work in ${workspace}.`)
  expect(read('transcript.json')).not.toContain('copies-')
  expect(log).not.toContain('copies-')
})

test('without a sandbox the agent works with the ignored folders of the checkout, as in a sandbox', async () => {
  const workspace = makeCheckout({ '.gitignore': 'cache/\n' })
  mkdirSync(join(workspace, 'cache'))
  writeFileSync(join(workspace, 'cache/x'), 'cached\n')
  await using model = await startScriptedModel([
    bash('cat cache/x; cp README.md cache/copied; rm cache/x; git status --short'),
    say('Done.'),
  ])
  const { outputs, run } = await runChecked({
    workspace,
    inputs: inputsFor(model, { mode: 'implement', isolation: 'off' }),
  })
  expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '[]' })
  expect(run.refusals).toEqual([])
  expect(existsSync(join(workspace, 'cache/copied'))).toBe(true)
  expect(existsSync(join(workspace, 'cache/x'))).toBe(false)
  expect(JSON.stringify(model.requests.at(-1)?.request)).toContain('"cached\\n"')
})

test('a change that something else made impossible does not land, and is in the patch', async () => {
  const workspace = makeCheckout()
  await using model = await startScriptedModel((_, { step }) => {
    if (step === 0) return work[0] ?? say('')
    writeFileSync(join(workspace, 'README.md'), 'written meanwhile\n')
    return say('Done.')
  })
  const { outputs, read } = await runChecked({
    workspace,
    inputs: inputsFor(model, { mode: 'implement' }),
  })
  expect(outputs).toMatchObject({ outcome: 'publish-failed', answer: 'Done.', changed: 'true' })
  expect(outputs.reason).toContain('“README.md” changed in the meantime')
  expect(git(workspace, 'status', '--short')).toBe(' M README.md\n')
  expect(read('changes.patch')).toContain('+++ b/new/deep/file')
})

rootTest('a checkout whose disk is full is as it was, and the change is in the patch', async () => {
  const workspace = makeCheckout()
  await using model = await startScriptedModel([
    bash('head -c 3000000 /dev/urandom > big; echo x >> README.md'),
    say('Done.'),
  ])
  const files = execFileSync('tar', ['-C', workspace, '-cf', '-', '.'])
  writeFileSync(`${workspace}.tar`, files)
  const mount = `mount -t tmpfs -o size=2m tmpfs ${workspace}; tar -C ${workspace} -xf ${workspace}.tar`
  const look = `"$@"; code=$?; git -C ${workspace} status --short > ${workspace}.status; exit $code`
  const launcher = ['/usr/bin/unshare', '--mount', '/bin/bash', '-c', `${mount}; ${look}`, 'bash']
  const { outputs, read } = await runChecked({
    workspace,
    inputs: inputsFor(model, { mode: 'implement' }),
    launcher,
  })
  expect(outputs.outcome).toBe('publish-failed')
  expect(outputs.reason).toContain('could not be applied to the checkout, which is unchanged')
  expect(readFileSync(`${workspace}.status`, 'utf8')).toBe('')
  expect(read('changes.patch')).toContain('GIT binary patch')
})
