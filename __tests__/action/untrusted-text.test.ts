import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { runStep } from '../../scripts/local-runner.ts'
import { fillDisk, mountSmall, withSmallDisk } from '../support/harmed.ts'
import { call, say, startScriptedModel } from '../support/model.ts'
import { signalAt } from '../support/signals.ts'
import { inputsFor, makeCheckout, runChecked } from '../support/step.ts'

/** A whole answer that its model counts as a short one, so that opencode does not cut it. */
const sayLong = (text: string) => {
  const usage = { prompt: 100, completion: 100 }
  return { kind: 'message', text, usage, chunkLength: 4000 } as const
}
const times = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length))
const cat = (path: string) => call('bash', { command: `cat ${path}`, description: 'Read' })

test.each([
  ['600 KB of beginnings of comments', times('<!--', 600_000)],
  ['2 MB of private keys without an end', times('-----BEGIN PRIVATE KEY-----\n', 2_000_000)],
  ['2 MB of parameters of a terminal', `\u001b${times(';#', 2_000_000)}`],
  ['2 MB of headers of JSON Web Tokens', times('eyJhbGci.', 2_000_000)],
])('an answer of %s is an answer like others', async (_, text) => {
  await using model = await startScriptedModel([sayLong(text)])
  const inputs = inputsFor(model, { timeout: '60s' })
  const { outputs, read, seconds } = await runChecked({ inputs })
  expect(outputs.outcome).toBe('completed')
  expect(read('answer.md')).toBe(`${text.trim()}\n`)
  expect(seconds).toBeLessThan(60)
})

test('a file of a stranger that a tool prints again and again ends nothing', async () => {
  const printed = Array.from({ length: 6 }, () => cat('comments.md'))
  await using model = await startScriptedModel([...printed, say('Read it.')])
  const workspace = makeCheckout({ 'comments.md': times('<!--', 28_000) })
  const inputs = inputsFor(model, { mode: 'implement', timeout: '60s' })
  const { outputs, read } = await runChecked({ workspace, inputs })
  expect(outputs).toMatchObject({ outcome: 'completed', answer: 'Read it.' })
  expect(read('transcript.json').split('<!--<!--').length).toBeGreaterThan(1000)
})

test('a cancel in the middle of such an answer ends within five seconds', async () => {
  const text = `One line.\n${times('<!--', 600_000)}`
  await using model = await startScriptedModel([{ ...sayLong(text), chunkDelayMs: 50 }])
  const cancel = signalAt('│ One line.')
  const { outputs } = await runChecked({ inputs: inputsFor(model), onLine: cancel.onLine })
  expect(outputs.outcome).toBe('cancelled')
  expect(cancel.seconds()).toBeLessThan(5)
})

/** The built action with another script in place of the redactor's thread. */
function actionWith(redactor: string): string {
  const action = mkdtempSync(join(tmpdir(), 'opencode-driver-action-'))
  for (const name of ['action.yml', 'dist'])
    cpSync(join(import.meta.dirname, '..', '..', name), join(action, name), { recursive: true })
  const begin = "import { parentPort } from 'node:worker_threads'\n"
  writeFileSync(join(action, 'dist', 'redactor', 'index.js'), begin + redactor)
  return action
}

/** It is loaded, and then takes for ever. */
const hanging = `parentPort.on('message', ({ id, question }) => {
  while (question.kind !== 'hello');
  parentPort.postMessage({ id })
})`

const words = 'The words of an agent.'

test('a check that takes for ever is ended with the workflow, and facts are all that is saved', async () => {
  await using model = await startScriptedModel([say(words)])
  const cancel = signalAt(`│ ${words}`, { afterMs: 2000 })
  const { outputs, run, files, summary, seconds } = await runChecked({
    inputs: inputsFor(model),
    onLine: cancel.onLine,
    action: actionWith(hanging),
  })
  expect(outputs).toMatchObject({ outcome: 'cancelled', model: 'scripted/model', attempts: '1' })
  expect(outputs.reason).toMatch(/^The text could not be checked for secrets in time\. The answer/)
  expect(cancel.seconds()).toBeLessThan(5)
  expect(files).toEqual(['run.json'])
  expect(run.attempts[0]?.outcome).toBe('completed')
  for (const text of [JSON.stringify(outputs), JSON.stringify(run), summary])
    expect(text).not.toContain(words)
  expect(seconds).toBeLessThan(60)
})

test.each([
  { publish: '', outcome: 'completed' },
  { publish: 'comment', outcome: 'publish-failed' },
])(
  'a check that breaks off lets nothing out: with publish “$publish” the run ends as $outcome',
  async (one) => {
    await using model = await startScriptedModel([say(words)])
    const breaking = hanging.replace('while', 'if').replace(');\n', ") throw new Error('x')\n")
    const publishing = {
      publish: one.publish,
      'issue-number': '7',
      'github-token': 'a-token-of-nobody',
    }
    const inputs = inputsFor(model, publishing)
    // No GitHub: whatever is asked of it fails in other words.
    const env = { GITHUB_API_URL: 'http://127.0.0.1:9' }
    const { outputs, run, files, summary } = await runChecked({
      inputs,
      env,
      action: actionWith(breaking),
    })
    expect(outputs.outcome).toBe(one.outcome)
    expect(outputs.reason).toContain(
      'could not be checked for secrets: the check broke off. The answer',
    )
    expect(files).toEqual(['run.json'])
    for (const text of [JSON.stringify(outputs), JSON.stringify(run), summary])
      expect(text).not.toContain(words)
  },
)

test('a redactor that can’t be loaded ends the run before anything is asked of a model', async () => {
  await using model = await startScriptedModel([say(words)])
  const inputs = inputsFor(model)
  const { outputs } = await runChecked({ inputs, action: actionWith('not JavaScript') })
  expect(outputs.outcome).toBe('internal-error')
  expect(outputs.reason).toContain('could not be checked for secrets')
  expect(model.requests).toEqual([])
})

test('a main that is killed leaves nothing in the run directory, and post adds the facts', async () => {
  const write = call('write', { filePath: 'a.txt', content: words })
  await using model = await startScriptedModel([write, cat('a.txt; sleep 600')])
  const kill = signalAt('→ bash', { name: 'SIGKILL', afterMs: 1000 })
  const left: string[] = []
  const temp = mkdtempSync(join(tmpdir(), 'opencode-driver-runner-'))
  const { state, post } = await runStep({
    workspace: makeCheckout(),
    inputs: inputsFor(model, { mode: 'implement' }),
    temp,
    onLine(line, main) {
      kill.onLine(line, main)
      if (line.includes('→ bash')) main.once('exit', () => left.push(...filesIn(temp)))
    },
  })
  const directory = state.runDirectory ?? ''
  expect(left.filter((path) => path.startsWith(basename(directory)))).toEqual([])
  expect(left.some((path) => path.endsWith('staged/events.ndjson'))).toBe(true)
  expect(readdirSync(directory)).toEqual(['run.json'])
  expect(readFileSync(join(directory, 'run.json'), 'utf8')).not.toContain(words)
  expect(post.summary).toContain('The step was ended by force. What had not yet been checked')
  expect(filesIn(temp).filter((path) => path.includes('staged'))).toEqual([])
})

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

test('a web token and the tokens of the runner come out nowhere, whatever they are written in', async () => {
  const web = `eyJ${'aB3d'.repeat(9)}.eyJ${'aB3d'.repeat(30)}.${'aB3d'.repeat(9)}`
  const request = `${'idTokenOfThe'}RequestForIt`
  const forms = (text: string) => [
    text,
    Buffer.from(text).toString('base64'),
    Buffer.from(text).toString('hex'),
  ]
  const told = [web, ...forms('canaryOfTheRuntimeToken'), ...forms(request)]
  await using model = await startScriptedModel([
    call('write', { filePath: 'a.txt', content: told.join('\n') }),
    cat('a.txt'),
    say(`I found:\n${told.join('\n')}`),
  ])
  const result = await runChecked({
    inputs: inputsFor(model, { mode: 'implement' }),
    env: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: request },
  })
  expect(result.outputs.answer).toContain('I found:\n***\n***')
  expect(result.summary).toContain('Secrets stood in what was saved')
  expect(result.files).toContain('changes.patch')
  const seen = [
    result.log.replace(/^::add-mask::.*$/gm, ''),
    result.summary,
    JSON.stringify(result.outputs),
    ...result.files.map(result.read),
  ]
  for (const text of seen) for (const one of told) expect(text).not.toContain(one.slice(0, -2))
})

const probe = withSmallDisk('64m')
const whereMountable = probe.path === undefined ? test.skip : test

whereMountable.each([
  { what: 'the runner’s temporary files alone', own: true, outcome: 'completed', size: '24m' },
  { what: 'the data of opencode, too', own: false, outcome: 'server-failed', size: '64m' },
])(
  'a disk that gets full under $what ends honestly, as $outcome',
  async ({ own, outcome, size }) => {
    using harmed = withSmallDisk('64m')
    const temp = mkdtempSync(join(tmpdir(), 'opencode-driver-runner-'))
    using _ = mountSmall(temp, size)
    const text = times('A long answer. ', 1_000_000)
    await using model = await startScriptedModel([cat('README.md; sleep 1'), sayLong(text)])
    const inputs = inputsFor(model, {
      mode: 'implement',
      isolation: 'off',
      ...(own ? { 'opencode-path': harmed.path ?? '' } : {}),
    })
    const { outputs, run, read, post } = await runChecked({
      inputs,
      temp,
      onLine(line) {
        if (line.includes('→ bash')) fillDisk(temp)
      },
    })
    expect(outputs.outcome).toBe(outcome)
    if (own) expect(read('answer.md')).toContain('A long answer.')
    else expect(outputs.reason).toMatch(/The disk is full/)
    expect(run.outcome).toBe(outcome)
    expect(post.log).not.toContain('memory')
  },
)
