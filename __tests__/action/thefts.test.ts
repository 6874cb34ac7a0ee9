import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { call, type ScriptedModel, say, startScriptedModel } from '../support/model.ts'
import { sandboxTest } from '../support/sandbox.ts'
import { canaries, git, inputsFor, makeCheckout, runChecked } from '../support/step.ts'

const persisted = 'canaryOfTheCheckout'

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

/** Runs a script with the agent's shell; resolves with what it printed. */
async function steal(script: string, more: { readonly mode?: string } = {}) {
  await using model = await startScriptedModel([
    call('bash', { command: 'sh theft.sh', description: 'Try it' }),
    say('Done.'),
  ])
  const workspace = checkoutWith(script)
  const inputs = inputsFor(model, { mode: 'implement', isolation: 'strict', ...more })
  const ended = await runChecked({ workspace, inputs })
  return { ...ended, workspace, printed: answers(model)[0] ?? '' }
}

sandboxTest(
  'the shell finds no secret in its environment, in any process, or in the checkout',
  async () => {
    const { printed, run, summary } = await steal(`
    env; cat /proc/*/environ | tr '\\0' '\\n'; cat /proc/*/cmdline | tr '\\0' ' '
    grep -rs canary .git "$HOME" /tmp /run
    echo "processes: $(ls /proc | grep -c '^[0-9]*$')"
    echo end of it`)
    expect(printed).toContain('end of it')
    expect(printed).toContain('OPENCODE_PID')
    for (const secret of [...canaries, persisted]) expect(printed).not.toContain(secret)
    expect(Number(/processes: (\d+)/.exec(printed)?.[1])).toBeLessThan(12)
    expect(run.isolation).toMatchObject({ level: 'sandboxed' })
    expect(summary).toMatch(/\| isolation \| sandboxed \(bubblewrap [\d.]+\) \|/)
  },
)

sandboxTest(
  'the shell can write neither what later steps read, nor the tools, nor the action',
  async () => {
    const action = join(import.meta.dirname, '..', '..')
    const { printed, log, outputs, workspace } = await steal(`
    find / -xdev \\( -name set_output -o -name save_state -o -name event.json \\) -print 2>/dev/null
    for path in ${action}/dist ${action}/node_modules/.cache/opencode-driver /usr/bin /etc; do
      touch "$path/stolen" 2>/dev/null && echo "wrote to $path"
    done
    echo '[core]\\n\\tfsmonitor = true' >> .git/config
    echo '#!/bin/sh' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
    git rev-parse HEAD; echo more >> README.md; git commit -qam "From inside" --no-verify
    git log --format=%s -1
    echo "::set-output name=outcome::stolen"; echo "##[set-env name=PATH]stolen"
    echo end of it`)
    expect(printed).toContain('end of it')
    expect(printed).toContain('From inside')
    expect(printed).not.toMatch(/wrote to|set_output|save_state|event\.json/)
    expect(outputs).toMatchObject({ outcome: 'completed', 'changed-files': '["README.md"]' })
    expect(log).not.toMatch(/^\s*::set-output|##\[set-env/m)
    expect(readFileSync(join(workspace, '.git', 'config'), 'utf8')).toContain(persisted)
    expect(readFileSync(join(workspace, '.git', 'config'), 'utf8')).not.toContain('fsmonitor')
    expect(existsSync(join(workspace, '.git', 'hooks', 'pre-commit'))).toBe(false)
    expect(git(workspace, 'log', '--format=%s')).toBe('Sample\n')
    expect(git(workspace, 'status', '--porcelain')).toBe(' M README.md\n')
  },
)

sandboxTest('the shell gets no more rights, and reaches no socket of the machine', async () => {
  const socket = join('/run', `opencode-driver-test-${process.pid}.sock`)
  await using stack = new AsyncDisposableStack()
  const server = createServer().listen(process.geteuid?.() === 0 ? socket : undefined)
  stack.defer(() => void server.close())
  const { printed } = await steal(`
    sudo -n true 2>/dev/null && echo has sudo
    grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status
    unshare --user true 2>/dev/null && echo has namespaces
    mount -t tmpfs none /tmp 2>/dev/null && echo can mount
    find /run /var/run/ -type s 2>/dev/null
    for path in $(find /proc -path '/proc/[0-9]*' -prune -o -type f -print 2>/dev/null); do
      sh -c ": >> $path" 2>/dev/null && echo "can write $path"
    done
    echo end of it`)
  expect(printed).toContain('end of it')
  expect(printed).toMatch(/CapEff:\s+0+\n/)
  expect(printed).toMatch(/CapBnd:\s+0+\n/)
  expect(printed).toMatch(/NoNewPrivs:\s+1\n/)
  expect(printed).not.toMatch(/has |can |\.sock/)
})

sandboxTest(
  'what the shell leaves running ends with the run, whatever it cleared and left',
  async () => {
    const seconds = `31${process.pid}.5`
    const { printed } = await steal(`
    setsid env -i sleep ${seconds} > /dev/null 2>&1 &
    nohup setsid env -i sh -c 'while true; do sleep ${seconds}; done' > /dev/null 2>&1 &
    sleep 0.5; echo end of it`)
    expect(printed).toContain('end of it')
    const running = execFileSync('ps', ['-Aww', '-o', 'args='], { encoding: 'utf8' })
    expect(running).not.toContain(seconds)
  },
)

sandboxTest(
  'a symbolic link that leaves the tree leads nowhere, for reading and for writing',
  async () => {
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
    const inputs = inputsFor(model, { mode: 'implement', isolation: 'strict' })
    await runChecked({ workspace, inputs })
    const printed = answers(model).join('\n')
    expect(answers(model)).toHaveLength(3)
    expect(printed).not.toContain('canaryOutside')
    for (const secret of canaries) expect(printed).not.toContain(secret)
    expect(existsSync(join(outside, 'planted.txt'))).toBe(false)
  },
)
