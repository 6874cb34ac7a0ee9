import { expect, test } from '@jest/globals'
import { type GitHubOptions, startGitHub } from '../support/github/github.ts'
import { say, startScriptedModel } from '../support/model.ts'
import { signalAt } from '../support/signals.ts'
import { inputsFor, runChecked } from '../support/step.ts'

const pullRequest = (number: number) => ({
  name: 'pull_request',
  payload: { action: 'opened', number, pull_request: { number } },
})

async function start(options: GitHubOptions = {}) {
  const github = await startGitHub(options)
  const number = github.openIssue()
  const inputs = { publish: 'comment', 'github-token': github.tokens.workflow }
  const step = { env: github.env, event: pullRequest(number) }
  return {
    github,
    number,
    inputs,
    step,
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  }
}

test('the answer is a comment, edited by the next run, with who and what it cost below', async () => {
  await using there = await start()
  for (const answer of ['First answer for @octo.', 'Second answer.']) {
    await using model = await startScriptedModel([say(answer)])
    const { outputs, run, log } = await runChecked({
      ...there.step,
      inputs: inputsFor(model, there.inputs),
    })
    expect(outputs.outcome).toBe('completed')
    expect(outputs['comment-url']).toMatch(/#issuecomment-\d+$/)
    expect(run.published).toMatchObject({ commentId: Number(outputs['comment-id']), problems: [] })
    expect(log).toContain('Commented: ')
    const { workflow } = there.github.tokens
    expect(log.replace(`::add-mask::${workflow}`, '')).not.toContain(workflow)
    const mentions = there.github.comments(there.number)[0]?.body.match(/(?<!>)@octo/g)
    expect(mentions).toBeNull()
  }
  const comments = there.github.comments(there.number)
  expect(comments).toHaveLength(1)
  expect(comments[0]?.body).toContain('Second answer.')
  expect(comments[0]?.body).toMatch(
    /<sub><code>scripted\/model<\/code> · \$0\.0\d+ · \d+ s · <a href=/,
  )
  expect(there.github.violations).toEqual([])
})

test('a run that failed says so in its comment, in the fixed words of the outcome', async () => {
  await using there = await start()
  await using model = await startScriptedModel([
    { kind: 'error', status: 400, message: 'Nonsense' },
  ])
  const inputs = inputsFor(model, there.inputs)
  const { outputs } = await runChecked({ ...there.step, inputs })
  expect(outputs.outcome).toBe('provider-error')
  expect(there.github.comments(there.number)[0]?.body).toContain(
    '❌ opencode plan: the provider failed',
  )
})

test('what can’t be published fails the run with the permission to add, and the answer is not lost', async () => {
  await using there = await start({ permissions: { issues: 'read', pull_requests: 'read' } })
  await using model = await startScriptedModel([say('Kept.')])
  const inputs = inputsFor(model, there.inputs)
  const { outputs, summary } = await runChecked({ ...there.step, inputs })
  expect(outputs).toMatchObject({ outcome: 'publish-failed', answer: 'Kept.' })
  expect(outputs.reason).toContain('Add "pull-requests: write" to the job')
  expect(summary).toContain('Kept.')
  expect(model.requests).toHaveLength(1)
})

test('publishing that is not possible is said before anything is installed', async () => {
  const inputs = {
    model: 'rehearsal/plan',
    prompt: 'x',
    publish: 'comment',
    'github-token': 'ghs_x',
  }
  const { outputs, log } = await runChecked({ inputs, event: { name: 'push', payload: {} } })
  expect(outputs.outcome).toBe('config-invalid')
  expect(outputs.reason).toContain('the event push has no issue or pull request')
  expect(log).not.toContain('Install')
})

test('a secret comes out nowhere, in any of the forms in which it is looked for', async () => {
  await using there = await start()
  const secret = 'canary-of-the-provider-key-7719'
  const forms = [
    secret,
    Buffer.from(`x${secret}`).toString('base64'),
    Buffer.from(secret).toString('hex'),
    `AKIA${'Q3EGRTT7NOQLZXCV'}`,
  ]
  await using model = await startScriptedModel([say(`So:\n\n${forms.join('\n\n')}`)])
  const config = { provider: model.provider({ headers: { 'x-key': '{env:LLM_KEY}' } }) }
  const result = await runChecked({
    ...there.step,
    inputs: { ...inputsFor(model, there.inputs), 'opencode-config': JSON.stringify(config) },
    env: { ...there.github.env, LLM_KEY: secret },
  })
  expect(result.outputs.outcome).toBe('completed')
  const published = there.github.comments(there.number).map(({ body }) => body)
  const files = result.files.map(result.read)
  for (const text of [...published, ...files, JSON.stringify(result.outputs), result.summary])
    for (const form of forms) expect(text).not.toContain(form)
  expect(result.summary).toContain('Secrets stood in what was saved')
})

test('nobody waits for the comment of a run that was cancelled', async () => {
  await using there = await start()
  const slow = { kind: 'message', text: 'One line.\n'.repeat(10_000), chunkDelayMs: 50 } as const
  await using model = await startScriptedModel([slow])
  const cancel = signalAt('│ One line.')
  const inputs = inputsFor(model, there.inputs)
  await runChecked({ ...there.step, inputs, onLine: cancel.onLine })
  expect(there.github.comments(there.number)).toEqual([])
  expect(cancel.seconds()).toBeLessThan(5)
})
