import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { validate } from '@actions/languageservice'
import { expect, test } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import * as z from 'zod'
import { withTables } from '../scripts/docs.ts'
import { inputNames } from '../src/inputs/fields.ts'
import { readInputs } from '../src/inputs/inputs.ts'
import { publishFields } from '../src/inputs/publish.ts'
import { readDefaults } from '../src/inputs/source.ts'
import { outcomes } from '../src/outcome.ts'
import { publishOutputs } from '../src/publish/outputs.ts'
import type { Result } from '../src/result.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readme = read('README.md')
const actionFile = read('action.yml')
const manifest: unknown = JSON.parse(read('package.json'))
const actionShape = z.object({
  name: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.looseObject({ description: z.string() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
})
const action = actionShape.parse(parse(actionFile))

const publishFile = read('publish/action.yml')
const publishAction = actionShape.parse(parse(publishFile))
const ours = 'opencode-driver/opencode-driver@v0'
const oursToPublish = 'opencode-driver/opencode-driver/publish@v0'
const workflows = readdirSync(join(root, '.github/workflows')).map((name) => ({
  name,
  text: read(`.github/workflows/${name}`).replaceAll('uses: ./\n', `uses: ${ours}\n`),
}))
const sections = readme.split(/^## /m).slice(1)
const examples = [...workflows, ...sections.flatMap(examplesIn)]
const uses = examples.filter(({ text }) => text.includes('opencode-driver@'))

test('the tables of the README are those of action.yml', () => {
  expect(withTables(readme, actionFile)).toBe(readme)
  const changed = actionFile.replace('that opencode works in', 'that it works in')
  expect(withTables(readme, changed)).not.toBe(readme)
})

test('action.yml declares the inputs that are read, and no others', () => {
  expect(Object.keys(action.inputs).sort()).toEqual([...inputNames].sort())
})

test('action.yml declares the outputs that are set, and no others', () => {
  const set: string[] = []
  publishOutputs({ setOutput: (name) => set.push(name) }, everything)
  expect(set.sort()).toEqual(Object.keys(action.outputs).sort())
})

test('the README names every outcome, and no others', () => {
  const table = readme.split('\n## Outcomes\n')[1]?.split('\n## ')[0] ?? ''
  const rows = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)]
  expect(rows.map(([, name]) => name)).toEqual([...outcomes])
})

test('the table of contents of the README names its sections, in their order', () => {
  const [top = ''] = readme.split(/^## /m)
  const links = [...top.matchAll(/\[([^\]]+)\]\((#[^)]+)\)/g)].map(([, name, at]) => [name, at])
  expect(links).toEqual(headingsOf(readme).map((name) => [name, anchorOf(name)]))
})

test.each(['README.md', 'SECURITY.md'])('%s links to headings that exist', (path) => {
  const links = [...read(path).matchAll(/\]\(([\w.]*)(#[^)]+)\)/g)]
  expect(links.length).toBeGreaterThan(0)
  for (const [, file, anchor] of links)
    expect(headingsOf(read(file || path)).map(anchorOf)).toContain(anchor)
})

test.each(['README.md', 'CONTRIBUTING.md', '.ci/run'])('%s names scripts that exist', (path) => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(manifest)
  const named = [...read(path).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(0)
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
})

test('publish/action.yml is valid, and its inputs are those of action.yml where they have one name', async () => {
  expect(await problemsOf('action.yml', publishFile)).toEqual([])
  const shared = Object.keys(publishFields)
  expect(Object.keys(publishAction.inputs)).toEqual(expect.arrayContaining(shared))
  const { publish: _, ...defaults } = readDefaults('publish')
  expect({ ...defaults, ...readDefaults() }).toEqual({ 'run-directory': '', ...readDefaults() })
})

test('action.yml is valid', async () => {
  expect(await problemsOf('action.yml', actionFile)).toEqual([])
  expect(await problemsOf('action.yml', actionFile.replace('node24', 'node99'))).toEqual([
    "Unexpected value 'node99'",
  ])
})

test.each(examples)('$name is a valid workflow', async ({ text }) => {
  expect(await problemsOf('.github/workflows/example.yml', text)).toEqual([])
})

test.each(uses)('$name with a wrong name of an input is not valid', async ({ text }) => {
  const wrong = text.replace(/^ +model: (?!\[)/m, '$&x\n          modell: ')
  expect(await problemsOf('.github/workflows/example.yml', wrong)).toEqual([
    "Invalid action input 'modell'",
  ])
})

test.each(uses)('$name reads outputs that exist', ({ text }) => {
  const names = [...text.matchAll(/steps\.[\w-]+\.outputs\.([\w-]+)/g)].map(([, name]) => name)
  expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(names))
})

test.each(examples.flatMap(stepsOf))('$name gives inputs that the action takes', (step) => {
  const workspace = mkdtempSync(join(tmpdir(), 'opencode-driver-documents-'))
  const file = step.with['prompt-file']
  if (file) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true })
    writeFileSync(join(workspace, file), 'Plan it.')
  }
  const given = Object.entries(step.with).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value
      .replace(/\$\{\{ runner\.temp \}\}/, `${workspace}-temp`)
      .replaceAll(/\$\{\{.*?\}\}/g, 'given'),
  ])
  const payload = join(workspace, 'event.json')
  writeFileSync(payload, JSON.stringify({ issue: { number: 1 } }))
  const env = {
    ...step.env,
    GITHUB_EVENT_NAME: 'issues',
    GITHUB_EVENT_PATH: payload,
    GITHUB_WORKSPACE: workspace,
    GITHUB_API_URL: 'https://api.github.example',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'octo/sample',
    'INPUT_GITHUB-TOKEN': 'ghs_given',
    ...Object.fromEntries(given),
  }
  expect(readInputs({ env, defaults: readDefaults() }).mode).toBe(step.with.mode ?? 'plan')
})

function examplesIn(section: string) {
  const [heading] = section.split('\n')
  const fences = [...section.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
  return fences.map(([, text = '']) => ({ name: `README: ${heading}`, text }))
}

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading)
}

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '')
  return `#${plain.replaceAll(' ', '-')}`
}

let documents = 0

/** What GitHub's own language service has to say, the inputs of the action included. */
async function problemsOf(path: string, text: string): Promise<string[]> {
  // It remembers documents by their address.
  const document = TextDocument.create(`file:///${documents++}/${path}`, 'yaml', 1, text)
  const problems = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref, path: folder }) => {
        const uses = [owner, name, folder].filter(Boolean).join('/')
        if (`${uses}@${ref}` === ours) return action
        if (`${uses}@${ref}` === oursToPublish) return publishAction
        return { name, description: 'Inputs not known' }
      },
    },
  })
  return problems.map(({ message }) => (typeof message === 'string' ? message : message.value))
}

function stepsOf({ name, text }: { name: string; text: string }) {
  const values = z.record(z.string(), z.coerce.string()).default({})
  const step = z.object({ uses: z.string().optional(), with: values, env: values })
  const { jobs } = z
    .object({ jobs: z.record(z.string(), z.object({ steps: z.array(step).default([]) })) })
    .parse(parse(text))
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  return steps.filter(({ uses }) => uses === ours).map((found) => ({ ...found, name }))
}

/** A result in which nothing is absent. */
const everything: Result = {
  schema: 1,
  outcome: 'completed',
  reason: 'It answered.',
  problems: [],
  repository: 'octo/sample',
  event: 'push',
  model: 'rehearsal/implement',
  priced: true,
  opencode: { version: '1.18.33', source: 'cache', verified: 'bundled digest' },
  providers: [{ id: 'rehearsal', models: ['implement'] }],
  answer: 'Done.',
  partial: false,
  attempts: [
    {
      model: 'rehearsal/implement',
      sessionID: 'ses_1',
      sessions: ['ses_1'],
      startedAt: '2025-01-01T12:00:00.000Z',
      endedAt: '2025-01-01T12:00:01.000Z',
      outcome: 'completed',
      reason: 'It answered.',
      statuses: [],
      refusals: [],
      retries: 0,
      usage: { cost: 0, inputTokens: 1, outputTokens: 1, steps: 1 },
    },
  ],
  usage: { cost: 0, inputTokens: 1, outputTokens: 1, steps: 1 },
  tools: [],
  refusals: [],
  change: { files: [{ path: 'a', status: 'added' }], unseen: [], patchFile: '/run/changes.patch' },
  published: {
    commentId: 1,
    commentUrl: 'https://github.example/1',
    commitSha: '1'.repeat(40),
    branch: 'opencode/issue-1',
    pullRequestNumber: 2,
    pullRequestUrl: 'https://github.example/2',
    files: [{ path: 'a', verdict: 'published' }],
    notes: [],
    problems: [],
  },
  notes: [],
  startedAt: '2025-01-01T12:00:00.000Z',
  duration: 1,
  timings: {},
  runDirectory: '/run',
  answerFile: '/run/answer.md',
}

/** The words of messages, whatever stands where a message has a value. */
const wordsOf = (text: string) => text.match(/\p{L}[\p{L}’']*/gu)?.join(' ') ?? ''
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => wordsOf(read(join('src', path)).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, ' ')))
  .join('\n')
const foreignMessages = ['ripgrep execution failed']
const messages = (sections.find((section) => section.startsWith('Troubleshooting')) ?? '')
  .split('\n')
  .flatMap((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? [])
  .filter((message) => !foreignMessages.includes(message))

test.each(messages)('a message that README explains is one of the action’s: %s', (message) => {
  const pieces = message.split(/…|"[^"]*"|\d+/).map(wordsOf)
  const known = pieces.filter((piece) => piece.includes(' '))
  expect(known.length).toBeGreaterThan(0)
  for (const piece of known) expect(sources).toContain(piece)
})
