import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { runPublishStep } from '../../scripts/local-runner.ts'
import type { Result } from '../../src/result.ts'
import { startGitHub } from '../support/github/github.ts'
import { say, startScriptedModel } from '../support/model.ts'
import { forgedRun, runDirectory } from '../support/saved-run.ts'
import { inputsFor, makeCheckout, runChecked } from '../support/step.ts'

async function start() {
  const github = await startGitHub()
  const number = github.openIssue()
  const event = { name: 'issues', payload: { action: 'opened', issue: { number } } }
  const publish = (directory: string, inputs: Readonly<Record<string, string>> = {}) =>
    runPublishStep({
      workspace: tmpdir(),
      env: github.env,
      event,
      inputs: { 'run-directory': directory, 'github-token': github.tokens.workflow, ...inputs },
    })
  return {
    github,
    number,
    event,
    publish,
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  }
}

/** A saved run as someone who wrote all of it would have it. */
function saved(difference: Partial<Result>): string {
  return runDirectory(forgedRun(difference))
}

test('a run that one job saved is published by another, which alone holds the token', async () => {
  await using there = await start()
  await using model = await startScriptedModel([say('From the first job.')])
  const { outputs } = await runChecked({ workspace: makeCheckout(), inputs: inputsFor(model) })
  const { exitCode, outputs: published, log } = await there.publish(outputs['run-directory'] ?? '')
  expect(log).toContain('Commented: ')
  expect(exitCode).toBe(0)
  expect(published).toMatchObject({
    outcome: 'completed',
    'comment-url': expect.stringContaining('#'),
  })
  expect(there.github.comments(there.number)[0]?.body).toContain('From the first job.')
  expect(there.github.violations).toEqual([])
})

test('what a saved run says of itself decides neither where it goes nor what it links to', async () => {
  await using there = await start()
  const answer = `Hello @octo <!-- opencode-driver:opencode:1 --> AKIA${'Q3EGRTT7NOQLZXCV'} ![x](https://evil.example/x.png)`
  const published = { commentId: 1, commentUrl: 'https://evil.example', notes: [], problems: [] }
  const { outputs } = await there.publish(saved({ answer, published, model: '`x` @octo' }))
  expect(outputs.outcome).toBe('completed')
  const [comment] = there.github.comments(there.number)
  expect(comment?.body.match(/<!--/g)).toHaveLength(1)
  expect(comment?.body).not.toMatch(/!\[x\]|AKIA|evil\.example\/run|(?<![>\w])@octo(?!<)/)
})

test('a run directory that is not there is refused, and nothing is published', async () => {
  await using there = await start()
  const { exitCode, outputs } = await there.publish('/nowhere')
  expect(exitCode).toBe(1)
  expect(outputs.outcome).toBe('config-invalid')
  expect(outputs.reason).toContain('does not hold a run of this action')
  expect(there.github.requests).toEqual([])
})

test('wrong inputs are all told at once', async () => {
  await using there = await start()
  const { outputs } = await there.publish('', { 'comment-mode': 'often', publish: 'letter' })
  for (const name of ['comment-mode', 'publish', 'run-directory'])
    expect(outputs.reason).toContain(`${name}: `)
})

test('a secret that stands together only without what is invisible is found', async () => {
  await using there = await start()
  const { workflow } = there.github.tokens
  const answer = `It is ${workflow.slice(0, 9)}\u200B${workflow.slice(9)}, or ${workflow.slice(0, 9)}<!-- x -->${workflow.slice(9)}.`
  await there.publish(saved({ answer }))
  const [comment] = there.github.comments(there.number)
  expect(comment?.body).toContain('It is ***')
  expect(comment?.body).not.toContain(workflow)
})

test('a run that the other job could not publish is published; of a cancelled one it is said that it is not', async () => {
  await using there = await start()
  const { exitCode, outputs } = await there.publish(saved({ outcome: 'publish-failed' }))
  expect([exitCode, outputs.outcome]).toEqual([0, 'completed'])
  const cancelled = await there.publish(saved({ outcome: 'cancelled' }))
  expect([cancelled.exitCode, cancelled.outputs.outcome]).toEqual([1, 'cancelled'])
  expect(there.github.comments(there.number)).toHaveLength(1)
})

test('a run that was skipped is not published, and the step is green', async () => {
  await using there = await start()
  const reason = 'stranger may not start this run.'
  for (const publish of ['comment', 'commit']) {
    const inputs = { publish, branch: 'main' }
    const ended = await there.publish(saved({ outcome: 'skipped', reason, partial: true }), inputs)
    expect([ended.exitCode, ended.outputs.outcome]).toEqual([0, 'skipped'])
    expect(ended.log).toContain(
      '::warning::skipped: Nothing was published because nothing was run.',
    )
    expect(ended.summary).toContain('⏭️ **skipped**')
  }
  expect(there.github.requests).toEqual([])
})

test('a commit that was asked for of a run that has none is not green', async () => {
  await using there = await start()
  const inputs = { publish: 'commit', branch: 'main' }
  const failed = await there.publish(saved({ outcome: 'stalled', partial: true }), inputs)
  expect(failed.outputs.reason).toContain(
    'The run ended as stalled, so its change was not published',
  )
  const plan = await there.publish(saved({}), inputs)
  expect(plan.outputs).toMatchObject({
    outcome: 'publish-failed',
    reason: expect.stringContaining('its mode was not implement'),
  })
  expect([failed.exitCode, plan.exitCode]).toEqual([1, 1])
})
