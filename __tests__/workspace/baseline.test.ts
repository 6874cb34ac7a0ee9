import { existsSync } from 'node:fs'
import { chown, mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { baselineOf, changeBy, summarize } from '../support/change.ts'
import { atRoot, createRepository, hashFolder, type Repository } from '../support/repository.ts'

test('the tree of a clean checkout is the tree of its commit', async () => {
  await using repository = await createRepository({ a: '1', 'b/c': '2' })
  const before = await baselineOf(repository)
  expect(before.baseline.shadow.head).toBe(repository.git('rev-parse', 'HEAD'))
  expect(before.baseline.tree).toBe(repository.git('rev-parse', 'HEAD^{tree}'))
})

test('a copy, a baseline and a difference leave .git byte for byte as it was', async () => {
  await using repository = await createRepository({ a: '1', b: '2', 'c/d': '3' })
  await repository.write('a', 'dirty')
  await repository.write('untracked', '4')
  await writeFile(join(repository.root, '.git/objects/info/alternates'), '/nowhere\n')
  // Files with other times than the index says tempt git to refresh it.
  await utimes(join(repository.root, 'b'), 1, 1)
  const before = await hashFolder(join(repository.root, '.git'))
  const change = await changeBy(repository, async ({ write }) => {
    await write('b', 'changed')
    await write('c/new', Buffer.alloc(10_000, 7))
  })
  expect(summarize(change.files)).toHaveLength(2)
  expect(await hashFolder(join(repository.root, '.git'))).toEqual(before)
})

test('a lock that was left on the index, and a missing index, do not matter', async () => {
  await using repository = await createRepository({ a: '1', 'cache/tracked': '2' })
  await repository.write('.gitignore', 'cache\n')
  repository.commit()
  const tree = repository.git('rev-parse', 'HEAD^{tree}')
  await writeFile(join(repository.root, '.git/index.lock'), '')
  expect((await baselineOf(repository)).baseline.tree).toBe(tree)
  await rm(join(repository.root, '.git/index'))
  expect((await baselineOf(repository)).baseline.tree).toBe(tree)
})

test('the folder that the copies are kept in is no part of it, should it lie in the work tree', async () => {
  await using repository = await createRepository({ a: '1' })
  const temporary = join(repository.root, 'run [1]')
  await mkdir(temporary)
  const change = await changeBy({ ...repository, temporary }, ({ write }) => write('b', '1\n'))
  expect(summarize(change.files)).toEqual(['added b +1 -0'])
})

test('files that an earlier step made or changed are part of it, ignored ones are not', async () => {
  await using repository = await createRepository({ a: '1', '.gitignore': 'cache/\n' })
  await repository.write('a', '2')
  await repository.write('made', '3')
  await repository.write('cache/x', '4')
  const before = await baselineOf(repository)
  expect(before.baseline.tree).toBe(repository.run('git add --all; git write-tree'))
})

test('a checkout that belongs to another user, as in a container job, is read', async () => {
  await using repository = await createRepository({ a: '1' })
  if (process.getuid?.() === 0) {
    await chown(repository.root, 12_345, 12_345)
    await chown(join(repository.root, '.git'), 12_345, 12_345)
  }
  expect((await baselineOf(repository)).baseline.tree).toBe(
    (await baselineOf(repository)).baseline.tree,
  )
})

const unfinished: readonly [string, (repository: Repository) => unknown][] = [
  ['a conflict of a merge', conflict],
  [
    'a path that is only intended to be added',
    async (repository) => {
      await repository.write('planned', '1')
      repository.git('add', '--intent-to-add', 'planned')
    },
  ],
  ['a split index', (repository) => repository.git('update-index', '--split-index')],
  [
    'a file that git is told to assume unchanged',
    async (repository) => {
      repository.git('update-index', '--assume-unchanged', 'a')
      await repository.write('a', 'changed before\n')
    },
  ],
  [
    'a file that git is told to skip',
    async (repository) => {
      repository.git('update-index', '--skip-worktree', 'a')
      await repository.write('a', 'changed before\n')
    },
  ],
]

test.each(unfinished)('%s in the index before is not the agent’s', async (_, prepare) => {
  await using repository = await createRepository({ a: '1\n', b: '2\n' })
  await prepare(repository)
  const change = await changeBy(repository, () => undefined)
  expect(summarize(change.files)).toEqual([])
})

test.each(unfinished)('%s in the index does not hide what the agent does', async (_, prepare) => {
  await using repository = await createRepository({ a: '1\n', b: '2\n' })
  await prepare(repository)
  const change = await changeBy(repository, async ({ write, remove }) => {
    await write('a', 'by the agent\n')
    await remove('b')
  })
  expect(change.files.map(({ path, status }) => `${status} ${path}`)).toEqual([
    'modified a',
    'deleted b',
  ])
})

test('a file as young as the index is looked into, as git does', async () => {
  await using repository = await createRepository({ a: '1\n' })
  const time = new Date('2020-01-01')
  const age = (path: string) => utimes(join(repository.root, path), time, time)
  await age('a')
  repository.git('config', 'core.trustctime', 'false')
  repository.git('update-index', '--refresh')
  await repository.write('a', '2\n')
  await age('a')
  await age('.git/index')
  const { tree } = (await baselineOf(repository)).baseline
  expect(tree).toBe(repository.run('git add --all; git write-tree'))
})

test('rules and conversions of the repository hold in the baseline, and no filter runs', async () => {
  await using repository = await createRepository({
    '.gitattributes': '*.up filter=up\n*.txt text\n',
  })
  const ran = join(repository.temporary, 'ran')
  repository.git('config', 'filter.up.clean', `touch ${ran}; cat`)
  await mkdir(join(repository.root, '.git/info'), { recursive: true })
  await writeFile(join(repository.root, '.git/info/exclude'), 'private\n')
  await repository.write('private', '1')
  await repository.write('a.up', 'abc')
  await repository.write('b.txt', '1\r\n2\r\n')
  const { tree } = (await baselineOf(repository)).baseline
  expect(existsSync(ran)).toBe(false)
  expect(tree).toBe(repository.run('git add --all; git write-tree'))
})

test('no credentials of the checkout get into what the action keeps', async () => {
  await using repository = await createRepository({ a: '1' })
  repository.git('config', 'http.https://example.com/.extraheader', 'AUTHORIZATION: basic c2VjcmV0')
  const before = await baselineOf(repository)
  const git = atRoot(repository, before.baseline.shadow.directory)
  expect(git.git('config', '--list', '--local')).not.toMatch(/c2VjcmV0/)
})

async function conflict(repository: Repository): Promise<void> {
  for (const side of ['left', 'right']) {
    repository.git('checkout', '--quiet', '-b', side, 'main')
    await repository.write('a', `${side}\n`)
    repository.commit()
  }
  expect(() => repository.git('merge', 'left')).toThrow()
  expect(repository.git('ls-files', '--unmerged')).not.toBe('')
}
