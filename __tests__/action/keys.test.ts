import { expect, test } from '@jest/globals'
import { call, say, startScriptedModel } from '../support/model.ts'
import { startProvider } from '../support/provider.ts'
import { inputsFor, runChecked, scriptedModel } from '../support/step.ts'

const keys = {
  ANTHROPIC_API_KEY: 'sk-ant-theKeyOfAnthropic',
  GEMINI_API_KEY: 'AIza-theKeyOfGoogle',
  QUERY_KEY: 'theKeyInTheQuery',
}
const literal = 'theKeyThatIsWrittenOut'

/** Looks for keys wherever an agent can: its environment, its server's, and the API of that, with the password. */
function theft(url: string): string {
  const look = `
    const authorization = 'Basic ' + btoa('opencode:' + process.env.OPENCODE_SERVER_PASSWORD)
    const ask = async (path) => (await fetch('${url}' + path, { headers: { authorization } })).json()
    const { provider } = await ask('/config')
    console.log(JSON.stringify(provider))
    const { all } = await ask('/provider')
    console.log(JSON.stringify(all.map(({ id, key, options, env }) => ({ id, key, options, env }))))`
  const script = Buffer.from(look).toString('base64')
  return [
    'env',
    "tr '\\0' '\\n' < /proc/self/environ",
    "tr '\\0' '\\n' < /proc/$OPENCODE_PID/environ",
    `echo ${script} | base64 -d > /tmp/look-$OPENCODE_PID.mjs && node /tmp/look-$OPENCODE_PID.mjs; rm /tmp/look-$OPENCODE_PID.mjs`,
  ].join('; ')
}

test('the providers get their keys, and an agent finds only placeholders, wherever it looks', async () => {
  const refuse = (body: string) => (response: import('node:http').ServerResponse) =>
    response.writeHead(401, { 'content-type': 'application/json' }).end(body)
  const echo = JSON.stringify({ error: { message: `Bad key ${keys.ANTHROPIC_API_KEY}` } })
  await using anthropic = await startProvider(refuse(echo))
  await using google = await startProvider(refuse(JSON.stringify({ error: { message: 'No' } })))
  await using queried = await startProvider(refuse(JSON.stringify({ error: { message: 'No' } })))
  let address = ''
  await using model = await startScriptedModel((_, { step }) =>
    step === 0 ? call('bash', { command: theft(address), description: 'Look' }) : say('Looked.'),
  )
  const options = { queryParams: { key: '{env:QUERY_KEY}' }, headers: { 'x-auth': literal } }
  const config = {
    provider: {
      ...model.provider({ apiKey: '{env:SCRIPTED_KEY}' }),
      anthropic: { options: { baseURL: `${anthropic.origin}/v1` } },
      google: { options: { baseURL: `${google.origin}/v1beta` } },
      queried: { options: { baseURL: `${queried.origin}/v1`, ...options }, models: { m: {} } },
    },
  }
  const env = { ...keys, SCRIPTED_KEY: model.key }
  const { outputs, run, summary, files, read } = await runChecked({
    env,
    inputs: {
      ...inputsFor(model, { mode: 'implement', 'opencode-config': JSON.stringify(config) }),
      model: 'anthropic/claude-sonnet-4-5',
      'fallback-models': `google/gemini-2.5-pro, queried/m, ${scriptedModel}`,
    },
    onLine(line) {
      address = / listens on (http:\S+)/.exec(line)?.[1] ?? address
    },
  })

  expect(outputs.answer).toBe('Looked.')
  expect(anthropic.received).toMatchObject([
    { url: '/v1/messages', headers: { 'x-api-key': keys.ANTHROPIC_API_KEY } },
  ])
  expect(google.received).toMatchObject([{ headers: { 'x-goog-api-key': keys.GEMINI_API_KEY } }])
  const query = `/v1/chat/completions?key=${keys.QUERY_KEY}`
  expect(queried.received).toMatchObject([{ url: query, headers: { 'x-auth': literal } }])
  expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${model.key}`)

  const found = JSON.stringify(model.requests.at(-1)?.body)
  expect(found).toContain('OPENCODE_SERVER_PASSWORD=')
  expect(found.match(/apiKey[\\":]+placeholder-/g)?.length).toBeGreaterThanOrEqual(6)
  const secrets = [...Object.values(env), literal]
  for (const secret of secrets) expect(found).not.toContain(secret)
  for (const name of Object.keys(env)) expect(found).not.toContain(`${name}=`)
  for (const secret of secrets)
    for (const file of files) expect([file, read(file).includes(secret)]).toEqual([file, false])

  expect(summary).toMatch(
    /\| keys \| (kept out of the agent's sight|not in the agent's environment) \(anthropic, google, queried, scripted\)/,
  )
  expect(run.keys).toEqual({
    kept: expect.arrayContaining(['anthropic', 'google', 'queried', 'scripted']),
    passedIn: [],
  })
  const told = run.calls?.records.map(({ provider, status }) => `${provider} ${status}`)
  expect(told).toEqual([
    'anthropic 401',
    'google 401',
    'queried 401',
    'scripted 200',
    'scripted 200',
  ])
  expect(run.calls).toMatchObject({ count: 5, failed: 3 })
  const { inputTokens = 0, outputTokens = 0 } = run.calls?.records.at(-1) ?? {}
  expect(inputTokens * outputTokens).toBeGreaterThan(0)
  expect(run.attempts[0]?.reason).toContain('Bad key ***')
})

const aws = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLEOFNOBODY1',
  AWS_SECRET_ACCESS_KEY: 'theSecretOfTheAwsAccount',
  AWS_REGION: 'eu-central-1',
}

test('a provider that signs its requests gets its variables by pass-env only, and the summary says so', async () => {
  await using model = await startScriptedModel([])
  const { prompt: _, ...inputs } = inputsFor(model, {
    mode: 'check',
    'require-providers': 'amazon-bedrock',
    'fail-on': 'never',
  })
  const without = await runChecked({ env: aws, inputs })
  expect(without.outputs.outcome).toBe('provider-unavailable')
  expect(without.outputs.reason).toContain(
    'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION are set. List them in pass-env, if the agent may have them.',
  )
  const passed = { ...inputs, 'pass-env': Object.keys(aws).join(', ') }
  const { outputs, summary } = await runChecked({ env: aws, inputs: passed })
  expect(outputs.outcome).toBe('completed')
  const names = Object.keys(aws).map((name) => `\`${name}\``)
  expect(summary).toContain(`passed in: ${names.join(', ')} (amazon-bedrock) |`)
})

test('a key that pass-env names goes in, but the provider is still reached through the broker', async () => {
  await using model = await startScriptedModel([
    call('bash', { command: 'echo "<$SCRIPTED_KEY>"', description: 'Look' }),
    say('Looked.'),
  ])
  const config = { provider: model.provider({ apiKey: '{env:SCRIPTED_KEY}' }) }
  const { outputs, run } = await runChecked({
    env: { SCRIPTED_KEY: model.key },
    inputs: inputsFor(model, {
      mode: 'implement',
      'pass-env': 'SCRIPTED_KEY',
      'opencode-config': JSON.stringify(config),
    }),
  })
  expect(outputs.answer).toBe('Looked.')
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain(`<${model.key}>`)
  expect(run.calls?.count).toBe(2)
  expect(run.keys).toEqual({
    kept: ['scripted'],
    passedIn: [{ provider: 'scripted', names: ['SCRIPTED_KEY'] }],
  })
})

test.each([
  { what: 'events without text', piece: 'data: {"id":"x","choices":[]}\n\n', outcome: 'completed' },
  { what: 'comments', piece: ': still there\n\n', outcome: 'stalled' },
])(
  'with a stall-timeout of 6 s, a provider that sends $what for 12 s ends as $outcome',
  async ({ piece, outcome }) => {
    await using model = await startScriptedModel([])
    await using provider = await startProvider((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(piece)
      const timer = setInterval(() => response.write(piece), 1000)
      response.once('close', () => clearInterval(timer))
      setTimeout(() => {
        clearInterval(timer)
        const choice = { index: 0, delta: { content: 'At last.' }, finish_reason: 'stop' }
        response.end(`data: ${JSON.stringify({ id: 'x', choices: [choice] })}\n\ndata: [DONE]\n\n`)
      }, 12_000).unref()
    })
    const config = { provider: model.provider({ baseURL: `${provider.origin}/v1` }) }
    const { outputs } = await runChecked({
      inputs: inputsFor(model, {
        'stall-timeout': '6s',
        attempts: '1',
        'opencode-config': JSON.stringify(config),
      }),
    })
    expect(outputs.outcome).toBe(outcome)
  },
)
