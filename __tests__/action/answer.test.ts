import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { call, say, startScriptedModel } from '../support/model.ts'
import { git, inputsFor, makeCheckout, runChecked } from '../support/step.ts'

test('a plan answers with text, sets every output, and leaves the tree as it was', async () => {
  await using model = await startScriptedModel([
    call('read', { filePath: 'README.md' }),
    say('## The plan\n\n1. Begin.'),
  ])
  const workspace = makeCheckout()
  const { outputs, run, summary, log, files, read } = await runChecked({
    workspace,
    inputs: inputsFor(model),
  })

  expect(outputs).toMatchObject({
    outcome: 'completed',
    answer: '## The plan\n\n1. Begin.',
    model: 'scripted/model',
    attempts: '1',
    'opencode-version': '1.18.33',
    providers: '[{"id":"scripted","models":["model"]}]',
  })
  expect(Number(outputs['input-tokens'])).toBeGreaterThan(100)
  expect(Number(outputs.cost)).toBeCloseTo(
    run.usage.inputTokens / 1e6 + (2 * run.usage.outputTokens) / 1e6,
  )
  expect(outputs.changed).toBeUndefined()
  expect(run).toMatchObject({
    agent: 'plan',
    tools: [{ tool: 'read', calls: 1, failed: 0 }],
    partial: false,
  })
  expect(run.usage.steps).toBe(2)
  expect(summary).toContain('## The plan\n\n1. Begin.')
  expect(log).toContain('→ read')
  expect(log).toContain('│ ## The plan')
  expect(files).toEqual(['answer.md', 'events.ndjson', 'run.json', 'server.log', 'transcript.json'])
  expect(readFileSync(outputs['answer-file'] ?? '', 'utf8')).toBe('## The plan\n\n1. Begin.\n')
  expect(JSON.parse(read('transcript.json'))[0].messages).toHaveLength(3)
  expect(git(workspace, 'status', '--porcelain')).toBe('')
})

test('no second model call makes a title, and the prompt arrives as it was written', async () => {
  await using model = await startScriptedModel([say('Done.')])
  const prompt = 'Line one\n"two" $HOME `three` ünï'
  await runChecked({ inputs: inputsFor(model, { prompt }) })
  expect(model.requests).toHaveLength(1)
  expect(JSON.stringify(model.requests[0]?.request.messages)).toContain(
    JSON.stringify(prompt).slice(1, -1),
  )
})

test('an implementation leaves its change in the tree, and as a patch that makes the same tree elsewhere', async () => {
  await using model = await startScriptedModel([
    call('write', { filePath: 'src/new file.js', content: 'export {}\n' }),
    call('bash', {
      command:
        'printf "\\0\\1" > data.bin; git rm -q README.md; git -c user.name=a -c user.email=a@b commit -qam agent',
      description: 'Change',
    }),
    say('Made it.'),
  ])
  const workspace = makeCheckout()
  const clone = makeCheckout()
  const base = git(workspace, 'rev-parse', 'HEAD').trim()
  writeFileSync(join(workspace, 'untracked-before.txt'), 'of an earlier step\n')
  const { outputs, run, summary } = await runChecked({
    workspace,
    inputs: inputsFor(model, { mode: 'implement' }),
  })

  expect(outputs).toMatchObject({ outcome: 'completed', changed: 'true' })
  expect(JSON.parse(outputs['changed-files'] ?? '')).toEqual([
    'README.md',
    'data.bin',
    'src/new file.js',
  ])
  expect(run.change?.base).toBe(base)
  expect(summary).toContain('3 changed files')
  git(clone, 'apply', '--index', '--binary', outputs['patch-file'] ?? '')
  expect(git(clone, 'status', '--porcelain').trim().split('\n').sort()).toEqual([
    'A  "src/new file.js"',
    'A  data.bin',
    'D  README.md',
  ])
  expect(readFileSync(join(clone, 'data.bin'))).toEqual(Buffer.from([0, 1]))
})

test('an implementation that changes nothing says so, and has no patch', async () => {
  await using model = await startScriptedModel([say('Nothing to do.')])
  const { outputs, files } = await runChecked({ inputs: inputsFor(model, { mode: 'implement' }) })
  expect(outputs).toMatchObject({ outcome: 'completed', changed: 'false', 'changed-files': '[]' })
  expect(outputs['patch-file']).toBeUndefined()
  expect(files).not.toContain('changes.patch.new')
})

test('an answer of more than 100 KB is cut in the output, and whole in its file', async () => {
  const text = `${'é'.repeat(100)}\n`.repeat(1000).trim()
  await using model = await startScriptedModel([say(text)])
  const { outputs, read } = await runChecked({ inputs: inputsFor(model) })
  expect(Buffer.byteLength(outputs.answer ?? '')).toBeLessThanOrEqual(100 * 1024)
  expect(outputs.answer).toContain(`The whole answer is in ${outputs['answer-file']}`)
  expect(outputs.answer).not.toContain('\uFFFD')
  expect(read('answer.md')).toBe(`${text}\n`)
})

test('a plan has no tool that writes or runs anything, whatever permissions and configuration allow', async () => {
  const commands = [
    '> README.md',
    '(pwd) > p3',
    '{ pwd; } > p2',
    'declare x=$(</proc/self/environ); declare -p x',
  ]
  await using model = await startScriptedModel([
    call('write', { filePath: 'new.txt', content: 'x' }),
    ...commands.map((command) => call('bash', { command, description: 'Try' })),
    say('I tried.'),
  ])
  const workspace = makeCheckout()
  const permissions = JSON.stringify([
    { permission: 'bash', pattern: '*', action: 'allow' },
    { permission: 'edit', pattern: '*', action: 'allow' },
  ])
  const config = {
    provider: model.provider(),
    permission: { bash: 'allow', edit: 'allow' },
    agent: { plan: { permission: { bash: 'allow', edit: 'allow' } } },
  }
  const inputs = inputsFor(model, { permissions, 'opencode-config': JSON.stringify(config) })
  const { outputs, run, summary } = await runChecked({ workspace, inputs })
  expect(outputs.outcome).toBe('completed')
  expect(git(workspace, 'status', '--porcelain')).toBe('')
  const offered = model.requests[0]?.request.tools.map(({ name }) => name).sort()
  expect(offered).toEqual(['glob', 'grep', 'question', 'read', 'todowrite'])
  expect(run.refusals.map(({ kind }) => kind)).toEqual(Array(5).fill('rule'))
  expect(summary).toContain('5 requests refused')
  expect(summary).toContain(
    'only rules that deny have an effect: 2 rules of permissions not applied',
  )
})

test('a primary agent of the configuration can be used', async () => {
  await using model = await startScriptedModel([say('As a reviewer.')])
  const agent = { reviewer: { mode: 'primary', prompt: 'You review.' } }
  const config = { provider: model.provider(), agent }
  const inputs = inputsFor(model, { agent: 'reviewer', 'opencode-config': JSON.stringify(config) })
  const { outputs, run } = await runChecked({ inputs })
  expect(outputs.answer).toBe('As a reviewer.')
  expect(run.agent).toBe('reviewer')
})

test('a file search that fails for want of ripgrep is said, with the remedy', async () => {
  await using model = await startScriptedModel([call('glob', { pattern: '*' }), say('Blind.')])
  const path = (process.env.PATH ?? '')
    .split(':')
    .filter((folder) => !existsSync(join(folder, 'rg')))
  const env = { PATH: path.join(':'), HTTPS_PROXY: 'http://127.0.0.1:9' }
  const { summary } = await runChecked({ env, inputs: inputsFor(model) })
  expect(summary).toContain('Install ripgrep on the runner')
})

test('rules of the user tighten a plan', async () => {
  await using model = await startScriptedModel([
    call('read', { filePath: 'README.md' }),
    say('No.'),
  ])
  const permissions = JSON.stringify([{ permission: 'read', pattern: '*', action: 'deny' }])
  const { run } = await runChecked({ inputs: inputsFor(model, { permissions }) })
  expect(run.outcome).toBe('completed')
  expect(JSON.stringify(model.requests.at(-1)?.request.messages)).not.toContain('A sample project.')
})

test('the agent sees neither the runner’s variables nor secrets it was not given, but what pass-env names', async () => {
  await using model = await startScriptedModel([
    call('bash', { command: 'env', description: 'Look' }),
    say('Seen.'),
  ])
  const env = {
    OPENAI_API_KEY: 'sk-notInUseHere',
    DEPLOY_TOKEN: 'alsoNotGiven',
    WANTED: 'given-by-name',
  }
  const inputs = inputsFor(model, { mode: 'implement', 'pass-env': 'WANTED' })
  await runChecked({ env, inputs })
  const seen = JSON.stringify(model.requests.at(-1)?.request.messages)
  expect(seen).toContain('WANTED=given-by-name')
  expect(seen).toContain('RUNNER_TRACKING_ID=github_canary')
  expect(seen).not.toMatch(
    /canaryOf|GITHUB_|ACTIONS_|INPUT_|RUNNER_TEMP|sk-notInUseHere|alsoNotGiven/,
  )
})

test('what the model, a tool, the provider or the server writes can’t become a workflow command', async () => {
  const evil =
    '::set-output name=x::y\n  ::add-mask::e\nplain ##[set-env name=EVIL;]x\rcarriage ::error::return\r::save-state name=pid::1\n\u001b[31mred'
  await using model = await startScriptedModel(
    (request, { step }) => {
      const quota = 'You exceeded your current quota ##[add-path]/evil\r::add-path::/evil'
      if (request.model === 'model') return { kind: 'error', status: 429, message: quota }
      const command = `printf '${evil.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'; false`
      if (step === 0) return call('bash', { command, description: '::warning::d' })
      return step === 1 ? call('read', { filePath: evil }) : say(evil)
    },
    { models: { model: {}, second: {} } },
  )
  const script = `printf '::set-env name=MCP::x\\n##[set-env name=MCP;]x\\n\\r::add-path::/mcp\\n' | tee /dev/stderr; exit 1`
  const config = {
    provider: model.provider(),
    mcp: { loud: { type: 'local', command: ['sh', '-c', script], enabled: true } },
  }
  const inputs = inputsFor(model, {
    mode: 'implement',
    isolation: 'off',
    'fallback-models': 'scripted/second',
    'opencode-config': JSON.stringify(config),
  })
  const { log, outputs, state, later } = await runChecked({ inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', attempts: '2' })
  const commands = log.split(/\r\n|\r|\n/).filter((line) => /^\s*::|##\[/.test(line))
  const ours = /^::(group|endgroup|add-mask::(?!e$)|debug)/
  expect(commands.filter((line) => !ours.test(line))).toEqual([])
  expect(log).toContain('set-output name=x')
  expect(log).toContain('You exceeded your current quota')
  expect(later).toEqual({ env: {}, path: '' })
  expect(state.pid).not.toBe('1')
})

test('what a server writes that fails is no workflow command in the message about it', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'opencode-driver-loud-')), 'opencode')
  const said = '::add-path::/evil\\n##[set-env name=EVIL;]x\\n\\r::set-output name=x::y\\n'
  const script = `#!/bin/sh\n[ "$1" = serve ] || exec '${process.env.TEST_OPENCODE_PATH}' "$@"\nprintf '${said}' >&2; exit 1\n`
  writeFileSync(path, script, { mode: 0o755 })
  const inputs = { model: 'rehearsal/plan', prompt: 'x', 'opencode-path': path }
  for (const failOn of ['failure', 'never']) {
    const { log, outputs, later } = await runChecked({ inputs: { ...inputs, 'fail-on': failOn } })
    expect(outputs.outcome).toBe('server-failed')
    expect(outputs.reason).toContain('set-output name=x')
    const commands = log.split(/\r\n|\r|\n/).filter((line) => /^\s*::|##\[/.test(line))
    const ours = /^::(group|endgroup|add-mask|debug|error|warning)::/
    expect(commands.filter((line) => !ours.test(line))).toEqual([])
    expect(later).toEqual({ env: {}, path: '' })
  }
})
