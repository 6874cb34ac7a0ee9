import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findTooLarge } from '../../src/workspace/sizes.ts'
import { baselineOf, changeBy, changeSince, summarize } from '../support/change.ts'
import { createRepository, type Repository } from '../support/repository.ts'

const deepen = `perl -e 'for (1..2500) { mkdir "d"; chdir "d" } open F, ">x"'`

test('of the files that do not fit the largest are left out, and those that are too large alone', () => {
  const sizes = fc.array(fc.nat(30), { maxLength: 20 })
  fc.assert(
    fc.property(sizes, (list) => {
      const files = list.map((size, at) => ({ at, size }))
      const left = new Set(findTooLarge(files, { file: 20, change: 100 }))
      const carried = files.filter((one) => !left.has(one))
      const sum = carried.reduce((total, { size }) => total + size, 0)
      expect(sum).toBeLessThanOrEqual(100)
      for (const { size } of carried) expect(size).toBeLessThanOrEqual(20)
      for (const { size } of left) expect(size > 20 || sum + size > 100).toBe(true)
    }),
  )
})

const giants: readonly [string, (repository: Repository) => unknown, string][] = [
  ['new', ({ run }) => run('truncate -s 200G new.bin'), 'new.bin'],
  ['in a new folder', ({ run }) => run('mkdir -p a/b; truncate -s 200G a/b/c'), 'a/b/c'],
  ['where a file was', ({ run }) => run('truncate -s 200G a.txt'), 'a.txt'],
  ['where an empty file was', ({ run }) => run('truncate -s 200G empty'), 'empty'],
  ['whose name is not UTF-8', ({ run }) => run('truncate -s 200G "$(printf "x\\351")"'), 'x\uFFFD'],
]

test.each(giants)('a file of 200 GB %s is named, not read', async (_, act, path) => {
  await using repository = await createRepository({
    'a.txt': '1\n',
    empty: '',
    '.gitignore': 'x\n',
  })
  const change = await changeBy(repository, async (one) => {
    await one.write('fine.txt', 'fine\n')
    act(one)
  })
  expect(summarize(change.files)).toEqual(['added fine.txt +1 -0'])
  expect(change.unseen).toEqual([{ path, reason: 'too-large' }])
})

const rules = [
  '.gitignore',
  'src/.gitignore',
  '.gitattributes',
  'src/.gitattributes',
  '.gitmodules',
]
const unreadable = rules.flatMap((path) => [
  { path, what: 'of 200 GB', act: `truncate -s 200G ${path}` },
  { path, what: 'a pipe', act: `rm -f ${path}; mkfifo ${path}` },
])

test.each(unreadable)(
  'where $path is $what, that is said, and git reads nothing',
  async ({ path, act }) => {
    await using repository = await createRepository({ '.gitignore': 'x\n', 'src/a.txt': '1\n' })
    const change = await changeBy(repository, async ({ write, run }) => {
      await write('fine.txt', 'fine\n')
      run(act)
    })
    expect(change).toMatchObject({ files: [], unseen: [{ path, reason: 'bad-rules' }] })
  },
)

test.each(unreadable)(
  'where $path is $what before the run, it ends before git reads it',
  async ({ path, act }) => {
    await using repository = await createRepository({ '.gitignore': 'x\n', 'src/a.txt': '1\n' })
    repository.run(act)
    await expect(baselineOf(repository)).rejects.toThrow(
      `${path} of the checkout is a pipe, or larger than 100 MiB`,
    )
  },
)

test('an empty file that stays so is no change, and one that is removed or gets a word is', async () => {
  await using repository = await createRepository({ one: '', two: '', three: '' })
  const change = await changeBy(repository, async ({ write, remove, run }) => {
    await remove('one')
    await write('two', 'word\n')
    run('touch three')
  })
  expect(summarize(change.files)).toEqual(['deleted one +0 -0', 'modified two +1 -0'])
  expect(change.unseen).toEqual([])
})

test('files that are too large together are carried as far as they fit', async () => {
  await using repository = await createRepository({ 'a.txt': '1\n' })
  const change = await changeBy(repository, ({ run }) =>
    run('for size in 99 98 97 1; do truncate -s "$size"M "$size"; done'),
  )
  expect(change.files.map(({ path }) => path)).toEqual(['1', '97', '98'])
  expect(change.unseen).toEqual([{ path: '99', reason: 'too-large' }])
})

test.each(['old', 'a.txt', 'empty', 'ignored'])(
  'a large file %s that was there before is no change',
  async (path) => {
    await using repository = await createRepository({ 'a.txt': '1\n', empty: '', ignored: '' })
    await repository.write('.gitignore', 'ignored\n')
    repository.commit()
    repository.run(`truncate -s 200G ${path}`)
    const change = await changeBy(repository, ({ write }) => write('b.txt', '2\n'))
    expect(summarize(change.files)).toEqual(['added b.txt +1 -0'])
    expect(change.unseen).toEqual([])
  },
)

test('a large file that was empty, or is not tracked, is not read in place, either', async () => {
  await using repository = await createRepository({ 'a.txt': '1\n', empty: '' })
  repository.run('mkdir d; truncate -s 200G empty untracked d/old')
  const before = await baselineOf(repository)
  await repository.write('b.txt', '2\n')
  await repository.write('d/new', '2\n')
  const change = await changeSince(before, repository)
  expect(summarize(change.files)).toEqual(['added b.txt +1 -0', 'added d/new +1 -0'])
  expect(change.unseen).toEqual([])
  repository.run('mv d e; echo more >> untracked')
  const { unseen } = await changeSince(before, repository)
  expect(unseen.map(({ path }) => path).toSorted()).toEqual(['e/old', 'untracked'])
})

test('folders that are nested more deeply than git reads are named by the topmost new one', async () => {
  await using repository = await createRepository({ 'src/a.txt': '1\n' })
  const before = await baselineOf(repository)
  repository.run(`cd src && ${deepen}`)
  const change = await changeSince(before, repository)
  const later = await baselineOf(repository)
  await repository.write('b.txt', '2\n')
  const next = await changeSince(later, repository)
  // Node's own removal can't open them.
  repository.run('rm -rf src/d')
  expect(change).toMatchObject({ files: [], unseen: [{ path: 'src/d', reason: 'too-deep' }] })
  expect(next.unseen).toEqual([])
  expect(summarize(next.files)).toEqual(['added b.txt +1 -0'])
})

test('more folders than anyone looks at are named', async () => {
  await using repository = await createRepository({ 'a.txt': '1\n' })
  const change = await changeBy(repository, ({ run }) =>
    run(`perl -e 'mkdir "many"; mkdir "many/$_" for (1..50001)'`),
  )
  expect(change.unseen).toEqual([{ path: 'many', reason: 'too-deep' }])
})
