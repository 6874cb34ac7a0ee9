import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openCopies } from '../../src/workspace/copies.ts'
import { line } from '../../src/workspace/git.ts'
import { findRepository, openRepository } from '../../src/workspace/repository.ts'
import { createShadow, shadowGit } from '../../src/workspace/shadow.ts'
import { soon } from '../support/change.ts'
import { createRepository, type Repository } from '../support/repository.ts'

const find = ({ root }: Repository, directory = root, workspace = root) =>
  findRepository({ directory, workspace })

test('the top level is the nearest folder upwards with a .git, as far as the workspace', async () => {
  await using repository = await createRepository({ 'a/b/c': '1' })
  const { root } = repository
  const entry = join(root, '.git')
  const found = { top: root, entry, directory: entry, common: entry }
  for (const directory of [root, join(root, 'a/b')])
    expect(find(repository, directory)).toEqual(found)
  expect(find(repository, join(root, 'a/b'), dirname(root))).toEqual(found)
  expect(find(repository, join(root, 'a/b'), join(root, 'a'))).toBeUndefined()
  await mkdir(join(root, 'a/inner'))
  repository.run('git init --quiet a/inner')
  expect(find(repository, join(root, 'a/inner'))?.top).toBe(join(root, 'a/inner'))
})

test('git that is not installed, or lies in the checkout, is not asked', async () => {
  await using repository = await createRepository({ a: '1' })
  expect(find(repository)?.top).toBe(repository.root)
})

test.each(['', '/objects', '/refs/heads'])(
  'a folder of a repository without a work tree is an error (bare%s), in a checkout, too',
  async (below) => {
    await using repository = await createRepository({ a: '1' })
    const { root, temporary } = repository
    repository.git('init', '--quiet', '--bare', join(temporary, 'bare'))
    repository.git('init', '--quiet', '--bare', join(root, 'bare'))
    for (const workspace of [temporary, root])
      expect(() => find(repository, join(workspace, `bare${below}`), workspace)).toThrow(
        /^working-directory is in .*bare, a git repository without a work tree/,
      )
  },
)

test('a folder of a checkout that has objects and refs is not yet a repository', async () => {
  await using repository = await createRepository({ 'a/objects/x': '1', 'a/refs/x': '1' })
  expect(find(repository, join(repository.root, 'a'))?.top).toBe(repository.root)
})

/** Makes a `.git` of the top level that leads elsewhere. */
const leads: readonly (readonly [string, (at: Repository, other: string) => unknown])[] = [
  ['an empty folder', ({ root }) => mkdir(join(root, '.git'))],
  ['a pipe', ({ root }) => execFileSync('mkfifo', [join(root, '.git')])],
  ['a link to another repository', ({ root }, other) => symlink(other, join(root, '.git'))],
  ['a pointer to nothing', ({ root }) => writeFile(join(root, '.git'), 'gitdir: nowhere\n')],
  [
    'a pointer to another repository',
    ({ root }, other) => writeFile(join(root, '.git'), `gitdir: ${other}\n`),
  ],
  [
    'a pointer to a work tree of another repository',
    async ({ root, run }, other) => {
      run(`git -C "$1/.." worktree add --quiet "$2"`, other, join(root, '../added'))
      await writeFile(join(root, '.git'), `gitdir: ${other}/worktrees/added\n`)
    },
  ],
  [
    'a link to a repository of the same checkout',
    async ({ root, run }) => {
      run('git init --quiet inner')
      await symlink('inner/.git', join(root, '.git'))
    },
  ],
  [
    'a pointer to a repository of the same checkout',
    async ({ root, run }) => {
      run('git init --quiet inner')
      await writeFile(join(root, '.git'), 'gitdir: inner/.git\n')
    },
  ],
  [
    'a pointer to the directory of another submodule',
    async ({ root, run }) => {
      run('git init --quiet inner; git -C inner config core.worktree ../../other')
      await writeFile(join(root, '.git'), 'gitdir: inner/.git\n')
    },
  ],
  [
    'a pointer that is too long',
    ({ root }, other) => writeFile(join(root, '.git'), `gitdir: ${'./'.repeat(9000)}${other}\n`),
  ],
  [
    'one whose rest is another repository',
    async ({ root, run }, other) => {
      run('git init --quiet')
      await writeFile(join(root, '.git/commondir'), `${other}\n`)
    },
  ],
  [
    'one whose rest is another repository, and that says it is a submodule,',
    async ({ root, run }, other) => {
      run('git init --quiet; git config core.worktree "$PWD"')
      await writeFile(join(root, '.git/commondir'), `${other}\n`)
    },
  ],
  [
    'a pointer to a folder that says it is a work tree of another repository',
    async ({ root }, other) => {
      await mkdir(join(root, 'fake'))
      await writeFile(join(root, 'fake/commondir'), `${other}\n`)
      await writeFile(join(root, 'fake/gitdir'), `${join(root, '.git')}\n`)
      await writeFile(join(root, '.git'), 'gitdir: fake\n')
    },
  ],
  [
    'one whose objects are another repository’s',
    async ({ root, run }, other) => {
      run('git init --quiet; rm -r .git/objects')
      await symlink(join(other, 'objects'), join(root, '.git/objects'))
    },
  ],
  [
    'one whose refs are another repository’s',
    async ({ root, run }, other) => {
      run('git init --quiet; rm -r .git/refs')
      await symlink(join(other, 'refs'), join(root, '.git/refs'))
    },
  ],
]

test.each(leads)('%s in the place of .git is an error', async (_, make) => {
  await using repository = await createRepository()
  await using other = await createRepository({ secret: '1' })
  await rm(join(repository.root, '.git'), { recursive: true })
  await make(repository, join(other.root, '.git'))
  expect(() => find(repository)).toThrow(
    /(does not lead to a git repository|a repository that doesn't list this work tree)/,
  )
})

test('a work tree that its repository lists is found, also where that is outside of the workspace', async () => {
  await using repository = await createRepository({ a: '1' })
  const added = join(repository.temporary, 'added')
  repository.git('worktree', 'add', '--quiet', '-b', 'added', added)
  const common = join(repository.root, '.git')
  expect(find(repository, added, added)).toEqual({
    top: added,
    entry: join(added, '.git'),
    directory: join(common, 'worktrees/added'),
    common,
  })
})

/** What the shadow of the repository sees. */
async function look({ root, temporary, env }: Repository) {
  const found = findRepository({ directory: root, workspace: root })
  if (found === undefined) throw new Error('There is no repository.')
  const shadow = await createShadow({ repository: found, temporary, env }, soon())
  return { ...shadow, git: shadowGit(shadow, { env }) }
}

test('a shadow says what is checked out: a branch, a commit, and a branch without one', async () => {
  await using repository = await createRepository({ a: '1' })
  const head = repository.git('rev-parse', 'HEAD')
  expect(await look(repository)).toMatchObject({ head, branch: 'refs/heads/main' })
  repository.git('pack-refs', '--all')
  expect(await look(repository)).toMatchObject({ head, branch: 'refs/heads/main' })
  repository.git('checkout', '--quiet', '--detach')
  expect(await look(repository)).toMatchObject({ head, branch: undefined })
  await using empty = await createRepository()
  expect(await look(empty)).toMatchObject({ head: undefined, branch: 'refs/heads/main' })
})

test.each([
  ['borrows', 'echo "$1" > info/alternates'],
  ['has links to', 'git -C ../.. repack -adq; ln -s "$1"/?? .'],
  ['has a link to the pack of', 'git -C "$1/../.." repack -adq; rmdir pack; ln -s "$1/pack" pack'],
])('objects of another repository that a checkout %s are not read', async (_, lend) => {
  await using other = await createRepository({ secret: 'canary' })
  await using repository = await createRepository({ a: '1' })
  const id = other.git('rev-parse', 'HEAD:secret')
  repository.run(`cd .git/objects; ${lend}`, join(other.root, '.git/objects'))
  expect(repository.git('cat-file', 'blob', id)).toBe('canary')
  const { git } = await look(repository)
  await expect(git(['cat-file', 'blob', id], soon())).rejects.toThrow(/bad file/)
  const own = repository.git('rev-parse', 'HEAD:a')
  expect(`${await git(['cat-file', 'blob', own], soon())}`).toBe('1')
})

test('settings, links and pipes in a git directory reach no shadow of it', async () => {
  await using repository = await createRepository({ a: '1' })
  const outside = await realpath(await mkdtemp(join(tmpdir(), 'outside-')))
  const git = join(repository.root, '.git')
  repository.commit()
  const committed = repository.git('rev-parse', 'HEAD')
  await writeFile(join(git, 'config'), `[include]\n\tpath = ${join(git, 'pipe')}\n`, { flag: 'a' })
  execFileSync('mkfifo', [join(git, 'pipe'), join(git, 'refs/heads/pipe')])
  await symlink(outside, join(git, 'refs/outside'))
  await writeFile(join(git, 'commondir'), '.\n')
  // Without its parent.
  await writeFile(join(git, 'info/grafts'), `${committed}\n`)
  const { head, git: view } = await look(repository)
  expect(head).toBe(committed)
  expect(line(await view(['rev-list', '--count', 'HEAD'], soon()))).toBe('2')
  const settings = `${await view(['config', '--list', '--local'], soon())}`
  expect(settings).not.toContain('include')
})

test('the shadow of an added work tree does not look where that says its repository is', async () => {
  await using repository = await createRepository({ a: '1' })
  const added = join(repository.temporary, 'added')
  repository.git('worktree', 'add', '--quiet', added)
  repository.git('config', 'alias.x', 'canary')
  const common = join(repository.root, '.git')
  await writeFile(join(common, 'worktrees/added/commondir'), `${common}\n`)
  const { head, git } = await look({ ...repository, root: added })
  expect(head).toBe(repository.git('rev-parse', 'HEAD'))
  expect(`${await git(['config', '--list', '--local'], soon())}`).not.toContain('canary')
})

/** What an agent may leave in a git directory, and how the copy of it is to end. */
const leftovers: readonly (readonly [string, (git: string) => unknown, RegExp?])[] = [
  ['a pipe in place of an index', (git) => execFileSync('mkfifo', [join(git, 'index')])],
  [
    'a pipe as the rest of an index',
    (git) => execFileSync('mkfifo', [join(git, `sharedindex.${'a'.repeat(40)}`)]),
  ],
  ['a link in place of an index', (git) => symlink('/proc/kmsg', join(git, 'index'))],
  ['a link in place of the refs of a branch', (git) => symlink('/proc', join(git, 'refs/heads/x'))],
  ['a link in place of the modules', (git) => symlink('/', join(git, 'modules'))],
  ['a link in place of the work trees', (git) => symlink('/', join(git, 'worktrees'))],
  [
    'a link to another repository among the modules',
    async (git) => {
      const other = join(git, '../../other')
      execFileSync('git', ['init', '--quiet', '--bare', other])
      await mkdir(join(git, 'modules'))
      await symlink(other, join(git, 'modules/other'))
    },
  ],
  [
    'a module in 40 folders',
    (git) =>
      execFileSync('git', [
        ...['init', '--quiet', '--bare'],
        join(git, 'modules', ...Array.from({ length: 40 }, () => 'x')),
      ]),
  ],
  ['a pipe of attributes', (git) => execFileSync('mkfifo', [join(git, 'info/attributes')])],
  [
    'an index of 3 GB',
    (git) => writeFile(join(git, 'index'), '').then(() => truncate(join(git, 'index'), 3e9)),
    /index of the checkout is larger than 512 MiB/,
  ],
  [
    'packed refs of 6 GB',
    (git) =>
      writeFile(join(git, 'packed-refs'), '').then(() => truncate(join(git, 'packed-refs'), 6e9)),
    /packed-refs of the checkout is larger than 512 MiB/,
  ],
  [
    'refs in 200 folders',
    (git) =>
      mkdir(join(git, 'refs', ...Array.from({ length: 200 }, () => 'x')), { recursive: true }),
  ],
  [
    'a branch that is not UTF-8',
    (git) => writeFile(Buffer.from(`${git}/refs/heads/caf\xe9`, 'latin1'), ''),
  ],
]

test.each(leftovers.map(([what, make, problem]) => ({ what, make, problem })))(
  '$what in a git directory leads nowhere and holds nothing up',
  async ({ make, problem }) => {
    await using repository = await createRepository({ a: '1' })
    const { root, temporary, env } = repository
    await rm(join(root, '.git/index'))
    await make(join(root, '.git'))
    const opened = openRepository(root)
    const copying = {
      ...{ root, repository: opened, temporary, env, hidden: [join(root, 'a')] },
      ...{ isMeasured: true, isMounted: false, onProgress: () => undefined },
    }
    const all = async () => {
      const copies = await openCopies(copying, soon())
      await copies.next(soon())
      return copies.mounted().objects
    }
    if (problem) await expect(all()).rejects.toThrow(problem)
    else
      expect(await all()).toEqual([expect.objectContaining({ source: join(root, '.git/objects') })])
  },
)
