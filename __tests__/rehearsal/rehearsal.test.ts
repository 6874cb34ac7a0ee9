import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { chatBody } from '../../src/rehearsal/chat.ts'
import {
  rehearsalModels,
  rehearsalProvider,
  rehearse,
  startRehearsal,
} from '../../src/rehearsal/rehearsal.ts'
import type { MessageReply, ToolCall } from '../../src/rehearsal/reply.ts'

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
const track = `<path>${root}/src/track.ts</path>
<type>file</type>
<content>
1: export function track(id: string) {
2:   return fetch(\`/parcel/\${id}\`)
3: }

(End of file - total 3 lines)
</content>`
const main = `<path>${root}/src/main.ts</path>
<type>file</type>
<content>
1: import { track } from './track.ts'
2: 
3: track('a')

(End of file - total 3 lines)
</content>`
const source = `<path>${root}/src</path>
<type>directory</type>
<entries>
deep/
main.ts
track.ts

(3 entries)
</entries>`
const listing = [
  `${root}/a space/b c.txt`,
  `${root}/docs/guide.md`,
  `${root}/package.json`,
  `${root}/README.md`,
  `${root}/src/main.ts`,
  `${root}/src/deep/er.ts`,
  `${root}/src/track.ts`,
].join('\n')
const matches = `Found 4 matches
${root}/docs/guide.md:
  Line 3: How to track.


${root}/src/main.ts:
  Line 1: import { track } from './track.ts'

  Line 3: track('a')


${root}/src/track.ts:
  Line 1: export function track(id: string) {
`
const results: Readonly<Record<string, string>> = {
  'glob !**/node_modules/**': listing,
  'grep (?i)(track|carrier|answers)': matches,
  [`read ${root}`]: entries,
  [`read ${root}/README.md`]: readme,
  [`read ${root}/src/track.ts`]: track,
  [`read ${root}/src/main.ts`]: main,
  [`read ${root}/src`]: source,
  [`read ${root}/docs`]: `<path>${root}/docs</path>\n<type>directory</type>\n<entries>\nguide.md\n\n(1 entries)\n</entries>`,
  [`write ${root}/REHEARSAL.md`]: 'Wrote file successfully.',
  [`edit ${root}/README.md`]: 'Edit applied successfully.',
  'bash git status --short': ' M README.md\n?? REHEARSAL.md\n',
}

describe('rehearsal/plan', () => {
  test('looks around, reads what matters, and ends in a plan', () => {
    const { steps, text } = converse({ model: 'plan' })
    expect(steps).toEqual([
      ['glob !**/node_modules/**', `read ${root}`, 'grep (?i)(track|carrier|answers)'],
      [`read ${root}/README.md`, `read ${root}/src/main.ts`, `read ${root}/src/track.ts`],
    ])
    expect(text).toContain('a script, not an AI')
    expect(text.length).toBeLessThan(3000)
  })

  test('names the task, the files and the matches that are really there', () => {
    const { text } = converse({ model: 'plan' })
    expect(text).toContain(`\`\`\`text\n${prompt}\n\`\`\``)
    expect(text).not.toContain('READ-ONLY')
    expect(text).toContain('**Files:** 8\n')
    expect(text).toContain('`src/` 3')
    expect(text).toContain('`.ts` 3')
    expect(text).toContain('`README.md`, which begins with `Parcel tracker`')
    expect(text).toContain('4 matches in 3 files')
    expect(text).toContain('`src/main.ts`, lines 1, 3')
    expect(text).toContain('1. Understand `src/main.ts` (3 lines)')
    expect(text).toContain('`npm test`')
  })

  test('finds its way by folders where the file search does not work', () => {
    const failed = 'ripgrep execution failed'
    const { steps, text } = converse({
      model: 'plan',
      results: { 'glob !**/node_modules/**': failed, 'grep (?i)(track|carrier|answers)': failed },
    })
    expect(steps.at(-1)).toEqual([`read ${root}/src/main.ts`, `read ${root}/src/track.ts`])
    expect(text).toContain('the file search, for which opencode needs ripgrep, did not work')
    expect(text).toContain('`src/track.ts`')
    expect(text).not.toContain('Search')
  })

  test('says so where the listing was cut', () => {
    const cut = `${listing}\n\n(Results are truncated: showing first 100 results. Consider using a more specific path or pattern.)`
    const { text } = converse({ model: 'plan', results: { 'glob !**/node_modules/**': cut } })
    expect(text).toContain('**Files:** 8 seen, and there are more')
  })

  test('ends with a plan of what there is when every tool is refused', () => {
    const refused = 'The user has specified a rule which prevents you from using this tool call.'
    const all = Object.fromEntries(Object.keys(results).map((subject) => [subject, refused]))
    const { steps, text } = converse({ model: 'plan', results: all })
    expect(steps.length).toBe(1)
    expect(text).toContain('**Files:** 0 seen')
    expect(text).toContain('1. Find the place for this task.')
  })

  test('calls only tools that are offered', () => {
    const { steps } = converse({ model: 'plan', tools: ['read'] })
    expect(steps.flat().filter((call) => !call.startsWith('read '))).toEqual([])
  })

  test('quotes the beginning of a long prompt, fenced against what it holds', () => {
    const long = `\`\`\`\n<!-- ${'very long '.repeat(100)}`
    const { text } = converse({ model: 'plan', prompt: long })
    expect(text).toMatch(/\n````text\n```\n<!-- very long .* …\n````\n/)
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
    expect(text).toContain('- `REHEARSAL.md`: a new file.\n- `README.md`: one line more.')
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
    expect(calls.find(({ name }) => name === 'edit')?.arguments.oldString).toBe('Run it.')
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
    expect(text).not.toContain('one line more')
  })

  test('says that nothing was changed where no tool to write is offered', () => {
    const { steps, text } = converse({ model: 'implement', tools: planTools })
    expect(steps.flat().filter((call) => /^(write|edit|bash)/.test(call))).toEqual([])
    expect(text).toContain('Nothing was changed.')
    expect(text).toContain('had the agent been offered the tool `write`')
  })

  test('tells of a refused change', () => {
    const { text } = converse({
      model: 'implement',
      tools: buildTools,
      results: { [`write ${root}/REHEARSAL.md`]: 'The user has specified a rule' },
    })
    expect(text).toContain('the tool `write` refused: `The user has specified a rule`')
    expect(text).toContain('- `README.md`: one line more.')
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
  expect(again).toMatchObject({ toolCalls: [{ name: 'glob' }, { name: 'read' }, { name: 'grep' }] })
})

test('the provider entry names the server, its key and every model', async () => {
  await using server = await startRehearsal()
  const provider = rehearsalProvider(server)
  expect(provider.options).toEqual({ baseURL: server.url, apiKey: server.key })
  expect(Object.keys(provider.models)).toEqual(rehearsalModels)
  const response = await fetch(`${provider.options.baseURL}/models`, {
    headers: { authorization: `Bearer ${provider.options.apiKey}` },
    signal: AbortSignal.timeout(170_000),
  })
  const { data } = z
    .object({ data: z.array(z.object({ id: z.string() })) })
    .parse(await response.json())
  expect(data.map(({ id }) => id)).toEqual(rehearsalModels)
})

type Conversation = {
  readonly model: string
  readonly prompt?: string
  readonly tools?: readonly string[]
  /** Tool results that differ from those of the repository above. */
  readonly results?: Readonly<Record<string, string>>
}

/** Plays opencode: carries out the calls of each answer until one has none. */
function converse({ results: own = {}, ...difference }: Conversation) {
  const messages: object[] = [
    { role: 'system', content: system },
    {
      role: 'user',
      content: [
        { type: 'text', text: difference.prompt ?? prompt },
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
      const content = own[subject(call)] ?? results[subject(call)] ?? 'File not found'
      messages.push({ role: 'tool', tool_call_id: `call_${steps.length}_${index}`, content })
    }
    steps.push(calls)
  }
  throw new Error('The conversation does not end.')
}

function assistant({ text, toolCalls = [] }: MessageReply, step: number) {
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
