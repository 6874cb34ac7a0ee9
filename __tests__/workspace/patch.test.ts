import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { applyToClone, changeBy, patchOf, summarize } from '../support/change.ts'
import { createRepository, type Repository } from '../support/repository.ts'

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('')

const files = {
  'a.txt': '1\n2\n3\n',
  'b.txt': lines(20),
  'c d/ü.txt': 'x\n',
  'data.bin': Buffer.from([0, 1, 2, 3, 255]),
  'script.sh': '#!/bin/sh\n',
  'windows.txt': '1\r\n2\r\n',
}

type Act = (repository: Repository) => unknown

const edits: readonly [string, Act, readonly string[]][] = [
  ['nothing', () => undefined, []],
  ['an edit', ({ write }) => write('a.txt', '1\n2\nthree\n4\n'), ['modified a.txt +2 -1']],
  ['a rewrite with the same content', ({ write }) => write('a.txt', files['a.txt']), []],
  ['a new file', ({ write }) => write('e/f/g', 'new\n'), ['added e/f/g +1 -0']],
  ['an empty file', ({ write }) => write('empty', ''), ['added empty +0 -0']],
  ['a deletion', ({ remove }) => remove('a.txt'), ['deleted a.txt +0 -3']],
  [
    'a rename with an edit',
    async ({ remove, write }) => {
      await remove('b.txt')
      await write('moved/b.txt', `${lines(20)}more\n`)
    },
    ['renamed moved/b.txt from b.txt +1 -0'],
  ],
  [
    'binary files',
    async ({ write }) => {
      await write('data.bin', Buffer.from([0, 1, 2, 4, 255, 10, 0]))
      await write('new.bin', Buffer.alloc(100_000, 'x\0'))
    },
    ['modified data.bin +binary -', 'added new.bin +binary -'],
  ],
  ['a mode', ({ makeExecutable }) => makeExecutable('script.sh'), ['modified script.sh +0 -0']],
  [
    'symbolic links',
    async ({ link }) => {
      await link('to-file', 'a.txt')
      await link('to-nowhere', '/outside/of/it')
    },
    ['added to-file +1 -0', 'added to-nowhere +1 -0'],
  ],
  [
    'a file that becomes a link',
    async ({ remove, link }) => {
      await remove('a.txt')
      await link('a.txt', 'b.txt')
    },
    ['type-changed a.txt +1 -3'],
  ],
  [
    'a file that becomes a folder',
    async ({ remove, write }) => {
      await remove('a.txt')
      await write('a.txt/inside', 'x')
    },
    ['deleted a.txt +0 -3', 'added a.txt/inside +1 -0'],
  ],
  [
    'a folder that becomes a file',
    async ({ remove, write }) => {
      await remove('c d')
      await write('c d', 'y\n')
    },
    ['added c d +1 -0', 'deleted c d/ü.txt +0 -1'],
  ],
  [
    'a folder that becomes a link to where it went',
    async ({ root, link }) => {
      await rename(join(root, 'c d'), join(root, 'e'))
      await link('c d', 'e')
    },
    ['added c d +1 -0', 'renamed e/ü.txt from c d/ü.txt +0 -0'],
  ],
  [
    'names with spaces, quotes, line ends and other scripts',
    async ({ write }) => {
      for (const name of [
        ' a b ',
        '"q\'"',
        'new\nline',
        'tab\t',
        '日本/ß',
        '-rf',
        ':colon',
        ':!not',
        'b\\s',
      ])
        await write(name, 'x\n')
    },
    [
      'added  a b  +1 -0',
      'added "q\'" +1 -0',
      'added -rf +1 -0',
      'added :!not +1 -0',
      'added :colon +1 -0',
      'added b\\s +1 -0',
      'added new\nline +1 -0',
      'added tab\t +1 -0',
      'added 日本/ß +1 -0',
    ],
  ],
  [
    'CRLF lines',
    ({ write }) => write('windows.txt', '1\r\n2\r\n3\r\n'),
    ['modified windows.txt +1 -0'],
  ],
]

test.each(edits)(
  '%s is found, and its patch makes the same tree of a fresh clone',
  async (_, act, expected) => {
    await using repository = await createRepository(files)
    const change = await changeBy(repository, act)
    expect(summarize(change.files)).toEqual(expected)
    expect(change.unseen).toEqual([])
    expect(change.patchSize > 0).toBe(expected.length > 0)
    expect(applyToClone(repository, 'HEAD', change)).toBe(change.tree)
    expect(await change.land()).toEqual([])
    expect(repository.run('git add --all; git write-tree')).toBe(change.tree)
  },
)

test('modes say what is executable, a link, or gone', async () => {
  await using repository = await createRepository(files)
  const { files: changed } = await changeBy(
    repository,
    async ({ makeExecutable, link, remove }) => {
      await makeExecutable('script.sh')
      await link('link', 'a.txt')
      await remove('data.bin')
    },
  )
  expect(changed.map(({ path, previousMode, mode }) => [path, previousMode, mode])).toEqual([
    ['data.bin', '100644', undefined],
    ['link', undefined, '120000'],
    ['script.sh', '100644', '100755'],
  ])
})

test('a name that is not UTF-8 is neither lost nor taken for another', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, ({ git }) =>
    git('-c', 'alias.make=!printf new > "$(printf \'caf\\351\')"', 'make'),
  )
  expect(summarize(change.files)).toEqual(['added caf\uFFFD +1 -0'])
  expect(applyToClone(repository, 'HEAD', change)).toBe(change.tree)
})

const gitActs: readonly [string, Act][] = [
  ['committed', ({ commit }) => commit()],
  ['staged', ({ git }) => git('add', '--all')],
  [
    'committed on a branch of its own',
    ({ git, commit }) => {
      git('checkout', '--quiet', '-b', 'feature')
      commit()
    },
  ],
  [
    'committed and then deleted the branch, its reflog and what nothing refers to',
    ({ run, commit }) => {
      commit()
      run(`
        git checkout --quiet --orphan other
        git branch -D main
        git reflog expire --expire=now --all
        git prune --expire=now`)
    },
  ],
  ['removed the index', ({ root }) => rm(join(root, '.git/index'))],
  ['broke the index', ({ write }) => write('.git/index', 'broken')],
  ['locked the index', ({ write }) => write('.git/index.lock', '')],
  [
    'set odd configuration',
    ({ run }) =>
      run(`
        git config diff.noprefix true
        git config diff.mnemonicPrefix true
        git config diff.renames false
        git config diff.external false
        git config diff.context 0
        git config core.worktree /
        git config core.fsmonitor 'touch ran; false'`),
  ],
  ['broke the configuration', ({ write }) => write('.git/config', '[broken')],
  ['excluded everything', ({ write }) => write('.git/info/exclude', '*\n')],
  [
    'registered a filter in its home',
    async ({ write }) => {
      await write('../home/.gitconfig', '[filter "evil"]\n\tclean = tr a-z A-Z\n')
      await write('../home/.config/git/attributes', '* filter=evil\n')
    },
  ],
  [
    'registered a filter of its own',
    ({ git, write }) => {
      git('config', 'filter.evil.clean', 'touch ran; cat')
      return write('.git/info/attributes', '* filter=evil\n')
    },
  ],
]

const edit: Act = async ({ write, remove }) => {
  await write('a.txt', '1\n2\n')
  await write('new.txt', 'new\n')
  await remove('b.txt')
  await write('moved.txt', lines(21))
}

let plainPatch = ''

beforeAll(async () => {
  await using repository = await createRepository(files)
  plainPatch = await patchOf(await changeBy(repository, edit))
})

test.each(gitActs)('an agent that %s has changed just the same', async (_, act) => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, async (copy) => {
    await edit(copy)
    await act(copy)
  })
  expect(summarize(change.files)).toEqual([
    'modified a.txt +0 -1',
    'renamed moved.txt from b.txt +1 -0',
    'added new.txt +1 -0',
  ])
  expect(await patchOf(change)).toBe(plainPatch)
})

test('an agent that took everything back has changed nothing', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, async ({ git, write }) => {
    await write('a.txt', 'x')
    await write('new', 'x')
    git('stash', '--include-untracked')
    await write('b.txt', 'y')
    git('commit', '--quiet', '--all', '--message=b')
    git('reset', '--quiet', '--hard', 'HEAD~1')
  })
  expect(change).toMatchObject({ files: [], unseen: [], patchSize: 0 })
})

test('an agent that switched to an older branch has changed what differs there', async () => {
  await using repository = await createRepository({ a: '1\n' })
  repository.git('branch', 'old')
  await repository.write('b', '2\n')
  repository.commit()
  const head = repository.git('rev-parse', 'HEAD')
  const change = await changeBy(repository, ({ git }) => git('checkout', '--quiet', 'old'))
  expect(summarize(change.files)).toEqual(['deleted b +0 -1'])
  expect(applyToClone(repository, head, change)).toBe(change.tree)
})

test('what was changed before is the agent’s only if the agent changed it again', async () => {
  await using repository = await createRepository(files)
  await repository.write('a.txt', 'dirty\n')
  await repository.write('b.txt', 'dirty\n')
  await repository.write('made', 'before\n')
  await repository.write('also made', 'before\n')
  const change = await changeBy(repository, async ({ write, git }) => {
    await write('b.txt', 'dirty\nmore\n')
    await write('also made', 'after\n')
    git('add', '--all')
  })
  expect(summarize(change.files)).toEqual(['modified also made +1 -1', 'modified b.txt +1 -0'])
})

test('names of other scripts stay readable in the patch', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, ({ write }) => write('日本', 'x\n'))
  expect(await patchOf(change)).toContain('diff --git a/日本 b/日本\n')
})

test('attributes that the agent wrote do not turn text into a binary patch', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, async ({ write }) => {
    await write('.gitattributes', '* -diff\n')
    await write('a.txt', '1\n')
  })
  expect(summarize(change.files)).toEqual(['added .gitattributes +1 -0', 'modified a.txt +0 -2'])
})
