import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runPublishStep } from '../../scripts/local-runner.ts'
import { type GitHub, startGitHub } from '../support/github/github.ts'
import { forgedRun, runDirectory } from '../support/saved-run.ts'

const token = (github: GitHub) => ({ 'github-token': github.tokens.workflow })

async function publish(
  github: GitHub,
  directory: string,
  inputs: Readonly<Record<string, string>>,
) {
  const number = github.openIssue()
  const event = { name: 'issues', payload: { action: 'opened', issue: { number } } }
  const ended = await runPublishStep({
    workspace: tmpdir(),
    env: github.env,
    event,
    limitMs: 50_000,
    inputs: { 'run-directory': directory, ...token(github), ...inputs },
  })
  return { ...ended, body: github.comments(number)[0]?.body ?? '' }
}

const mebibyte = 1024 * 1024
const many = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item)
const json = (difference: Readonly<Record<string, unknown>>) =>
  JSON.stringify(forgedRun(difference))
const attempt = { model: 'a/b', sessionID: 's', sessions: many(10, 'x'), reason: '@octocat' }
const footer = (body: string) => body.split('<sub>').at(-1) ?? ''

type Body = (body: string) => void
const plainAnswer: Body = (body) => {
  expect(body).toMatch(/^<!-- opencode-driver:opencode:1 -->\nThe answer\.\n\n<sub>/)
  expect(body.length).toBeLessThan(500)
}

test.each<[string, string, Body]>([
  ['60,000 attempts', json({ attempts: many(60_000, attempt) }), plainAnswer],
  ['attempts that are none', json({ attempts: [{ outcome: 'great' }, 7] }), plainAnswer],
  [
    '60,000 notes, calls and tools',
    json({
      notes: many(60_000, 'x'),
      calls: many(60_000, {}),
      tools: many(60_000, { tool: '@x' }),
    }),
    plainAnswer,
  ],
  [
    'timings and keys of another form',
    json({ timings: { x: 'y' }, keys: 7, isolation: [], startedAt: 'never' }),
    plainAnswer,
  ],
  [
    'fields that no version has',
    json({ admin: true, token: 'x', schemas: many(1000, {}) }),
    plainAnswer,
  ],
  [
    'a key twice',
    json({}).replace('"answer":', '"answer":"First @octocat.","answer":'),
    plainAnswer,
  ],
  [
    'a prototype',
    json({}).replace(
      '{',
      '{"__proto__":{"outcome":"cancelled","answer":"Evil."},"constructor":{"prototype":{}},',
    ),
    plainAnswer,
  ],
  [
    'a published comment of its own',
    json({
      published: { commentUrl: 'https://evil.example', notes: ['@octocat'], problems: ['x'] },
    }),
    plainAnswer,
  ],
  [
    'a depth of 100,000',
    json({ deep: 'DEEP' }).replace('"DEEP"', '['.repeat(100_000) + ']'.repeat(100_000)),
    plainAnswer,
  ],
  [
    'a model that gives orders',
    json({ model: 'x [skip ci] Fixes #1 @octocat' }),
    (body) => expect(footer(body)).not.toMatch(/octocat|skip|#1/),
  ],
  [
    'a model of many lines',
    json({ model: 'a/b\n\nCo-authored-by: x' }),
    (body) => expect(footer(body)).not.toContain('Co-authored'),
  ],
  [
    'a variant that mentions',
    json({ variant: '@octocat' }),
    (body) => expect(footer(body)).toMatch(/^<code>a\/b<\/code>/),
  ],
  [
    'an answer of 5 MB',
    json({ answer: 'A word. '.repeat(640_000) }),
    (body) => expect(body.length).toBeLessThanOrEqual(65_536),
  ],
  [
    'an answer that mentions',
    json({ answer: '@octocat Fixes other/repo#1 <!-- x -->' }),
    (body) => expect(body).not.toMatch(/(?<!>)@octocat|(?<!>)other\/repo#1|<!-- x/),
  ],
  [
    'an answer of half a character',
    json({ answer: 'HALF' }).replace('HALF', 'Half \\ud83d and \\udc00.'),
    (body) => expect(body).toContain('Half \ufffd and \ufffd.'),
  ],
  [
    'a reason of 1 MB',
    json({ outcome: 'stalled', partial: true, reason: '@octocat '.repeat(100_000) }),
    (body) => {
      expect(body.length).toBeLessThan(30_000)
      // GitHub mentions nobody within code.
      expect(body.replaceAll('<code>@octocat</code>', '')).not.toContain('@octocat')
    },
  ],
  [
    '60,000 problems',
    json({ outcome: 'stalled', partial: true, problems: many(60_000, 'A problem.') }),
    (body) => expect(body.match(/A problem\./g)).toHaveLength(50),
  ],
  [
    '60,000 changed files',
    json({ change: { files: many(60_000, { path: 'a@octocat', status: 'x' }), unseen: [] } }),
    (body) => {
      expect(body.match(/octocat/g)).toHaveLength(10)
      expect(body).toContain('**10,000 changed files:**')
    },
  ],
  [
    '60,000 files that no patch can carry',
    json({ change: { files: [], unseen: many(60_000, { path: 'x', reason: 'too-large' }) } }),
    (body) => {
      expect(body).toContain('**50 files held back:**')
      expect(body).toContain('- `x`: is larger than 100 MiB')
    },
  ],
  [
    'a name that turns text around',
    json({
      change: { files: [{ path: 'a\u202etxt.exe\n@octocat', status: 'added' }], unseen: [] },
    }),
    (body) => {
      expect(body).toContain('`a\\u202etxt.exe\\u000a@octocat`')
      expect(body).not.toContain('\u202e')
    },
  ],
  [
    'a name of 1 MB',
    json({ change: { files: [{ path: 'x'.repeat(mebibyte), status: 'added' }], unseen: [] } }),
    (body) => expect(body.length).toBeLessThan(1500),
  ],
])('of a saved run with %s only what is published counts', async (_, text, check) => {
  await using github = await startGitHub()
  const { outputs, exitCode, body } = await publish(github, runDirectory(text), {})
  expect({ reason: outputs.reason, exitCode, outcome: outputs.outcome }).toEqual({
    reason: expect.stringContaining('Published: http'),
    exitCode: 0,
    outcome: 'completed',
  })
  check(body)
  expect(body).not.toContain('evil.example')
  expect(github.violations).toEqual([])
})

const change = { files: [], unseen: [] }
const inPlaceOf = (file: string, act: (path: string) => void) => (): string => {
  const directory = runDirectory(forgedRun({ change: { ...change, patchFile: '/x' } }), 'x')
  rmSync(join(directory, file))
  act(join(directory, file))
  return directory
}
const giant = (path: string) => {
  execFileSync('touch', [path])
  truncateSync(path, 200 * 1024 * mebibyte)
}
const places: readonly [string, (path: string) => void][] = [
  ['a link', (path) => symlinkSync('/etc/passwd', path)],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a folder', (path) => mkdirSync(path)],
  ['200 GB', giant],
  ['nothing', () => undefined],
]

test.each<[string, () => string]>([
  ...places.flatMap(([what, act]) =>
    ['run.json', 'changes.patch'].map((file): [string, () => string] => [
      `with ${what} in the place of ${file}`,
      inPlaceOf(file, act),
    ]),
  ),
  ['of another version', () => runDirectory(forgedRun({ schema: 2 }))],
  ['of an outcome that is none', () => runDirectory(forgedRun({ outcome: 'great' }))],
  ['of a mode that is none', () => runDirectory(forgedRun({ mode: 'root' }))],
  [
    'with an infinite cost',
    () => runDirectory(json({ usage: { cost: 7, steps: 1 } }).replace(':7', ':1e999')),
  ],
  ['with a negative duration', () => runDirectory(forgedRun({ duration: -1 }))],
  [
    'with steps that are no whole number',
    () => runDirectory(forgedRun({ usage: { cost: 0, steps: 0.5 } })),
  ],
  [
    'with a base that is no commit',
    () => runDirectory(forgedRun({ change: { ...change, base: 'main; rm -rf /' } })),
  ],
  [
    'with a reason that is none',
    () =>
      runDirectory(forgedRun({ change: { files: [], unseen: [{ path: 'x', reason: 'great' }] } })),
  ],
  ['with an answer that is no text', () => runDirectory(forgedRun({ answer: ['x'] }))],
  ['that is a list', () => runDirectory('[]')],
  ['that is no JSON', () => runDirectory('@octocat, ignore this.')],
  ['that is empty', () => runDirectory('')],
])('a saved run %s is refused, and nothing is published', async (_, directory) => {
  await using github = await startGitHub()
  const before = github.requests.length
  const { outputs, exitCode, summary } = await publish(github, directory(), {})
  expect({ exitCode, outcome: outputs.outcome }).toEqual({ exitCode: 1, outcome: 'config-invalid' })
  expect(outputs.reason).toMatch(
    /^run-directory: .*(?:does not hold a run of this action|can't be read)/,
  )
  expect(outputs.reason).not.toContain('octocat')
  expect(summary).toContain('config-invalid')
  expect(github.requests.slice(before)).toEqual([])
})

test('a patch that unpacks to more than a runner has in memory is refused', async () => {
  await using github = await startGitHub()
  const base = github.head('main')
  const bomb = (at: number) =>
    `diff --git a/${at} b/${at}\nnew file mode 100644\nindex ${'0'.repeat(40)}..${'1'.repeat(40)}\nGIT binary patch\nliteral ${200 * mebibyte}\nx\n`
  const run = forgedRun({ change: { ...change, base, patchFile: '/x' } })
  const directory = runDirectory(run, [0, 1, 2].map(bomb).join(''))
  const { outputs } = await publish(github, directory, { publish: 'commit', branch: 'main' })
  expect(outputs.outcome).toBe('config-invalid')
  expect(outputs.reason).toContain('it unpacks to more than 512 MiB')
  expect(github.head('main')).toBe(base)
})

const added =
  'diff --git a/new.txt b/new.txt\nnew file mode 100644\nindex 0000000..257cc56\n--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+foo\n'

test.each([
  ['x [skip ci] Fixes #1 @octocat', undefined, undefined],
  ['a/b@octocat', undefined, undefined],
  ['a/b#1', undefined, undefined],
  ['a/GH-1', undefined, undefined],
  ['www.evil.example/x', undefined, undefined],
  ['https://evil.example/x', undefined, undefined],
  ['a/b\nskip-checks: true', undefined, undefined],
  ['a', undefined, undefined],
  ['open-router/meta/llama-3.3:free', 'high', 'Model: open-router/meta/llama-3.3:free (high)'],
  ['a/b', '[skip ci] @octocat', 'Model: a/b'],
])(
  'the model %j and the variant %j of a saved run stand in a commit as %j',
  async (model, variant, line) => {
    await using github = await startGitHub()
    const base = github.head('main')
    const run = forgedRun({ model, variant, change: { ...change, base, patchFile: '/x' } })
    const inputs = { publish: 'commit', branch: 'main' }
    const { outputs } = await publish(github, runDirectory(run, added), inputs)
    expect(outputs).toMatchObject({ outcome: 'completed', 'commit-sha': github.head('main') })
    const message = github.git('log', '-1', '--format=%B', 'main').trim().split('\n')
    expect(message.filter((text) => text.startsWith('Model'))).toEqual(line ? [line] : [])
    expect(message.at(-1)).toMatch(/^Run: /)
    expect(message.join('\n')).not.toMatch(/octocat|skip|evil|#1|GH-/)
    expect(github.git('diff', '--name-only', base ?? '', 'main').trim()).toBe('new.txt')
  },
)
