import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runPublishStep } from '../../scripts/local-runner.ts'
import { type Credentials, clone } from '../support/clone.ts'
import { type GitHub, startGitHub } from '../support/github/github.ts'
import { call, say, startScriptedModel } from '../support/model.ts'
import { git, inputsFor, runChecked } from '../support/step.ts'

const secret = 'canary-of-the-provider-key-7719'
const write = (filePath: string, content: string) => call('write', { filePath, content })

/** A pull request whose base has moved on, checked out as actions/checkout does: its test merge, detached, depth 1. */
async function start(github: GitHub, credentials: Credentials = 'none') {
  github.commit('topic', { 'a.txt': 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n' })
  const number = github.openPull({ head: 'topic' })
  github.commit('main', { 'base.txt': 'the base has moved on\n' })
  const workspace = await clone(github, `refs/pull/${number}/merge`, credentials)
  const event = {
    name: 'pull_request',
    payload: { action: 'opened', number, pull_request: { number } },
  }
  return { workspace, number, step: { workspace, event } }
}

test('the agent’s change, and nothing of the base, goes to the head branch; what is protected or secret is held back', async () => {
  await using github = await startGitHub()
  const { workspace, number, step } = await start(github)
  await using model = await startScriptedModel([
    write('a.txt', 'one\ntwo\nTHREE\nfour\nfive\nsix\nseven\n'),
    write('tool.sh', '#!/bin/sh\n'),
    call('bash', { command: 'chmod +x tool.sh', description: 'Mode' }),
    write('.github/workflows/evil.yml', 'on: push\n'),
    write('notes.md', `Key: ${Buffer.from(`x${secret}y`).toString('base64')}\n`),
    say('Done.'),
  ])
  const config = { provider: model.provider({ headers: { 'x-key': '{env:LLM_KEY}' } }) }
  const inputs = inputsFor(model, {
    mode: 'implement',
    publish: 'commit, comment',
    'github-token': github.tokens.workflow,
    'opencode-config': JSON.stringify(config),
  })
  const env = { ...github.env, LLM_KEY: secret }
  const { outputs, summary, read } = await runChecked({ ...step, inputs, env })
  expect(outputs).toMatchObject({ outcome: 'completed', branch: 'topic' })
  expect(github.head('topic')).toBe(outputs['commit-sha'])
  expect(github.isVerified(outputs['commit-sha'] ?? '')).toBe(true)
  const changed = github.git('diff', '--raw', '--no-abbrev', 'topic~1', 'topic').trim().split('\n')
  expect(changed.map((line) => line.replace(/^:\d+ (\d+) .*\t/, '$1 '))).toEqual([
    '100644 a.txt',
    '100755 tool.sh',
  ])
  expect(JSON.parse(outputs['held-back-files'] ?? '')).toEqual([
    { path: '.github/workflows/evil.yml', reason: 'is protected' },
    { path: 'notes.md', reason: expect.stringContaining('may hold a secret') },
  ])
  const [comment] = github.comments(number)
  for (const text of [summary, comment?.body]) expect(text).toContain('evil.yml')
  expect(summary).toContain('| `tool.sh` | added | +1 −0 | published |')
  expect(summary).toContain('| `.github/workflows/evil.yml` | added | +1 −0 | held-back |')
  expect(comment?.body).toContain(`**Committed** as ${outputs['commit-sha']} to \`topic\`.`)
  expect(read('changes.patch')).toContain('evil.yml')
  expect(read('changes.patch')).not.toContain('notes.md')
  expect(git(workspace, 'log', '--oneline').trim().split('\n')).toHaveLength(1)
  expect(github.violations).toEqual([])
})

test('a pull request is opened for an issue, and updated by the next run; without a change none is', async () => {
  await using github = await startGitHub({ files: { 'a.txt': 'one\n' } })
  const issue = github.openIssue({ title: 'Make it two' })
  const event = { name: 'issues', payload: { action: 'labeled', issue: { number: issue } } }
  const run = async (script: Parameters<typeof startScriptedModel>[0]) => {
    await using model = await startScriptedModel(script)
    const inputs = inputsFor(model, {
      mode: 'implement',
      publish: 'pull-request',
      labels: 'opencode',
      'github-token': github.tokens.workflow,
    })
    const workspace = await clone(github, 'refs/heads/main')
    return await runChecked({ workspace, inputs, env: github.env, event })
  }
  const none = await run([say('Nothing to do.')])
  expect(none.outputs).toMatchObject({ outcome: 'completed', changed: 'false' })
  expect(none.outputs['pull-request-number']).toBeUndefined()
  const first = await run([write('a.txt', 'two\n'), say('Two, for @octo. Fixes #1.')])
  expect(first.outputs).toMatchObject({ outcome: 'completed', branch: `opencode/issue-${issue}` })
  expect(first.summary).toContain(`[#${first.outputs['pull-request-number']}](`)
  const second = await run([write('a.txt', 'TWO\n'), say('Louder.')])
  expect(second.outputs['pull-request-number']).toBe(first.outputs['pull-request-number'])
  expect(github.git('show', `opencode/issue-${issue}:a.txt`)).toBe('TWO')
  expect(github.violations).toEqual([])
})

test('a change of which everything is held back ends as blocked, and the patch has it', async () => {
  await using github = await startGitHub()
  const { step } = await start(github)
  await using model = await startScriptedModel([write('src/x.js', 'x\n'), say('Done.')])
  const inputs = inputsFor(model, {
    mode: 'implement',
    publish: 'commit',
    'allowed-paths': 'docs/',
    'github-token': github.tokens.workflow,
  })
  const { outputs } = await runChecked({ ...step, inputs, env: github.env })
  expect(outputs.outcome).toBe('blocked')
  expect(outputs.reason).toContain('src/x.js is outside of allowed-paths')
  expect(readFileSync(outputs['patch-file'] ?? '', 'utf8')).toContain('src/x.js')
  expect(outputs['commit-sha']).toBeUndefined()
})

test('the second job commits what the first has saved, by its own rules', async () => {
  await using github = await startGitHub()
  const { step } = await start(github)
  await using model = await startScriptedModel([
    write('fine.txt', 'fine\n'),
    write('docs/x.md', 'x\n'),
    say('Done.'),
  ])
  const token = { 'github-token': github.tokens.workflow }
  const inputs = inputsFor(model, { mode: 'implement', ...token })
  const saved = await runChecked({ ...step, inputs, env: github.env })
  const { outputs, exitCode, log } = await runPublishStep({
    ...step,
    env: github.env,
    inputs: {
      'run-directory': saved.outputs['run-directory'] ?? '',
      publish: 'commit',
      'protected-paths': 'docs/',
      ...token,
    },
  })
  expect(log).toContain('Published: ')
  expect(exitCode).toBe(0)
  expect(github.head('topic')).toBe(outputs['commit-sha'])
  expect(github.git('diff', '--name-only', 'topic~1', 'topic')).toBe('fine.txt')
  expect(JSON.parse(outputs['held-back-files'] ?? '')).toEqual([
    { path: 'docs/x.md', reason: 'is protected' },
  ])
  expect(github.violations).toEqual([])
})

test('a commit without a branch to go to, and one of a plan, are refused before anything is installed', async () => {
  const inputs = {
    model: 'rehearsal/plan',
    prompt: 'x',
    publish: 'commit',
    'github-token': 'ghs_x',
  }
  const { run } = await runChecked({
    inputs,
    event: { name: 'issues', payload: { issue: { number: 1 } } },
  })
  expect(run.problems.join(' ')).toMatch(/no branch to commit to.*mode plan changes no files/)
})

test('a pull request that is opened for another one goes into its head, where its change was made', async () => {
  await using github = await startGitHub()
  const { number, step } = await start(github)
  const repo = { full_name: 'octo/sample' }
  const pull_request = { number, head: { ref: 'topic', repo }, base: { ref: 'main', repo } }
  const event = { name: 'pull_request', payload: { number, pull_request } }
  await using model = await startScriptedModel([write('a.txt', 'ALL NEW\n'), say('Done.')])
  const inputs = inputsFor(model, {
    mode: 'implement',
    publish: 'pull-request',
    'github-token': github.tokens.workflow,
  })
  const { outputs } = await runChecked({ ...step, event, inputs, env: github.env })
  expect(outputs).toMatchObject({ outcome: 'completed', branch: `opencode/issue-${number}` })
  const opened = github.requests.find(
    ({ method, path }) => method === 'POST' && path.endsWith('/pulls'),
  )
  expect(JSON.parse(String(opened?.body))).toMatchObject({ base: 'topic', draft: true })
  expect(github.git('diff', '--name-only', 'topic', `opencode/issue-${number}`)).toBe('a.txt')
  expect(github.violations).toEqual([])
})

test.each(['configuration', 'included file'] as const)(
  'a token that actions/checkout left in its %s neither helps nor harms, and stays where it is',
  async (credentials) => {
    await using github = await startGitHub()
    const { workspace, step } = await start(github, credentials)
    const before = readFileSync(join(workspace, '.git', 'config'), 'utf8')
    const earlier = github.requests.length
    await using model = await startScriptedModel([write('a.txt', 'ALL NEW\n'), say('Done.')])
    const inputs = inputsFor(model, {
      mode: 'implement',
      publish: 'commit',
      'github-token': github.tokens.workflow,
    })
    const { outputs } = await runChecked({ ...step, inputs, env: github.env })
    expect(outputs).toMatchObject({ outcome: 'completed', branch: 'topic' })
    expect(github.head('topic')).toBe(outputs['commit-sha'])
    expect(readFileSync(join(workspace, '.git', 'config'), 'utf8')).toBe(before)
    const git = github.requests.slice(earlier).filter(({ kind }) => kind === 'git')
    // The commit is fetched by git, with this step's token alone, and nothing is pushed.
    expect(git.some(({ path }) => path.includes('upload-pack'))).toBe(true)
    expect(git.some(({ path }) => path.includes('receive-pack'))).toBe(false)
    expect(new Set(git.map(({ login }) => login))).toEqual(new Set(['github-actions[bot]']))
  },
)
