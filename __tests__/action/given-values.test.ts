import { expect, test } from '@jest/globals'
import { clone } from '../support/clone.ts'
import { startGitHub } from '../support/github/github.ts'
import { call, say, startScriptedModel } from '../support/model.ts'
import { inputsFor, runChecked } from '../support/step.ts'

const given = {
  DATABASE_URL: 'postgres://app:hunter2-of-db@db.example:5432/app',
  DOOR: 'open-sesame-42',
  STAGE: 'staging',
}
const password = 'hunter2-of-db'
const write = (filePath: string, content: string) => call('write', { filePath, content })
const read = (name: string) => call('bash', { command: `echo "$${name}"`, description: 'Look' })

test('what pass-env gives the agent is neither committed nor said, unless it plainly is no secret', async () => {
  await using github = await startGitHub()
  github.commit('topic', { 'a.txt': 'one\n' })
  const number = github.openPull({ head: 'topic' })
  const workspace = await clone(github, `refs/pull/${number}/merge`)
  const secrets = [given.DATABASE_URL, password, given.DOOR]
  await using model = await startScriptedModel([
    ...Object.keys(given).map(read),
    write('database.md', `It is at ${given.DATABASE_URL}.\n`),
    write('password.md', `Base64: ${Buffer.from(password).toString('base64')}\n`),
    write('door.md', `Say ${given.DOOR}!\n`),
    write('stage.md', `This is ${given.STAGE}.\n`),
    say(`On ${given.STAGE}:\n\n${secrets.join('\n\n')}`),
  ])
  const inputs = inputsFor(model, {
    mode: 'implement',
    publish: 'commit, comment',
    'github-token': github.tokens.workflow,
    'pass-env': Object.keys(given).join(', '),
  })
  const event = {
    name: 'pull_request',
    payload: { action: 'opened', number, pull_request: { number } },
  }
  const env = { ...github.env, ...given }
  const result = await runChecked({ workspace, event, inputs, env })
  const asked = JSON.stringify(model.requests.at(-1)?.body)
  for (const value of Object.values(given)) expect(asked).toContain(value)

  expect(result.outputs).toMatchObject({ outcome: 'completed', branch: 'topic' })
  expect(github.git('diff', '--name-only', 'topic~1', 'topic').trim()).toBe('stage.md')
  expect(result.outputs.answer).toContain(`On ${given.STAGE}:`)
  const log = result.log.replace(/^::add-mask::.*$/gm, '')
  const comments = github.comments(number).map(({ body }) => body)
  const files = result.files.map(result.read)
  const sent = github.requests.map(({ body }) => body)
  const seen = [log, JSON.stringify(result.outputs), result.summary, ...comments, ...files, ...sent]
  for (const text of seen) for (const secret of secrets) expect(text).not.toContain(secret)
  expect(comments.join()).toContain(given.STAGE)
})
