import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { openStage, undoReplacement } from '../../src/workspace/replacement.ts'
import { changeBy } from '../support/change.ts'
import { createRepository, hashFolder, type Repository } from '../support/repository.ts'

const files = { 'a.txt': '1\n', 'src/b.txt': '2\n', 'gone/c.txt': '3\n' }

const edit = async ({ write, remove }: Repository) => {
  await write('a.txt', 'agent\n')
  await write('new/deep/d.txt', '4\n')
  await remove('gone')
}

const meanwhile: readonly {
  what: string
  act: (at: Repository) => unknown
  names: readonly string[]
}[] = [
  { what: 'was edited', act: ({ write }) => write('a.txt', 'other\n'), names: ['a.txt'] },
  { what: 'is gone', act: ({ remove }) => remove('gone'), names: ['gone/c.txt'] },
  {
    what: 'was made',
    act: ({ write }) => write('new/deep/d.txt', 'other\n'),
    names: ['new/deep/d.txt'],
  },
  {
    what: 'stands in the place of a folder',
    act: ({ write }) => write('new', 'x'),
    names: ['new/deep/d.txt'],
  },
  { what: 'leads elsewhere', act: ({ link }) => link('new', 'src'), names: ['new/deep/d.txt'] },
  {
    what: 'became executable',
    act: ({ makeExecutable }) => makeExecutable('a.txt'),
    names: ['a.txt'],
  },
]

test.each(meanwhile)(
  'a file that $what meanwhile keeps all of the change from landing',
  async ({ act, names }) => {
    await using repository = await createRepository(files)
    const change = await changeBy(repository, edit)
    await act(repository)
    const before = await hashFolder(repository.root)
    expect(await change.land()).toEqual(names)
    expect(await hashFolder(repository.root)).toEqual(before)
  },
)

test('what else changed meanwhile stays as it is', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, edit)
  await repository.write('src/b.txt', 'other\n')
  await repository.write('gone/kept.txt', 'other\n')
  expect(await change.land()).toEqual([])
  expect(repository.git('status', '--porcelain', '--untracked-files=all')).toBe(
    ' M a.txt\n D gone/c.txt\n M src/b.txt\n?? gone/kept.txt\n?? new/deep/d.txt'.trim(),
  )
})

test('folders that a change empties are gone, and no others', async () => {
  await using repository = await createRepository({ ...files, 'gone/deep/d': '1' })
  mkdirSync(join(repository.root, 'empty'))
  const change = await changeBy(repository, edit)
  await change.land()
  expect(existsSync(join(repository.root, 'gone'))).toBe(false)
  expect(existsSync(join(repository.root, 'empty'))).toBe(true)
})

/** A tree, and what is to be put into it, in folders of their own. */
function prepare(tree: Readonly<Record<string, string>>, fresh: Readonly<Record<string, string>>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'opencode-driver-landing-')))
  const [root, stage] = [join(folder, 'root'), join(folder, 'stage')]
  const put = (place: string, some: Readonly<Record<string, string>>) => {
    for (const [path, content] of Object.entries(some)) {
      mkdirSync(dirname(join(place, path)), { recursive: true })
      writeFileSync(join(place, path), content)
    }
  }
  mkdirSync(root)
  put(root, tree)
  put(join(stage, 'new'), fresh)
  const removed = Object.keys(tree).filter((path) => !path.startsWith('kept'))
  return { folder, prepared: { root, stage, removed, added: Object.keys(fresh) } }
}

test('what fails half-way is put back', async () => {
  const { folder, prepared } = prepare({ a: '1', 'b/c': '2', 'kept/x': '3' }, {})
  const { root, removed } = prepared
  const before = await hashFolder(root)
  {
    using stage = openStage({ root, at: folder, folder })
    // A folder that is not emptied stands where a file is to go.
    for (const name of ['a', 'kept', 'z']) {
      mkdirSync(stage.fresh, { recursive: true })
      writeFileSync(join(stage.fresh, name), 'new')
    }
    const added = ['a', 'kept', 'z']
    expect(() => stage.replace({ removed, added })).toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    expect(await hashFolder(root)).toEqual(before)
  }
  expect(readdirSync(folder)).toEqual(['root'])
  await rm(folder, { recursive: true })
})

test('a stage that a killed process left is removed', async () => {
  const { folder, prepared } = prepare({ a: '1' }, {})
  const { root } = prepared
  const stage = openStage({ root, at: folder, folder })
  mkdirSync(stage.fresh)
  undoReplacement(folder)
  expect(readdirSync(folder)).toEqual(['root'])
  expect(readFileSync(join(root, 'a'), 'utf8')).toBe('1')
  await rm(folder, { recursive: true })
})

const name = fc.constantFrom('a', 'b', 'c')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
/** Files none of which is a folder of another one. */
const someFiles = fc.dictionary(path, fc.string(), { maxKeys: 5 }).filter((tree) => {
  const paths = Object.keys(tree)
  return !paths.some((one) => paths.some((other) => other.startsWith(`${one}/`)))
})

test('a replacement that was cut off at any point is undone by its journal', async () => {
  await fc.assert(
    fc.asyncProperty(someFiles, someFiles, fc.nat(12), async (tree, fresh, steps) => {
      const { folder, prepared } = prepare(tree, fresh)
      const before = await hashFolder(prepared.root)
      const saved = cutOff(prepared, folder, steps)
      if (saved) {
        undoReplacement(folder)
        expect(await hashFolder(prepared.root)).toEqual(before)
      }
      undoReplacement(folder)
      await rm(folder, { recursive: true })
    }),
    { numRuns: 60 },
  )
})

/** Does the first renames of a replacement by hand, as a process would that is killed then. False if there are not as many. */
function cutOff(
  {
    root,
    stage,
    removed,
    added,
  }: { root: string; stage: string; removed: string[]; added: string[] },
  folder: string,
  steps: number,
): boolean {
  const pathsAbove = (paths: readonly string[]) =>
    [
      ...new Set(
        paths.flatMap((one) => one.split('/').map((_, at, all) => all.slice(0, at).join('/'))),
      ),
    ]
      .filter(Boolean)
      .toSorted()
  const emptied = pathsAbove(removed).map((one) => ({ path: one, mode: 0o755 }))
  const made = pathsAbove(added).filter((one) => !emptied.some((other) => other.path === one))
  writeFileSync(
    join(folder, 'landing.json'),
    JSON.stringify({ root, stage, removed, added, made, emptied }),
  )
  const moves = [
    ...removed.map((one) => [join(root, one), join(stage, 'old', one)] as const),
    ...added.map((one) => [join(stage, 'new', one), join(root, one)] as const),
  ]
  if (steps > removed.length && emptied.some(({ path: one }) => added.includes(one))) return false
  for (const [from, to] of moves.slice(0, steps)) {
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
  }
  return true
}

test('a journal that is not whole, or is none, undoes nothing', () => {
  const { folder, prepared } = prepare({ a: '1' }, {})
  undoReplacement(folder)
  writeFileSync(join(folder, 'landing.json'), '{"root": "')
  undoReplacement(folder)
  expect(readFileSync(join(prepared.root, 'a'), 'utf8')).toBe('1')
  chmodSync(folder, 0o700)
})
