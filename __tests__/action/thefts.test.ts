import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from '@jest/globals'
import * as z from 'zod'
import type { Step } from '../../scripts/local-runner.ts'
import { call, type ScriptedModel, say, startScriptedModel } from '../support/model.ts'
import { launchers, sandboxTest } from '../support/sandbox.ts'
import { canaries, git, inputsFor, makeCheckout, runChecked } from '../support/step.ts'

const persisted = 'canaryOfTheCheckout'
const thefts = join(import.meta.dirname, '..', 'support', 'thefts')

/** What a run's tools answered the model, in order. */
function answers(model: ScriptedModel): readonly string[] {
  const messages = model.requests.at(-1)?.request.messages ?? []
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content))
}

/** A checkout in which a shell script tries something; a token is left in it as actions/checkout does. */
function checkoutWith(script: string) {
  const workspace = makeCheckout({ 'theft.sh': script })
  const header = `AUTHORIZATION: basic ${persisted}`
  git(workspace, 'config', 'http.https://github.example/.extraheader', header)
  return workspace
}

type User = Pick<Step, 'launcher' | 'env'>

const nobody: User = { launcher: launchers.asNobody, env: { HOME: '/nonexistent' } }

/** Who runs the step; root can be an ordinary user, too. */
const users = [
  { who: 'the user of the tests', user: {} },
  ...(process.geteuid?.() === 0 ? [{ who: 'an ordinary user', user: nobody }] : []),
]

const tryIt = call('bash', { command: 'sh theft.sh', description: 'Try it' })
const implement = (model: ScriptedModel) => inputsFor(model, { mode: 'implement' })

/** Runs a script with the agent's shell; resolves with what it printed. */
async function steal(script: string, user: User) {
  await using model = await startScriptedModel([tryIt, say('Done.')])
  const workspace = checkoutWith(script)
  const ended = await runChecked({ workspace, inputs: implement(model), ...user })
  expect(ended.run.isolation?.level).toBe('sandboxed')
  const printed = answers(model)[0] ?? ''
  expect(printed).toContain('end of it')
  return { ...ended, workspace, key: model.key, printed }
}

const look = `
  env; cat /proc/*/environ | tr '\\0' '\\n'; cat /proc/*/cmdline | tr '\\0' ' '
  cat .git/config; grep -rs canary .git "$HOME" /tmp /run
  find / -xdev \\( -name set_output -o -name save_state -o -name event.json \\) 2>/dev/null
  echo "processes: $(ls /proc | grep -c '^[0-9]*$')"
  echo end of it`

sandboxTest.each(users)('as $who, the shell finds no secret anywhere', async ({ user }) => {
  const { printed, key, summary } = await steal(look, user)
  expect(printed).toContain('OPENCODE_PID')
  for (const secret of [...canaries, persisted, key]) expect(printed).not.toContain(secret)
  expect(printed).not.toMatch(/set_output|save_state|event\.json/)
  expect(Number(/processes: (\d+)/.exec(printed)?.[1])).toBeLessThan(12)
  expect(summary).toMatch(/\| isolation \| sandboxed \(bubblewrap [\d.]+\) \|/)
})

sandboxTest.each(users)('as $who, the shell writes nothing but the tree', async ({ user }) => {
  const action = join(import.meta.dirname, '..', '..')
  const { printed, log, outputs, workspace } = await steal(
    `for path in ${action}/dist ${action}/node_modules/.cache/opencode-driver /usr/bin /etc; do
      touch "$path/stolen" 2>/dev/null && echo "wrote to $path"
    done
    git config core.fsmonitor true
    echo '#!/bin/sh' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
    echo more >> README.md; git commit -qam "From inside" --no-verify; git log --format=%s -1
    echo "::set-output name=outcome::stolen"; echo "##[set-env name=PATH]stolen"
    echo end of it`,
    user,
  )
  expect(printed).toContain('From inside')
  expect(printed).not.toContain('wrote to')
  expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '["README.md"]' })
  expect(log).not.toMatch(/^\s*::set-output|##\[set-env/m)
  const settings = readFileSync(join(workspace, '.git', 'config'), 'utf8')
  expect(settings).toContain(persisted)
  expect(settings).not.toContain('fsmonitor')
  expect(existsSync(join(workspace, '.git', 'hooks', 'pre-commit'))).toBe(false)
  expect(ask(workspace, 'log', '--format=%s')).toBe('Sample\n')
  expect(ask(workspace, 'status', '--porcelain')).toBe(' M README.md\n')
})

/** The checkout may be another user's by now. */
function ask(workspace: string, ...args: readonly string[]): string {
  return git(workspace, '-c', `safe.directory=${workspace}`, ...args)
}

sandboxTest.each(users)('as $who, the shell gets no rights and no socket', async ({ user }) => {
  await using stack = new AsyncDisposableStack()
  const socket = join('/run', `opencode-driver-test-${process.pid}.sock`)
  const server = createServer().listen(process.geteuid?.() === 0 ? socket : undefined)
  stack.defer(() => void server.close())
  const { printed } = await steal(
    `sudo -n true 2>/dev/null && echo has sudo
    grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status
    unshare --user true 2>/dev/null && echo has namespaces
    mount -t tmpfs none /tmp 2>/dev/null && echo can mount
    find /run /var/run/ -type s 2>/dev/null
    for path in $(find /proc -path '/proc/[0-9]*' -prune -o -type f -print 2>/dev/null); do
      sh -c ": >> $path" 2>/dev/null && echo "can write $path"
    done
    echo end of it`,
    user,
  )
  expect(printed).toMatch(/CapEff:\s+0+\n/)
  expect(printed).toMatch(/CapBnd:\s+0+\n/)
  expect(printed).toMatch(/NoNewPrivs:\s+1\n/)
  expect(printed).not.toMatch(/has |can |\.sock/)
})

sandboxTest.each(users)('as $who, what the shell leaves running ends', async ({ user }) => {
  const seconds = `31${process.pid}.5`
  await steal(
    `setsid env -i sleep ${seconds} > /dev/null 2>&1 &
    nohup setsid env -i sh -c 'while true; do sleep ${seconds}; done' > /dev/null 2>&1 &
    sleep 0.5; echo end of it`,
    user,
  )
  const running = execFileSync('ps', ['-Aww', '-o', 'args='], { encoding: 'utf8' })
  expect(running).not.toContain(seconds)
})

sandboxTest('a symbolic link that leaves the tree leads nowhere', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'opencode-driver-outside-'))
  writeFileSync(join(outside, 'secret.txt'), 'canaryOutside\n')
  const workspace = makeCheckout()
  symlinkSync(join(outside, 'secret.txt'), join(workspace, 'notes.txt'))
  symlinkSync(outside, join(workspace, 'folder'))
  symlinkSync('/proc/self/environ', join(workspace, 'environ.txt'))
  await using model = await startScriptedModel([
    call('read', { filePath: 'notes.txt' }),
    call('read', { filePath: 'environ.txt' }),
    call('write', { filePath: 'folder/planted.txt', content: 'planted\n' }),
    say('Done.'),
  ])
  await runChecked({ workspace, inputs: implement(model) })
  const printed = answers(model).join('\n')
  expect(answers(model)).toHaveLength(3)
  expect(printed).toContain('OPENCODE_SERVER_PASSWORD')
  expect(printed).not.toContain('canaryOutside')
  for (const secret of [...canaries, model.key]) expect(printed).not.toContain(secret)
  expect(existsSync(join(outside, 'planted.txt'))).toBe(false)
})

sandboxTest('a subagent is behind the same wall', async () => {
  const task = { description: 'Steal', prompt: 'Steal.', subagent_type: 'general' }
  await using model = await startScriptedModel([call('task', task), say('Done.')], {
    subagents: [[tryIt, say('Stolen.')]],
  })
  await runChecked({ workspace: checkoutWith(look), inputs: implement(model) })
  const told = JSON.stringify(model.requests.map(({ request }) => request.messages))
  expect(told).toContain('end of it')
  expect(told).not.toMatch(/set_output|save_state|event\.json/)
  for (const secret of [...canaries, persisted, model.key]) expect(told).not.toContain(secret)
})

sandboxTest(
  'a plugin that plan loads finds no secret, and writes nothing in the checkout',
  async () => {
    await using stack = new AsyncDisposableStack()
    const bodies: string[] = []
    const thief = createHttpServer(async (request, response) => {
      bodies.push(await text(request))
      response.end()
    })
    await once(thief.listen(0, '127.0.0.1'), 'listening')
    stack.defer(() => void thief.close())
    const { port } = z.object({ port: z.number() }).parse(thief.address())
    const secret = join(mkdtempSync(join(tmpdir(), 'opencode-driver-outside-')), 'secret.txt')
    writeFileSync(secret, 'canaryOutside')
    const workspace = checkoutWith('')
    const folder = join(workspace, '.opencode', 'plugin')
    cpSync(join(thefts, 'plugin.js'), join(folder, 'hostile.js'))
    const aims = { root: workspace, secret, address: `http://127.0.0.1:${port}/` }
    writeFileSync(join(folder, 'aims.json'), JSON.stringify(aims))
    await using model = await startScriptedModel([say('Done.')])
    const inputs = inputsFor(model, { 'project-config': 'load' })
    const { outputs } = await runChecked({ workspace, inputs })
    expect(outputs.outcome).toBe('completed')
    const loot = z.record(z.string(), z.string()).parse(JSON.parse(bodies[0] ?? ''))
    // What it writes goes into a copy, which is thrown away.
    expect(loot).toMatchObject({ secret: 'ENOENT', written: 'done', appended: 'done' })
    expect(loot.environment).toContain('OPENCODE_SERVER_PASSWORD')
    for (const known of [...canaries, persisted, model.key, 'canaryOutside'])
      expect(bodies.join()).not.toContain(known)
    expect(existsSync(join(workspace, 'stolen.txt'))).toBe(false)
    expect(git(workspace, 'status', '--porcelain')).toBe('?? .opencode/\n')
  },
)

sandboxTest('the server’s own API tells no key, and opens no way out', async () => {
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync('/usr/stolen', { force: true }))
  const script = readFileSync(join(thefts, 'api.js'), 'utf8')
  const workspace = makeCheckout({ 'api.mjs': script })
  await using model = await startScriptedModel([
    call('bash', { command: 'node api.mjs', description: 'Ask the server' }),
    say('Done.'),
  ])
  await runChecked({ workspace, inputs: implement(model) })
  const printed = answers(model)[0] ?? ''
  expect(printed).toContain('asked the server')
  expect(printed).toContain('in the shell\\n')
  expect(printed).toContain('"scripted"')
  expect(printed).not.toContain('is root\\n')
  expect(existsSync('/usr/stolen')).toBe(false)
  for (const secret of [...canaries, model.key]) expect(printed).not.toContain(secret)
})

sandboxTest.each(['auto', 'off'])(
  'a link in the place of the index is not written through (isolation %s)',
  async (isolation) => {
    const victim = join(mkdtempSync(join(tmpdir(), 'opencode-driver-outside-')), 'victim.txt')
    writeFileSync(victim, 'mine\n')
    const workspace = makeCheckout({
      'theft.sh': `rm .git/index; ln -s ${victim} .git/index; echo x >> README.md`,
    })
    await using model = await startScriptedModel(
      [tryIt, { kind: 'error', status: 400, message: 'No.' }],
      {
        laterSessions: [[say('Done.')]],
        models: { model: {}, other: {} },
      },
    )
    const inputs = { ...implement(model), isolation, 'fallback-models': 'scripted/other' }
    const { outputs } = await runChecked({ workspace, inputs })
    expect(outputs).toMatchObject({ outcome: 'completed', attempts: '2', 'changed-files': '[]' })
    expect(readFileSync(victim, 'utf8')).toBe('mine\n')
    expect(git(workspace, 'status', '--porcelain')).toBe('')
  },
)

sandboxTest('the second attempt finds the repository as it was checked out', async () => {
  const script = 'echo x >> README.md; git commit -qam "Of the first attempt"; git branch other'
  const other = call('bash', { command: 'git log --format=%s; git branch', description: 'Look' })
  await using model = await startScriptedModel(
    [tryIt, { kind: 'error', status: 400, message: 'No.' }],
    {
      laterSessions: [[other, say('Done.')]],
      models: { model: {}, other: {} },
    },
  )
  const inputs = { ...implement(model), 'fallback-models': 'scripted/other' }
  const { outputs } = await runChecked({ workspace: makeCheckout({ 'theft.sh': script }), inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', attempts: '2' })
  expect(answers(model)[0]).toMatch(/^Sample\n\* \w+\n$/)
})
