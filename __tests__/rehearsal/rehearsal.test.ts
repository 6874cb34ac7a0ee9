import { describe, expect, test } from '@jest/globals'
import { chatBody } from '../../src/rehearsal/chat.ts'
import { rehearsalProvider, rehearse, startRehearsal } from '../../src/rehearsal/rehearsal.ts'
import type { Message, ToolCall } from '../../src/rehearsal/reply.ts'

// What opencode 1.18.33 sent for a small repository: system prompt (its end), messages, tool results.
const root = '/home/runner/work/parcel/parcel'
const system = `You are opencode, an interactive CLI tool that helps users.

You are powered by the model named plan. The exact model ID is rehearsal/plan
Here is some useful information about the environment you are running in:
<env>
  Working directory: ${root}
  Workspace root folder: ${root}
  Is directory a git repo: yes
  Platform: linux
  Today's date: Sun Nov 22 2026
</env>`
const reminder =
  '<system-reminder>\n# Plan Mode - System Reminder\n\nCRITICAL: Plan mode ACTIVE - you are in READ-ONLY phase.\n</system-reminder>\n'
const prompt = 'Make `track` retry when the carrier answers slowly'
const planTools = ['bash', 'glob', 'grep', 'question', 'read', 'todowrite']
const buildTools = ['bash', 'edit', 'glob', 'grep', 'read', 'skill', 'task', 'todowrite', 'write']

const entries = `<path>${root}</path>
<type>directory</type>
<entries>
.git/
.github/
.gitignore
a space/
docs/
package.json
README.md
src/

(8 entries)
</entries>`
const readme = `<path>${root}/README.md</path>
<type>file</type>
<content>
1: # Parcel tracker
2: 
3: Tracks parcels.
4: 
5: ## Use
6: 
7: Run it.

(End of file - total 7 lines)
</content>`
const listing = [
  `${root}/a space/b c.txt`,
  `${root}/docs/guide.md`,
  `${root}/package.json`,
  `${root}/README.md`,
  `${root}/src/main.ts`,
  `${root}/src/deep/er.ts`,
  `${root}/src/track.ts`,
].join('\n')
const results: Readonly<Record<string, string>> = {
  'glob !**/node_modules/**': listing,
  [`read ${root}`]: entries,
  [`read ${root}/README.md`]: readme,
  [`write ${root}/REHEARSAL.md`]: 'Wrote file successfully.',
  [`edit ${root}/README.md`]: 'Edit applied successfully.',
  'bash git status --short': ' M README.md\n?? REHEARSAL.md\n',
}

describe('rehearsal/plan', () => {
  test('lists the files, reads the README, and plans with what is really there', () => {
    const { steps, text } = converse({ model: 'plan' })
    expect(steps).toEqual([
      ['glob !**/node_modules/**', `read ${root}`],
      [`read ${root}/README.md`],
    ])
    expect(text).toContain('a script, not an AI')
    expect(text).toContain(`> ${prompt}\n`)
    expect(text).not.toContain('READ-ONLY')
    expect(text).toContain('\n8 files\n')
    expect(text).toContain('- `src/track.ts`\n')
    expect(text).toContain('1. Read `README.md` (`Parcel tracker`).')
  })

  test('lists the top folder where the file search does not work', () => {
    const { text } = converse({
      model: 'plan',
      results: { 'glob !**/node_modules/**': 'ripgrep execution failed' },
    })
    expect(text).toContain('\n3 files\n\n- `.gitignore`\n- `README.md`\n- `package.json`\n')
  })

  test('says so where the listing was cut', () => {
    const cut = `${listing}\n\n(Results are truncated: showing first 100 results. Consider using a more specific path or pattern.)`
    const { text } = converse({ model: 'plan', results: { 'glob !**/node_modules/**': cut } })
    expect(text).toContain('8 files or more')
  })

  test('finds files with Windows paths', () => {
    const name = 'D:\\a\\work'
    const { text } = converse({
      model: 'plan',
      system: system.replaceAll(root, name),
      results: {
        'glob !**/node_modules/**': `${name}\\README.md\n${name}\\src\\a.ts`,
        'read D:/a/work/README.md': readme,
      },
    })
    expect(text).toContain('2 files\n\n- `README.md`\n- `src/a.ts`\n')
    expect(text).toContain('Parcel tracker')
  })

  test('ends with a plan of what there is when every tool is refused', () => {
    const refused = 'The user has specified a rule which prevents you from using this tool call.'
    const all = Object.fromEntries(Object.keys(results).map((subject) => [subject, refused]))
    const { steps, text } = converse({ model: 'plan', results: all })
    expect(steps.length).toBe(1)
    expect(text).toContain('0 files')
  })

  test('calls only tools that are offered', () => {
    const { steps } = converse({ model: 'plan', tools: ['read'] })
    expect(steps.flat().filter((call) => !call.startsWith('read '))).toEqual([])
  })

  test('quotes the beginning of a long prompt, line by line', () => {
    const long = `\`\`\`\n<!-- ${'very long '.repeat(100)}`
    const { text } = converse({ model: 'plan', prompt: long })
    expect(text).toMatch(/\n> ```\n> <!-- very long .* …\n/)
    expect(text.length).toBeLessThan(3000)
  })
})

describe('rehearsal/implement', () => {
  test('writes a file, edits the README, checks its work, and says what it did', () => {
    const { steps, calls, text } = converse({ model: 'implement', tools: buildTools })
    expect(steps).toEqual([
      ['glob !**/node_modules/**', `read ${root}`],
      [`read ${root}/README.md`],
      [`write ${root}/REHEARSAL.md`, `edit ${root}/README.md`],
      ['bash git status --short'],
    ])
    const [write, edit] = calls.filter(({ name }) => name === 'write' || name === 'edit')
    expect(write?.arguments.content).toContain(prompt)
    expect(edit?.arguments.oldString).toBe('# Parcel tracker')
    expect(edit?.arguments.newString).toMatch(/^# Parcel tracker\n\n> .*\bscript\b.*$/)
    expect(text).toContain('- `REHEARSAL.md` was changed.\n- `README.md` was changed.')
    expect(text).toContain('?? REHEARSAL.md')
    expect(text).toContain('a script, not an AI')
  })

  test('edits at a text that is in the README only once', () => {
    const twice = readme.replace('5: ## Use', '5: # Parcel tracker')
    const { calls } = converse({
      model: 'implement',
      tools: buildTools,
      results: { [`read ${root}/README.md`]: twice },
    })
    expect(calls.find(({ name }) => name === 'edit')?.arguments.oldString).toBe('Tracks parcels.')
  })

  test('leaves a README alone that has the line already', () => {
    const edit = converse({ model: 'implement', tools: buildTools }).calls.find(
      ({ name }) => name === 'edit',
    )
    const line = String(edit?.arguments.newString).split('\n').at(-1)
    const edited = readme.replace('7: Run it.', `7: ${line}`)
    const { steps } = converse({
      model: 'implement',
      tools: buildTools,
      results: { [`read ${root}/README.md`]: edited },
    })
    expect(steps).toContainEqual([`write ${root}/REHEARSAL.md`])
  })

  test('needs no README', () => {
    const { steps, text } = converse({
      model: 'implement',
      tools: buildTools,
      results: { 'glob !**/node_modules/**': 'No files found', [`read ${root}`]: 'File not found' },
    })
    expect(steps.at(-2)).toEqual([`write ${root}/REHEARSAL.md`])
    expect(text).not.toContain('`README.md`')
  })

  test('says that nothing was changed where no tool to write is offered', () => {
    const { steps, text } = converse({ model: 'implement', tools: planTools })
    expect(steps.flat().filter((call) => /^(write|edit|bash)/.test(call))).toEqual([])
    expect(text).not.toContain('was changed')
    expect(text).toContain(
      '`REHEARSAL.md` was not changed. The tool `write`: `The agent does not offer it.`',
    )
  })

  test('reports a refused change', () => {
    const { text } = converse({
      model: 'implement',
      tools: buildTools,
      results: { [`write ${root}/REHEARSAL.md`]: 'The user has specified a rule' },
    })
    expect(text).toContain('was not changed. The tool `write`: `The user has specified a rule`')
    expect(text).toContain('- `README.md` was changed.')
  })
})

test('rehearsal/rate-limit asks to wait for an hour', () => {
  expect(rehearse(request({ model: 'rate-limit' }))).toMatchObject({
    kind: 'error',
    status: 429,
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': '3600' },
  })
})

test('rehearsal/stall never answers', () => {
  expect(rehearse(request({ model: 'stall' }))).toEqual({ kind: 'silence' })
})

test('rehearsal/error refuses with an error that is not worth a retry', () => {
  expect(rehearse(request({ model: 'error' }))).toMatchObject({ kind: 'error', status: 400 })
})

test.each(['plan', 'implement'])(
  'rehearsal/%s gives a request for a title a few words',
  (model) => {
    expect(rehearse(request({ model, tools: [] }))).toEqual({ kind: 'message', text: 'Rehearsal' })
  },
)

test('a second prompt in the same conversation starts over', () => {
  const first = converse({ model: 'plan' })
  const again = rehearse(
    request({ model: 'plan', messages: [...first.messages, { role: 'user', content: 'Again' }] }),
  )
  expect(again).toMatchObject({ toolCalls: [{ name: 'glob' }, { name: 'read' }] })
})

test('the provider entry names the server, its key and every model', async () => {
  await using server = await startRehearsal()
  const provider = rehearsalProvider(server)
  expect(provider.options).toEqual({ baseURL: server.url, apiKey: server.key })
  expect(Object.keys(provider.models)).toEqual([
    'plan',
    'implement',
    'rate-limit',
    'stall',
    'error',
  ])
  for (const model of Object.keys(provider.models))
    expect(rehearse(request({ model }))).not.toMatchObject({ status: 404 })
})

type Conversation = {
  readonly model: string
  readonly prompt?: string
  readonly system?: string
  readonly tools?: readonly string[]
  /** Tool results that differ from those of the repository above. */
  readonly results?: Readonly<Record<string, string>>
}

/** Plays opencode: carries out the calls of each answer until one has none. */
function converse(difference: Conversation) {
  const task = { prompt, system, ...difference }
  const answers = { ...results, ...difference.results }
  const messages: object[] = [
    { role: 'system', content: task.system },
    {
      role: 'user',
      content: [
        { type: 'text', text: task.prompt },
        { type: 'text', text: reminder },
      ],
    },
  ]
  const steps: ToolCall[][] = []
  while (steps.length < 10) {
    const reply = rehearse(request({ ...difference, messages }))
    if (reply.kind !== 'message') throw new Error(`No message but ${reply.kind}.`)
    const calls = [...(reply.toolCalls ?? [])]
    messages.push(assistant(reply, steps.length))
    if (calls.length === 0) {
      return {
        steps: steps.map((step) => step.map(subject)),
        calls: steps.flat(),
        messages,
        text: reply.text,
      }
    }
    for (const [index, call] of calls.entries()) {
      const content = answers[subject(call)] ?? 'File not found'
      messages.push({ role: 'tool', tool_call_id: `call_${steps.length}_${index}`, content })
    }
    steps.push(calls)
  }
  throw new Error('The conversation does not end.')
}

function assistant({ text, toolCalls = [] }: Message, step: number) {
  const calls = toolCalls.map((call, index) => ({
    id: `call_${step}_${index}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }))
  return { role: 'assistant', content: text, ...(calls.length > 0 && { tool_calls: calls }) }
}

function subject({ name, arguments: { filePath, pattern, command } }: ToolCall): string {
  return `${name} ${filePath ?? pattern ?? command}`
}

function request({
  model,
  messages = [
    { role: 'system', content: system },
    { role: 'user', content: prompt },
  ],
  tools = planTools,
}: {
  readonly model: string
  readonly messages?: readonly object[]
  readonly tools?: readonly string[]
}) {
  return chatBody.parse({
    model,
    messages,
    tools: tools.map((name) => ({ type: 'function', function: { name, parameters: {} } })),
    stream: true,
  })
}
