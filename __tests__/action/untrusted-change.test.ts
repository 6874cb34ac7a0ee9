import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { clone } from '../support/clone.ts'
import { startGitHub } from '../support/github/github.ts'
import { call, say, startScriptedModel } from '../support/model.ts'
import { inputsFor, runChecked } from '../support/step.ts'

type HeldBack = Readonly<Record<string, string>>

/** What an agent makes with a shell in a checkout that is published as a commit and a comment. */
async function publishWork(
  files: Readonly<Record<string, string>>,
  {
    commands,
    ...inputs
  }: { readonly commands: readonly string[] } & Readonly<
    Record<string, string | readonly string[]>
  >,
) {
  await using github = await startGitHub({ files })
  github.commit('topic', {})
  const number = github.openPull({ head: 'topic' })
  const workspace = await clone(github, 'refs/heads/topic')
  const work = commands.map((command) => call('bash', { command, description: 'Work' }))
  await using model = await startScriptedModel([...work, say('Done.')])
  const payload = { action: 'opened', number, pull_request: { number } }
  const before = github.head('topic') ?? ''
  const ended = await runChecked({
    workspace,
    event: { name: 'pull_request', payload },
    env: github.env,
    inputs: inputsFor(model, {
      mode: 'implement',
      publish: 'commit, comment',
      'github-token': github.tokens.workflow,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
    }),
  })
  // Node's own removal can't open what lies too deep.
  execFileSync('rm', ['-rf', workspace])
  const held: HeldBack = Object.fromEntries(
    JSON.parse(ended.outputs['held-back-files'] ?? '[]').map(
      ({ path, reason }: { path: string; reason: string }) => [path, reason],
    ),
  )
  const tree = github
    .git('diff', '--name-only', '--no-renames', '-z', before, 'topic')
    .split('\0')
    .filter(Boolean)
  expect(github.violations).toEqual([])
  return { ...ended, held, tree, comment: github.comments(number)[0]?.body ?? '' }
}

test('names that not every system can have are held back, and shown in such a way that nothing is hidden', async () => {
  const names = [
    String.raw`a\u202etxt.exe`,
    String.raw`b\nc`,
    String.raw`d\033[31m`,
    'e:f',
    'g<h>',
    '-rf',
    String.raw`i\u200bj`,
    'k.',
    'l ',
    'CON',
    'nul.txt',
    String.raw`m\\n`,
    String.raw`caf\351`,
    'old.TXT',
    'fine name.txt',
  ]
  const make = names.map((name) => `printf x > "./$(printf -- '${name}')"`).join('; ')
  const { outputs, held, tree, comment, summary, log } = await publishWork(
    { 'old.txt': 'old\n', 'bad:name': 'content of a bad name\n', 'CON.txt': 'gone\n' },
    { commands: [make, 'git mv bad:name better; git rm -q CON.txt'] },
  )
  expect(outputs.outcome).toBe('completed')
  expect(tree.toSorted()).toEqual(['CON.txt', 'bad:name', 'better', 'fine name.txt'])
  expect(Object.keys(held).toSorted()).toEqual(
    [
      ...['a\u202etxt.exe', 'b\nc', 'd\u001b[31m', 'e:f', 'g<h>', '-rf', 'i\u200bj', 'k.', 'l '],
      ...['CON', 'nul.txt', 'm\\n', 'caf\ufffd', 'old.TXT'],
    ].toSorted(),
  )
  expect(held['old.TXT']).toContain('differs only in case')
  expect(held['a\u202etxt.exe']).toContain('invisible character')
  for (const text of [summary, comment, log]) expect(text).not.toMatch(/[\u202e\u200b]/)
  for (const text of [summary, comment]) {
    expect(text).toContain('`a\\u202etxt.exe`: has an invisible character in its name')
    expect(text).toContain('`b\\u000ac`: has a character in its name')
    expect(text).not.toContain('\u001b')
  }
})

test('what is too large or too deep is named, and the rest is published', async () => {
  const deepen = `perl -e 'for (1..2500) { mkdir "d"; chdir "d" } open F, ">x"'`
  const { outputs, held, tree, comment, summary, run } = await publishWork(
    { 'a.txt': 'a\n', empty: '' },
    {
      commands: [`${deepen}; truncate -s 200G giant.bin; truncate -s 200G empty; echo b >> a.txt`],
    },
  )
  expect(outputs).toMatchObject({ outcome: 'completed', changed: 'true' })
  expect(tree).toEqual(['a.txt'])
  const large = 'is larger than 100 MiB, or part of a change that is larger than 256 MiB'
  const deep = 'holds folders that are nested too deeply, or too many of them'
  expect(held).toEqual({ 'giant.bin': large, empty: large, d: deep })
  for (const text of [summary, comment])
    for (const [path, reason] of Object.entries(held))
      expect(text).toContain(`\`${path}\`: ${reason}`)
  expect(run.notes).toContain(`d was changed, but is not in the patch: it ${deep}.`)
})

test('150 MB of zeros are larger than max-patch-size, however small the patch', async () => {
  const command = 'truncate -s 75M one; truncate -s 75M two'
  const { outputs, held, tree, read } = await publishWork(
    { 'a.txt': 'a\n' },
    { commands: [command] },
  )
  expect(outputs.outcome).toBe('blocked')
  expect(tree).toEqual([])
  const reason = 'is part of a change that is larger than max-patch-size'
  expect(held).toEqual({ one: reason, two: reason })
  expect(read('changes.patch').length).toBeLessThan(1024 * 1024)
})

test('a change that is nothing but too large blocks the publication, and says why', async () => {
  const { outputs, held, comment } = await publishWork(
    { 'a.txt': 'a\n' },
    { commands: ['truncate -s 200G giant.bin'] },
  )
  expect(outputs.outcome).toBe('blocked')
  expect(outputs.reason).toContain('giant.bin is larger than 100 MiB')
  expect(Object.keys(held)).toEqual(['giant.bin'])
  expect(comment).toContain('`giant.bin`: is larger than 100 MiB')
})

test('rules that git would wait for block the publication, and the run ends', async () => {
  const { outputs, comment } = await publishWork(
    { 'a.txt': 'a\n' },
    { commands: ['echo b >> a.txt; mkfifo .gitignore'] },
  )
  expect(outputs.outcome).toBe('blocked')
  expect(outputs.reason).toContain('.gitignore is a pipe or larger than 100 MiB')
  expect(comment).toContain('`.gitignore`: is a pipe or larger than 100 MiB')
})
