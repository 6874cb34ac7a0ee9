import { execFileSync } from 'node:child_process'
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { UserError } from '../../src/errors.ts'
import { readEvent } from '../../src/event/event.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { readDefaults } from '../../src/inputs/source.ts'
import { openCheckout } from '../../src/project-config/open.ts'
import { createReport } from '../../src/report.ts'
import { git, makeCheckout } from '../support/step.ts'

type Inputs = Readonly<Record<string, string>>

const newFolder = () => realpathSync(mkdtempSync(join(tmpdir(), 'checkout-test-')))

/** Opens a checkout with a complete, right set of inputs plus the difference. */
async function open(workspace: string, difference: Inputs = {}, more: Inputs = {}) {
  const inputs = {
    prompt: 'Do it.',
    model: 'openai/gpt-5',
    'project-config': 'load',
    ...difference,
  }
  const named = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  const env = {
    PATH: process.env.PATH,
    GITHUB_WORKSPACE: workspace,
    ...Object.fromEntries(named),
    ...more,
  }
  const temporary = newFolder()
  const event = readEvent(env)
  const ignore = () => undefined
  const signal = AbortSignal.timeout(170_000)
  const world = {
    env,
    event,
    runner: { info: ignore },
    report: createReport({ event, runDirectory: temporary }),
    temporary,
  }
  return await openCheckout(readInputs({ env, defaults: readDefaults() }), world, signal)
}

async function problems(...args: Parameters<typeof open>): Promise<readonly string[]> {
  try {
    await open(...args)
  } catch (error) {
    if (error instanceof UserError && error.outcome === 'config-invalid') return error.problems
    throw error
  }
  return []
}

/** Sets one of the inputs that name a file. */
const naming: readonly (readonly [string, (path: string) => Inputs])[] = [
  ['prompt-file', (path) => ({ prompt: '', 'prompt-file': path })],
  ['opencode-config', (path) => ({ 'opencode-config': path })],
  [
    '{file:} of opencode-config',
    (path) => ({ 'opencode-config': JSON.stringify({ instructions: [`{file:${path}}`] }) }),
  ],
]

test('prompt, configuration and what that names come from files of the checkout', async () => {
  const workspace = makeCheckout({
    'prompt.md': 'From a file.\n',
    'own.jsonc': '{ // a comment\n "model": "ollama/qwen", "instructions": ["{file:src/x.txt}"] }',
    'src/x.txt': 'said "in" a file\n',
  })
  const { inputs } = await open(workspace, {
    prompt: '',
    'prompt-file': 'prompt.md',
    model: '',
    'opencode-config': 'own.jsonc',
  })
  expect(inputs.prompt).toBe('From a file.\n')
  expect(inputs.config).toEqual({ model: 'ollama/qwen', instructions: ['said "in" a file'] })
  const absolute = await open(workspace, {
    prompt: '',
    'prompt-file': join(workspace, 'prompt.md'),
  })
  expect(absolute.inputs.prompt).toBe('From a file.\n')
})

const outside = join(newFolder(), 'outside.md')
writeFileSync(outside, 'canary')

/** Makes something at a path of the checkout that is no file of it. */
type Plant = readonly [what: string, path: string, plant: (path: string) => void, problem: string]

const run = (file: string, ...args: readonly string[]) => execFileSync(file, args)

const plants: readonly Plant[] = [
  ['nothing', 'no.md', () => undefined, 'does not exist'],
  ['a link to a file outside', 'x.md', (path) => symlinkSync(outside, path), 'symbolic link'],
  ['a link to a file inside', 'x.md', (path) => symlinkSync('README.md', path), 'symbolic link'],
  ['a link to nothing', 'x.md', (path) => symlinkSync('nowhere', path), 'symbolic link'],
  [
    'a link to the environment of a process',
    'x.md',
    (path) => symlinkSync('/proc/self/environ', path),
    'symbolic link',
  ],
  [
    'a file behind a link to a folder',
    'link/outside.md',
    (path) => symlinkSync(dirname(outside), dirname(path)),
    'symbolic link',
  ],
  [
    'a file behind a link inside',
    'link/sum.js',
    (path) => symlinkSync('src', dirname(path)),
    'symbolic link',
  ],
  ['a pipe', 'x.md', (path) => run('mkfifo', path), 'is not a regular file'],
  [
    'a socket',
    'x.md',
    (path) =>
      run(
        process.execPath,
        '-e',
        `require('net').createServer().listen(${JSON.stringify(path)}, () => process.exit())`,
      ),
    'is not a regular file',
  ],
  ['a folder', 'x.md', (path) => mkdirSync(path), 'is not a regular file'],
  ['a file of 1 GB', 'x.md', (path) => makeSparse(path, 1e9), 'is larger than 1 MiB'],
  ['a byte too many', 'x.md', (path) => makeSparse(path, 2 ** 20 + 1), 'is larger than 1 MiB'],
  ['bytes that are no text', 'x.md', (path) => writeFileSync(path, '\xff\xfe', 'latin1'), 'UTF-8'],
  ['a file above the workspace', '../outside.md', () => undefined, 'is outside the workspace'],
  ['a file of the machine', '/etc/passwd', () => undefined, 'is outside the workspace'],
  ['a file of a process', '/proc/self/environ', () => undefined, 'is outside the workspace'],
  ['a file of the home', '~/.npmrc', () => undefined, 'does not exist'],
  ["git's settings", '.git/config', () => undefined, "is in git's own folder"],
  ["git's settings, by a detour", 'src/../.git/config', () => undefined, "git's own folder"],
  ["git's settings, in capitals", '.GIT/config', () => undefined, "git's own folder"],
  ["git's settings, as NTFS has it", 'git~1/config', () => undefined, "git's own folder"],
  ["git's settings, as NTFS has it too", '.git. /config', () => undefined, "git's own folder"],
  ["git's settings, as HFS+ has it", '.g\u200cit/config', () => undefined, "git's own folder"],
  ['a stream of NTFS', '.git::$INDEX_ALLOCATION/config', () => undefined, "git's own folder"],
  ["a submodule's settings", 'src/.git/config', () => undefined, "git's own folder"],
  ['a name with a NUL', 'x\0.md', () => undefined, 'does not exist'],
]

function makeSparse(path: string, size: number): void {
  writeFileSync(path, '')
  truncateSync(path, size)
}

test.each(
  naming.flatMap(([input, inputs]) => plants.map((plant) => [input, ...plant, inputs] as const)),
)('%s: %s is refused', async (_, __, path, plant, problem, inputs) => {
  const workspace = makeCheckout({})
  writeFileSync(join(dirname(workspace), 'outside.md'), 'canary')
  plant(join(workspace, path))
  const found = await problems(workspace, inputs(path))
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(problem)
  expect(found[0]).toMatch(
    /(Write|Use) .*, or name a text file in the workspace by its own path\.$/,
  )
  expect(found[0]).not.toContain('canary')
})

test.each(['opencode.json', '.opencode/opencode.jsonc'])(
  "the checkout's own %s is read by the same rules",
  async (path) => {
    const named = JSON.stringify({ model: 'openai/from-the-checkout' })
    const whole = await open(makeCheckout({ [path]: named }), { model: '' })
    expect(whole.projectConfig.config.model).toBe('openai/from-the-checkout')
    for (const [what, , plant, problem] of plants) {
      if (!['symbolic link', 'is not a regular file'].includes(problem)) continue
      if (what.includes('behind')) continue
      const workspace = makeCheckout({})
      mkdirSync(dirname(join(workspace, path)), { recursive: true })
      plant(join(workspace, path))
      const { projectConfig } = await open(workspace)
      expect([what, projectConfig.config]).toEqual([what, {}])
    }
    const devices = makeCheckout({})
    mkdirSync(dirname(join(devices, path)), { recursive: true })
    symlinkSync('/dev/zero', join(devices, path))
    expect((await open(devices)).projectConfig.config).toEqual({})
  },
)

test('a hard link is a file like any other', async () => {
  const workspace = makeCheckout({})
  linkSync(join(workspace, 'README.md'), join(workspace, 'x.md'))
  const { inputs } = await open(workspace, { prompt: '', 'prompt-file': 'x.md' })
  expect(inputs.prompt).toContain('# Sample')
})

test.each<[string, (workspace: string) => string, RegExp]>([
  ['that does not exist', () => 'nope', /nope does not exist\. Is actions\/checkout missing\?$/],
  ['outside', () => '..', /\.\. is outside the workspace\. Name a folder/],
  ['elsewhere on the machine', () => '/etc', /\/etc is outside the workspace/],
  ['that is a file', () => 'README.md', /README\.md is not a folder/],
  ['of git', () => '.git', /\.git is in git's own folder/],
  ['of git, in capitals', () => '.GiT/objects', /is in git's own folder/],
  [
    'that is a link to .git',
    (workspace) => {
      symlinkSync('.git', join(workspace, 'docs'))
      return 'docs'
    },
    /docs is a symbolic link, or is reached through one/,
  ],
  [
    'that is a link to another folder',
    (workspace) => {
      symlinkSync('src', join(workspace, 'docs'))
      return 'docs'
    },
    /docs is a symbolic link/,
  ],
  [
    'behind a link',
    (workspace) => {
      symlinkSync('/usr', join(workspace, 'docs'))
      return 'docs/bin'
    },
    /docs\/bin is a symbolic link, or is reached through one/,
  ],
])('a working directory %s is refused', async (_, prepare, problem) => {
  const workspace = makeCheckout({})
  const path = prepare(workspace)
  expect(await problems(workspace, { 'working-directory': path })).toEqual([
    expect.stringMatching(problem),
  ])
})

test('the workspace itself may be behind a link, as on macOS', async () => {
  const workspace = makeCheckout({})
  const link = join(newFolder(), 'link')
  symlinkSync(workspace, link)
  for (const root of [link, realpathSync(workspace)]) {
    const file = join(root, 'README.md')
    const inputs = { prompt: '', 'prompt-file': file, 'working-directory': 'src' }
    const opened = await open(link, inputs)
    expect(opened.inputs.prompt).toContain('# Sample')
    expect(opened.inputs.directory).toBe(join(realpathSync(workspace), 'src'))
  }
})

test('a workspace that does not exist is reported', async () => {
  expect(await problems(join(newFolder(), 'none'))).toEqual([
    'working-directory: . does not exist. Is actions/checkout missing?',
  ])
})

test('a file that a configuration names is found where the workspace is behind a link', async () => {
  const workspace = makeCheckout({ 'note.txt': 'from a file' })
  const link = join(newFolder(), 'link')
  symlinkSync(workspace, link)
  const config = '{ "username": "{file:../note.txt}" }'
  const inputs = { 'opencode-config': config, 'working-directory': 'src' }
  const opened = await open(link, inputs)
  expect(JSON.stringify(opened)).toContain('from a file')
})

/** A pull request of a fork. */
function stranger(): Inputs {
  const payload = join(newFolder(), 'event.json')
  const head = { ref: 'x', sha: 'a'.repeat(40), repo: { full_name: 'stranger/sample', fork: true } }
  const base = { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'octo/sample' } }
  writeFileSync(payload, JSON.stringify({ number: 7, pull_request: { number: 7, head, base } }))
  return {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: payload,
    GITHUB_REPOSITORY: 'octo/sample',
  }
}

test.each([...naming, ['opencode-path', (path: string) => ({ 'opencode-path': path })] as const])(
  'where the checkout is ignored, %s may name no file of it',
  async (_, inputs) => {
    const workspace = makeCheckout({ 'x.md': '{}' })
    const auto = { ...inputs('x.md'), 'project-config': 'auto' }
    expect(await problems(workspace, auto, stranger())).toEqual([
      expect.stringMatching(
        /is in the checkout, whose configuration is ignored in this run \(a fork's pull request\)\. (Write|Use|Name) .*, check out a ref that only people with write access can change, or set project-config to load if you trust this one\.$/,
      ),
    ])
    const loaded = { ...inputs('x.md'), 'project-config': 'load' }
    expect(await problems(workspace, loaded, stranger())).toEqual([])
  },
)

test.each<[string, (at: { real: string; link: string; other: string }) => string]>([
  ['a link to one', ({ real, other }) => plantLink(other, join(real, 'README.md'))],
  ['a link in it', ({ link }) => plantLink(join(link, 'x'), outside)],
  ['a link in it, by its real path', ({ real }) => plantLink(join(real, 'x'), outside)],
])('where the checkout is ignored, opencode-path may not name %s', async (_, plant) => {
  const real = makeCheckout({})
  const link = plantLink(join(newFolder(), 'link'), real)
  const path = plant({ real, link, other: join(newFolder(), 'other') })
  const inputs = { 'opencode-path': path, 'project-config': 'auto' }
  expect(await problems(link, inputs, stranger())).toEqual([
    expect.stringMatching(/^opencode-path: .* is in the checkout/),
  ])
})

function plantLink(path: string, target: string): string {
  symlinkSync(target, path)
  return path
}

test('where the checkout is ignored, all that is wrong is named at once', async () => {
  const workspace = makeCheckout({ 'x.md': '{}', 'opencode.json': '{"model":"a/b"}' })
  const config = { instructions: ['{file:x.md}', '{file:/etc/passwd}'] }
  const inputs = {
    prompt: '',
    'prompt-file': 'x.md',
    model: '',
    'opencode-config': JSON.stringify(config),
    'opencode-path': 'x.md',
    'project-config': 'auto',
  }
  expect(await problems(workspace, inputs, stranger())).toEqual([
    expect.stringMatching(/^prompt-file: x\.md is in the checkout/),
    expect.stringMatching(/^opencode-path: .*x\.md is in the checkout/),
    expect.stringMatching(/^opencode-config: \{file:x\.md\} is in the checkout/),
    expect.stringMatching(/^opencode-config: \{file:\/etc\/passwd\} is outside the workspace/),
    expect.stringMatching(/^model: is missing/),
  ])
})

test('a model that the checkout names is enough, unless the checkout is ignored', async () => {
  const workspace = makeCheckout({ 'opencode.json': '{ "model": "ollama/qwen" }' })
  expect(await problems(workspace, { model: '' })).toEqual([])
  expect(await problems(workspace, { model: '', 'project-config': 'auto' })).toEqual([
    expect.stringMatching(/^model: is missing.*opencode\.json, which may name one, is ignored/),
  ])
  expect(await problems(makeCheckout({}), { model: '' })).toEqual([
    expect.stringMatching(/^model: is missing.*nor does the checkout's opencode\.json/),
  ])
})

test('an empty prompt file is reported', async () => {
  const workspace = makeCheckout({ 'x.md': ' \n' })
  expect(await problems(workspace, { prompt: '', 'prompt-file': 'x.md' })).toEqual([
    'prompt-file: x.md is empty. Write the prompt into it.',
  ])
})

test('a checkout that is the event’s own commit is loaded, one without git is not', async () => {
  const workspace = makeCheckout({ 'prompt.md': 'From a file.\n' })
  const inputs = { prompt: '', 'prompt-file': 'prompt.md', 'project-config': 'auto' }
  const event = {
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SHA: git(workspace, 'rev-parse', 'HEAD').trim(),
  }
  expect((await open(workspace, inputs, event)).inputs.prompt).toBe('From a file.\n')
  const plain = newFolder()
  writeFileSync(join(plain, 'prompt.md'), 'x')
  expect(await problems(plain, inputs, event)).toEqual([
    expect.stringContaining('(the code is not in a git checkout)'),
  ])
})
