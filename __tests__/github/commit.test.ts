import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { CommitPublication } from '../../src/github/branch-commit.ts'
import { type Change, openChange } from '../../src/github/change.ts'
import { type CommitDestination, publishCommit } from '../../src/github/commit.ts'
import { soon } from '../support/change.ts'
import { type GitHub, type GitHubOptions, startGitHub } from '../support/github/github.ts'
import type { Repository } from '../support/repository.ts'
import {
  checkOut,
  clientOf,
  openedChange,
  refused,
  savedChange,
  secret,
} from '../support/saved-change.ts'

const text = Array.from({ length: 30 }, (_, at) => `line ${at + 1}\n`).join('')
const files = {
  'a.txt': text,
  'b.txt': text,
  'gone.txt': 'gone\n',
  'old.txt': 'one\ntwo\nthree\n',
  'run.sh': '#!/bin/sh\n',
  'AGENTS.md': 'Be careful.\n',
}
const edited = (line: number, by: string) => text.replace(`line ${line}\n`, `${by}\n`)

type Act = (repository: Repository) => unknown

/** A pull request from `topic`, whose base has moved on; the agent works on the test merge. */
async function startPull(options: GitHubOptions = {}) {
  const github = await startGitHub({ files, ...options })
  github.commit('topic', { 'topic.txt': 'topic\n' })
  github.commit('main', { 'b.txt': edited(2, 'edited on main'), 'main.txt': 'main\n' })
  return { github, number: github.openPull({ head: 'topic' }) }
}

async function publishOn(
  { github, number }: { github: GitHub; number: number },
  act: Act,
): Promise<CommitPublication> {
  await using repository = await checkOut(github, `refs/pull/${number}/merge`)
  const change = await openedChange({ github, repository }, act)
  return await publish({ github, change, destination: { kind: 'pull-request', number } })
}

function publish(given: {
  github: GitHub
  change: Change | undefined
  destination: CommitDestination
}): Promise<CommitPublication> {
  const { change } = given
  if (change === undefined) throw new Error('There is no change.')
  const message = 'Edit a file'
  const request = { ...given, github: clientOf(given.github), change, message }
  return publishCommit(request, soon()).catch(refused)
}

const show = (github: GitHub, path: string) => github.git('show', `topic:${path}`)
const changedIn = (github: GitHub, commit: string) =>
  github.git('diff-tree', '-r', '--no-commit-id', '--name-status', commit).split('\n')

test('a change on the test merge comes to the head branch alone, signed, with nothing of the base', async () => {
  const pull = await startPull({ private: true })
  await using github = pull.github
  const head = github.head('topic')
  const published = await publishOn(pull, async ({ write }) => {
    await write('b.txt', edited(2, 'edited on main').replace('line 28\n', 'edited by opencode\n'))
    await write('new/file.txt', 'new\n')
  })
  const commit = github.head('topic') ?? ''
  expect(published).toMatchObject({ commitSha: commit, branch: 'topic' })
  expect(published.problem).toBeUndefined()
  expect(github.git('rev-parse', `${commit}^`)).toBe(head)
  expect(changedIn(github, commit)).toEqual(['M\tb.txt', 'A\tnew/file.txt'])
  expect(`${show(github, 'b.txt')}\n`).toBe(edited(28, 'edited by opencode'))
  expect(github.isVerified(commit)).toBe(true)
  expect(github.git('show', '-s', '--format=%B', commit)).toBe('Edit a file')
  expect(github.violations).toEqual([])
})

test('modes, binary files, links, deletions and renames arrive as they are', async () => {
  const pull = await startPull()
  await using github = pull.github
  const bytes = Uint8Array.of(0, 255, 1, 254, 10)
  await publishOn(pull, async ({ write, link, makeExecutable, remove, git }) => {
    await makeExecutable('run.sh')
    await write('new.sh', '#!/bin/sh\necho\n')
    await makeExecutable('new.sh')
    await write('data.bin', bytes)
    await write('latin.txt', Uint8Array.of(0xe4, 10))
    await write('bom.txt', '\ufeffbom\r\n')
    await write('empty.txt', '')
    await write('large.txt', 'large\n'.repeat(20_000))
    await link('link', 'new.sh')
    await remove('gone.txt')
    git('mv', 'old.txt', 'moved.txt')
  })
  const tree = github.git('ls-tree', '-r', 'topic').split('\n')
  const modes = Object.fromEntries(tree.map((line) => [line.split('\t')[1], line.slice(0, 6)]))
  expect(modes).toMatchObject({ 'run.sh': '100755', 'new.sh': '100755', link: '120000' })
  expect(modes).not.toHaveProperty('gone.txt')
  expect(modes).not.toHaveProperty('old.txt')
  expect(show(github, 'moved.txt')).toBe('one\ntwo\nthree')
  expect(show(github, 'link')).toBe('new.sh')
  expect(github.git('cat-file', '-s', 'topic:bom.txt')).toBe('8')
  expect(modes['empty.txt']).toBe('100644')
  expect(github.git('cat-file', '-s', 'topic:data.bin')).toBe('5')
  expect(github.git('cat-file', '-s', 'topic:latin.txt')).toBe('2')
  expect(github.git('cat-file', '-s', 'topic:large.txt')).toBe('120000')
  expect(github.isVerified(github.head('topic') ?? '')).toBe(true)
  expect(github.violations).toEqual([])
})

test('what may not be published is held back with its reason, and the rest is committed', async () => {
  const pull = await startPull()
  await using github = pull.github
  const published = await publishOn(pull, async ({ write, link }) => {
    await write('ok.txt', 'ok\n')
    await link('out', '../../etc/passwd')
    await write('.github/workflows/ci.yml', 'on: push\n')
    await write('AGENTS.md', 'Obey.\n')
    await write('a.txt', edited(3, Buffer.from(`key=${secret}`).toString('base64')))
    await write('b.txt', `ghp_${'a1B2c3'.repeat(6)}\n`)
  })
  const reasons = Object.fromEntries(published.verdicts.map(({ path, reason }) => [path, reason]))
  expect(reasons).toEqual({
    'ok.txt': undefined,
    out: 'is a symbolic link that leaves the repository',
    '.github/workflows/ci.yml': 'is protected',
    'AGENTS.md': 'is protected',
    'a.txt': 'may hold a secret (known value, base64)',
    'b.txt': 'may hold a secret (github)',
  })
  expect(changedIn(github, github.head('topic') ?? '')).toEqual(['A\tok.txt'])
  expect(github.violations).toEqual([])
})

test('a secret that a file had before does not hold its change back, a second one does', async () => {
  const token = (part: string) => `token: ghp_${part.repeat(6)}\n`
  const old = `${token('a1B2c3')}${text}`
  const pull = await startPull({ files: { ...files, 'a.txt': old, 'b.txt': old } })
  await using github = pull.github
  github.commit('main', { 'b.txt': old })
  const published = await publishOn(pull, async ({ write }) => {
    await write('a.txt', old.replace('line 9\n', 'edited\n'))
    await write('b.txt', `${old}${token('d4E5f6')}`)
  })
  const reasons = Object.fromEntries(published.verdicts.map(({ path, reason }) => [path, reason]))
  expect(reasons).toEqual({ 'a.txt': undefined, 'b.txt': 'may hold a secret (github)' })
  expect(changedIn(github, github.head('topic') ?? '')).toEqual(['M\ta.txt'])
})

test('a file that a git filter converts is held back, whichever commit says so, and can be removed', async () => {
  const attributes = '*.bin filter=lfs\n*.key filter=git-crypt\n*.raw -filter\n'
  const pull = await startPull({
    files: { ...files, '.gitattributes': attributes, 'old.bin': 'x\n', 'gone.bin': 'y\n' },
  })
  await using github = pull.github
  github.commit('main', { 'base/.gitattributes': '*.txt filter=lfs\n' })
  const published = await publishOn(pull, async ({ write, remove }) => {
    github.commit('topic', { 'theirs/.gitattributes': 'new.txt filter=git-crypt\n' })
    await write('theirs/new.txt', 'new\n')
    await write('base/.gitattributes', '')
    await write('base/new.txt', 'new\n')
    await write('own/.gitattributes', '*.txt filter=lfs\n')
    await write('own/new.txt', 'new\n')
    await write('old.bin', 'changed\n')
    await write('new/secret.key', 'plain\n')
    await write('plain.raw', 'raw\n')
    await write('.gitattributes', '# No filter any more.\n')
    await write('a.txt', edited(3, 'edited'))
    await remove('gone.bin')
  })
  const held = published.verdicts.filter(({ verdict }) => verdict === 'held-back')
  expect(held.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
    '.gitattributes is protected',
    'base/.gitattributes is protected',
    'base/new.txt is stored through a git filter (of Git LFS or git-crypt, for instance), which does not run here',
    'new/secret.key is stored through a git filter (of Git LFS or git-crypt, for instance), which does not run here',
    'old.bin is stored through a git filter (of Git LFS or git-crypt, for instance), which does not run here',
    'own/.gitattributes is protected',
    'own/new.txt is stored through a git filter (of Git LFS or git-crypt, for instance), which does not run here',
    'theirs/new.txt is stored through a git filter (of Git LFS or git-crypt, for instance), which does not run here',
  ])
  expect(changedIn(github, published.commitSha ?? '')).toEqual([
    'M\ta.txt',
    'D\tgone.bin',
    'A\tplain.raw',
  ])
})

test('a change of 300 files is held back whole, and nothing is committed', async () => {
  const pull = await startPull()
  await using github = pull.github
  const head = github.head('topic')
  const published = await publishOn(pull, async ({ write }) => {
    for (let at = 0; at < 300; at++) await write(`many/${at}.txt`, 'x\n')
  })
  expect(published.verdicts).toHaveLength(300)
  expect(published.note).toBe('All changed files were held back, so nothing was committed.')
  expect(published.commitSha).toBeUndefined()
  expect(github.head('topic')).toBe(head)
})

test('an empty patch is no change, and nothing is asked of GitHub for it', async () => {
  const pull = await startPull()
  await using github = pull.github
  await using repository = await checkOut(github, 'main')
  const asked = github.requests.length
  expect(await openedChange({ github, repository }, () => undefined)).toBeUndefined()
  expect(github.requests).toHaveLength(asked)
})

test('on other events the change goes to the branch that is named', async () => {
  await using github = await startGitHub({ files })
  await using repository = await checkOut(github, 'main')
  const change = await openedChange({ github, repository }, ({ write }) =>
    write('new.txt', 'new\n'),
  )
  const to = (branch: string) =>
    publish({ github, change, destination: { kind: 'branch', branch } })
  expect(await to('main')).toMatchObject({ branch: 'main', commitSha: github.head('main') })
  expect((await to('none')).problem).toMatch(/^There is no branch “none”/)
  expect((await to('main')).note).toMatch(/^The branch “main” already has the change/)
  expect(github.violations).toEqual([])
})

test('a head that moves before the write gets the change on its new commit', async () => {
  const pull = await startPull()
  await using github = pull.github
  github.before({ method: 'PATCH', path: /\/git\/refs\// }, () =>
    github.commit('topic', { 'a.txt': edited(29, 'edited by a person') }),
  )
  const published = await publishOn(pull, ({ write }) =>
    write('a.txt', edited(2, 'edited by opencode')),
  )
  expect(published.commitSha).toBe(github.head('topic'))
  expect(`${show(github, 'a.txt')}\n`).toBe(
    edited(29, 'edited by a person').replace('line 2\n', 'edited by opencode\n'),
  )
  expect(github.isVerified(published.commitSha ?? '')).toBe(true)
  expect(github.violations).toEqual([])
})

test('a head that moves each time is given up after three', async () => {
  const pull = await startPull()
  await using github = pull.github
  for (let at = 0; at < 3; at++)
    github.before({ method: 'PATCH', path: /\/git\/refs\// }, () =>
      github.commit('topic', { 'topic.txt': `${at}\n` }),
    )
  const published = await publishOn(pull, ({ write }) => write('a.txt', edited(2, 'opencode')))
  expect(published.problem).toMatch(/^The branch “topic” moved during each of 3 attempts/)
  expect(show(github, 'topic.txt')).toBe('2')
})

test('a conflict is reported with its files, and nothing is committed', async () => {
  const pull = await startPull()
  await using github = pull.github
  await using repository = await checkOut(github, `refs/pull/${pull.number}/merge`)
  const change = await openedChange({ github, repository }, async ({ write, remove }) => {
    await write('a.txt', edited(2, 'edited by opencode'))
    await remove('gone.txt')
  })
  const destination = { kind: 'pull-request', number: pull.number } as const
  const head = github.commit('topic', { 'a.txt': edited(2, 'edited by a person') })
  expect((await publish({ github, change, destination })).problem).toBe(
    'The change conflicts with the branch “topic” in 1 file: “a.txt”. Nothing was committed; the patch is in the run directory.',
  )
  expect(github.head('topic')).toBe(head)
  github.commit('topic', { 'a.txt': text, 'gone.txt': 'kept by a person\n' })
  expect((await publish({ github, change, destination })).problem).toMatch(/in 1 file: “gone.txt”/)
})

test('a fork is not pushed to, and the answer says so', async () => {
  await using github = await startGitHub({ files })
  github.fork('stranger')
  const head = github.commit('topic', { 'topic.txt': 'topic\n' }, { fork: 'stranger' })
  const number = github.openPull({ head: 'topic', fork: 'stranger' })
  const published = await publishOn({ github, number }, ({ write }) => write('new.txt', 'new\n'))
  expect(published.problem).toMatch(/comes from a fork, “stranger\/sample”/)
  expect(published.verdicts).toEqual([])
  expect(github.head('topic', 'stranger')).toBe(head)
  expect(github.requests.every(({ kind, method }) => kind === 'git' || method === 'GET')).toBe(true)
  expect(github.violations).toEqual([])
})

test.each<[string, GitHubOptions, (github: GitHub) => void, RegExp]>([
  ['a read-only token', { permissions: { contents: 'read' } }, () => {}, /Add "contents: write"/],
  ['a protected branch', {}, (github) => github.protect('topic'), /The branch is protected/],
])('%s is reported with its remedy', async (_what, options, arrange, words) => {
  const pull = await startPull(options)
  await using github = pull.github
  arrange(github)
  const head = github.head('topic')
  const published = await publishOn(pull, ({ write }) => write('new.txt', 'new\n'))
  expect(published.problem).toMatch(words)
  expect(published.verdicts).toHaveLength(1)
  expect(github.head('topic')).toBe(head)
  expect(github.violations).toEqual([])
})

test('a workflow file that the author allows needs a token that may, and the problem says which', async () => {
  const pull = await startPull()
  await using github = pull.github
  await using repository = await checkOut(github, `refs/pull/${pull.number}/merge`)
  const saved = await savedChange({ github, repository }, ({ write }) =>
    write('.github/workflows/ci.yml', 'on: push\n'),
  )
  const policy = { ...saved.policy, protectedPaths: [] }
  const change = await openChange({ ...saved, policy }, soon())
  const destination = { kind: 'pull-request', number: pull.number } as const
  expect((await publish({ github, change, destination })).problem).toMatch(/"workflows: write"/)
})

test.each([
  ['the answer to the update of the branch', { method: 'PATCH', path: /\/git\/refs\// }],
  ['the answer to the commit', { method: 'POST', path: /\/git\/commits$/ }],
])('%s is lost: the change is committed once', async (_what, selection) => {
  const pull = await startPull()
  await using github = pull.github
  const head = github.head('topic') ?? ''
  github.fail({ ...selection, after: true })
  const published = await publishOn(pull, ({ write }) => write('new.txt', 'new\n'))
  expect(published.commitSha).toBe(github.head('topic'))
  expect(github.git('rev-list', '--count', `${head}..topic`)).toBe('1')
  expect(github.violations).toEqual([])
})

test('a lost answer, and a commit of someone else on top: the branch is looked at', async () => {
  const pull = await startPull()
  await using github = pull.github
  const selection = { method: 'PATCH', path: /\/git\/refs\// }
  const head = github.head('topic') ?? ''
  github.fail({ ...selection, after: true })
  github.before(selection, () => {
    github.before(selection, () => github.commit('topic', { 'more.txt': 'more\n' }))
  })
  const published = await publishOn(pull, ({ write }) => write('new.txt', 'new\n'))
  expect(published.commitSha).toBe(github.git('rev-parse', 'topic^'))
  expect(github.git('rev-list', '--count', `${head}..topic`)).toBe('2')
})

test('what the API refuses is quoted, and nothing is committed', async () => {
  const pull = await startPull()
  await using github = pull.github
  const head = github.head('topic')
  const body = { message: 'tree.path contains a malformed path component' }
  github.fail({ method: 'POST', path: /\/git\/trees$/, status: 422, body })
  const published = await publishOn(pull, ({ write }) => write('new.txt', 'new\n'))
  expect(published.problem).toContain('tree.path contains a malformed path component')
  expect(published.verdicts).toEqual([{ path: 'new.txt', verdict: 'published' }])
  expect(github.head('topic')).toBe(head)
  expect(github.requests.some(({ path }) => path.includes('git-receive-pack'))).toBe(false)
})

test('a tree that the API makes in another way than git is not committed', async () => {
  const pull = await startPull()
  await using github = pull.github
  const head = github.head('topic')
  const sha = github.git('rev-parse', 'topic^{tree}')
  github.fail({ method: 'POST', path: /\/git\/trees$/, status: 201, body: { sha } })
  const published = await publishOn(pull, ({ write }) => write('new.txt', 'new\n'))
  expect(published.problem).toMatch(/^GitHub's API made other files of the change than git/)
  expect(github.head('topic')).toBe(head)
})

test('a conflict in a file that is held back keeps nothing else from being committed', async () => {
  const pull = await startPull({
    files: { ...files, CODEOWNERS: '* @octo\n', 'CLAUDE.md': 'Be kind.\n' },
  })
  await using github = pull.github
  await using repository = await checkOut(github, `refs/pull/${pull.number}/merge`)
  const change = await openedChange({ github, repository }, async ({ write, remove }) => {
    await write('AGENTS.md', 'Obey.\n')
    await write('CLAUDE.md', 'Obey.\n')
    await write('a.txt', edited(2, 'edited by opencode'))
    await remove('gone.txt')
    await remove('CODEOWNERS')
  })
  const theirs = { 'AGENTS.md': 'Be very careful.\n', CODEOWNERS: '* @cat\n', 'gone.txt': null }
  github.commit('topic', { ...theirs, 'CLAUDE.md': null })
  github.commit('topic', { 'CLAUDE.md/x': 'in a folder\n' })
  const destination = { kind: 'pull-request', number: pull.number } as const
  const published = await publish({ github, change, destination })
  expect(published.verdicts).toEqual([
    { path: 'AGENTS.md', verdict: 'held-back', reason: 'is protected' },
    { path: 'a.txt', verdict: 'published' },
    { path: 'CLAUDE.md', verdict: 'held-back', reason: 'is protected' },
    { path: 'CODEOWNERS', verdict: 'held-back', reason: 'is protected' },
  ])
  expect(changedIn(github, published.commitSha ?? '')).toEqual(['M\ta.txt'])
})

test('what both sides changed is merged, with modes, and what needs the place of other files is in conflict', async () => {
  const pull = await startPull()
  await using github = pull.github
  await using repository = await checkOut(github, `refs/pull/${pull.number}/merge`)
  const destination = { kind: 'pull-request', number: pull.number } as const
  const moved = await openedChange(
    { github, repository },
    async ({ write, makeExecutable, git }) => {
      await makeExecutable('run.sh')
      git('mv', 'old.txt', 'moved.txt')
      await write('a.txt', edited(2, 'edited by opencode'))
    },
  )
  const theirs = { 'run.sh': '#!/bin/bash\n', 'old.txt': 'one\ntwo\nthree\nfour\n' }
  github.commit('topic', { ...theirs, 'a.txt': edited(28, 'edited by a person') })
  await publish({ github, change: moved, destination })
  expect(github.git('ls-tree', 'topic', 'run.sh')).toMatch(/^100755/)
  expect(show(github, 'run.sh')).toBe('#!/bin/bash')
  expect(show(github, 'moved.txt')).toBe('one\ntwo\nthree\nfour')
  expect(show(github, 'a.txt')).toMatch(/edited by opencode(.|\n)*edited by a person/)
  await using second = await checkOut(github, 'topic')
  github.commit('topic', { 'new/x': 'in a folder\n', file: 'no folder\n', both: 'theirs\n' })
  const blocked = await openedChange({ github, repository: second }, async ({ write }) => {
    await write('new', 'no folder\n')
    await write('file/x', 'in a folder\n')
    await write('both', 'ours\n')
  })
  const { problem } = await publish({ github, change: blocked, destination })
  expect(problem).toMatch(/in 3 files: “both”, “file”, “new”/)
  expect(github.violations).toEqual([])
})

test('a change that was made on uncommitted files is applied to the branch if it can be, or refused', async () => {
  await using github = await startGitHub({ files })
  await using repository = await checkOut(github, 'main')
  await repository.write('a.txt', edited(2, 'not committed'))
  repository.commit()
  const saved = await savedChange({ github, repository }, ({ write }) =>
    write('a.txt', edited(2, 'not committed').replace('line 28\n', 'edited by opencode\n')),
  )
  const base = github.head('main') ?? ''
  const apart = await openChange({ ...saved, base }, soon())
  const destination = { kind: 'branch', branch: 'main' } as const
  expect(await publish({ github, change: apart, destination })).toMatchObject({ branch: 'main' })
  expect(`${github.git('show', 'main:a.txt')}\n`).toBe(edited(28, 'edited by opencode'))
  repository.commit()
  const same = await savedChange({ github, repository }, ({ write }) =>
    write('a.txt', edited(2, 'edited by opencode')),
  )
  await expect(openChange({ ...same, base }, soon())).rejects.toThrow(
    /^The change does not apply to the commit/,
  )
})

test('the token is in no file of the private clone', async () => {
  await using github = await startGitHub({ files, private: true })
  await using repository = await checkOut(github, 'main')
  await openedChange({ github, repository }, ({ write }) => write('new.txt', 'new\n'))
  const found = await readdir(repository.temporary, { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    found
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  )
  const basic = Buffer.from(`x-access-token:${github.tokens.workflow}`).toString('base64')
  expect(texts.length).toBeGreaterThan(5)
  expect(
    texts.filter((one) => one.includes(basic) || one.includes(github.tokens.workflow)),
  ).toEqual([])
})

test('a file that is too large for the API is held back, and the rest is committed', async () => {
  await using github = await startGitHub({ files })
  await using repository = await checkOut(github, 'main')
  const scan = { find: async () => [] }
  const saved = await savedChange({ github, repository }, async ({ write }) => {
    await write('x.bin', new Uint8Array(31 * 1024 * 1024))
    await write('new.txt', 'new\n')
  })
  const policy = { ...saved.policy, maxPatchSize: 32 * 1024 * 1024 }
  const change = await openChange({ ...saved, policy, scan }, soon())
  const destination = { kind: 'branch', branch: 'main' } as const
  const published = await publish({ github, change, destination })
  expect(published.verdicts).toEqual([
    { path: 'new.txt', verdict: 'published' },
    {
      path: 'x.bin',
      verdict: 'held-back',
      reason: "is larger than the 30 MiB that GitHub's API takes",
    },
  ])
  expect(changedIn(github, 'main')).toEqual(['A\tnew.txt'])
  expect(github.isVerified(github.head('main') ?? '')).toBe(true)
  expect(github.violations).toEqual([])
})

test('a link that leaves the tree of the branch only is held back there', async () => {
  await using github = await startGitHub({ files: { ...files, 'data/x': 'x\n' } })
  const outside = { mode: '120000', content: '../outside' }
  github.commit('other', { 'data/x': null, data: outside })
  await using repository = await checkOut(github, 'main')
  const change = await openedChange({ github, repository }, async ({ link, write }) => {
    await link('link', 'data/x')
    await write('new.txt', 'new\n')
  })
  const published = await publish({
    github,
    change,
    destination: { kind: 'branch', branch: 'other' },
  })
  expect(published.verdicts).toEqual([
    { path: 'link', verdict: 'held-back', reason: 'is a symbolic link that leaves the repository' },
    { path: 'new.txt', verdict: 'published' },
  ])
  expect(changedIn(github, github.head('other') ?? '')).toEqual(['A\tnew.txt'])
  expect(github.violations).toEqual([])
})

test.each([
  ['that does not exist', 'f'.repeat(40), /^Could not read the commit that the change was made on/],
  ['that is not one', '--upload-pack=id', /does not say on which commit/],
])('a base %s is a problem', async (_what, base, words) => {
  await using github = await startGitHub({ files })
  await using repository = await checkOut(github, 'main')
  const saved = await savedChange({ github, repository }, ({ write }) => write('new.txt', 'new\n'))
  await expect(openChange({ ...saved, base }, soon())).rejects.toThrow(words)
})
