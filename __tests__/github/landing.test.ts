import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Clone } from '../../src/github/clone.ts'
import { type Landing, landOn } from '../../src/github/landing.ts'
import type { Change } from '../../src/workspace/patch.ts'
import { shadowGit } from '../../src/workspace/shadow.ts'
import { baselineOf, changeSince, soon, summarize } from '../support/change.ts'
import { createRepository, type Repository } from '../support/repository.ts'

type Published = Landing & { readonly heldBack: readonly string[]; readonly whole: Change }

/** What is published of a change on the commit that it was made on. */
async function publishedBy(
  repository: Repository,
  act: (repository: Repository) => unknown,
  protectedPaths?: readonly string[],
): Promise<Published> {
  const before = await baselineOf(repository)
  await act(repository)
  const whole = await changeSince(before, repository)
  const { shadow } = before.baseline
  const { env, temporary } = repository
  const clone: Clone = {
    git: shadowGit(shadow, { env }),
    async open(tree, signal) {
      const git = shadowGit(shadow, { env, index: join(temporary, `index-${Math.random()}`) })
      await git(['read-tree', tree], signal)
      return git
    },
    fetch: async () => undefined,
  }
  const base = repository.git('rev-parse', 'HEAD')
  const { tree, patchSize } = whole
  const limits = { maxChangedFiles: 100, maxPatchSize: 1_000_000 }
  const policy = { allowedPaths: [], protectedPaths, ...limits }
  const scan = { find: async () => [] }
  const change = { clone, base, tree, patchSize, policy, scan }
  const landing = await landOn(change, base, soon())
  const heldBack = landing.verdicts.filter(({ verdict }) => verdict === 'held-back')
  return { ...landing, heldBack: heldBack.map(({ path }) => path), whole }
}

const files = {
  'a.txt': '1\n',
  'script.sh': '#!/bin/sh\n',
  'data.bin': Uint8Array.of(0, 1, 2, 255),
  '.github/workflows/ci.yml': 'on: push\njobs: {}\nname: ci\n',
  'AGENTS.md': 'Be careful.\n',
}

test('only what was not held back differs from the base', async () => {
  await using repository = await createRepository(files)
  const published = await publishedBy(repository, async ({ write, remove, makeExecutable }) => {
    await write('a.txt', '2\n')
    await write('new/b.txt', '3\n')
    await write('data.bin', Uint8Array.of(0, 9))
    await makeExecutable('script.sh')
    await write('.github/workflows/ci.yml', 'on: pull_request_target\n')
    await write('.github/workflows/new.yml', 'on: push\n')
    await remove('AGENTS.md')
  })
  expect(summarize(published.files)).toEqual([
    'modified a.txt +1 -1',
    'modified data.bin +binary -',
    'added new/b.txt +1 -0',
    'modified script.sh +0 -0',
  ])
  expect(published.heldBack).toEqual([
    '.github/workflows/ci.yml',
    '.github/workflows/new.yml',
    'AGENTS.md',
  ])
  expect(published.whole.tree).not.toBe(published.tree)
})

test('a change of which nothing is held back is published as it is', async () => {
  await using repository = await createRepository(files)
  const published = await publishedBy(repository, async ({ write, remove }) => {
    await write('moved.txt', '1\n')
    await remove('a.txt')
  })
  expect(published.heldBack).toEqual([])
  expect(published).toMatchObject({ tree: published.whole.tree, files: published.whole.files })
})

test('a change of which everything is held back leaves the base', async () => {
  await using repository = await createRepository(files)
  const published = await publishedBy(repository, ({ write }) => write('AGENTS.md', 'Obey me.\n'))
  expect(published).toMatchObject({ files: [], heldBack: ['AGENTS.md'] })
  expect(published.tree).toBe(repository.git('rev-parse', 'HEAD^{tree}'))
})

test('a held-back rename changes neither of its ends', async () => {
  await using repository = await createRepository(files)
  const published = await publishedBy(repository, ({ git, write }) => {
    git('mv', '.github/workflows/ci.yml', 'ci.yml')
    return write('a.txt', '2\n')
  })
  expect(summarize(published.files)).toEqual(['modified a.txt +1 -1'])
  expect(published.heldBack).toEqual(['ci.yml'])
})

test('links are followed as git has them: out of the tree they are held back', async () => {
  await using repository = await createRepository({ ...files, 'dir/x': '1\n' })
  const published = await publishedBy(repository, async ({ link }) => {
    await link('in', 'dir/x')
    await link('out', '../../etc/passwd')
    await link('dir/up', '..')
    await link('through', 'dir/up/../x')
    await link('.claude', 'dir')
  })
  expect(summarize(published.files)).toEqual(['added dir/up +1 -0', 'added in +1 -0'])
  expect(published.heldBack).toEqual(['.claude', 'out', 'through'])
})

test('a link out through one that was there before is held back', async () => {
  await using repository = await createRepository(files)
  await repository.link('etc', '/etc')
  repository.commit()
  const published = await publishedBy(repository, ({ link }) => link('passwd', 'etc/passwd'))
  expect(published.heldBack).toEqual(['passwd'])
})

test('a file that was a folder, and the other way round, is published', async () => {
  await using repository = await createRepository({ ...files, 'x/y': '1\n', z: '2\n' })
  const published = await publishedBy(repository, async ({ remove, write }) => {
    await remove('x')
    await write('x', 'now a file\n')
    await remove('z')
    await write('z/a', 'now in a folder\n')
  })
  expect(published.heldBack).toEqual([])
  expect(published.tree).toBe(published.whole.tree)
})

test('a submodule’s pointer is held back, and the rest is published', async () => {
  await using repository = await createRepository(files)
  const published = await publishedBy(repository, async ({ git, write, temporary }) => {
    git('clone', '--quiet', '.', join(temporary, 'origin'))
    const add = ['submodule', '--quiet', 'add', join(temporary, 'origin'), 'sub']
    git('-c', 'protocol.file.allow=always', ...add)
    await write('a.txt', '2\n')
  })
  expect(published.heldBack).toEqual(['.gitmodules', 'sub'])
  expect(summarize(published.files)).toEqual(['modified a.txt +1 -1'])
})

test('names that are not UTF-8 are held back, old ones as well', async () => {
  await using repository = await createRepository(files)
  repository.run(`printf 1 > "$(printf 'caf\\351')"`)
  repository.commit()
  const published = await publishedBy(repository, ({ run }) =>
    run(`printf 2 > "$(printf 'caf\\351')"; printf 1 > "$(printf 'new\\351')"`),
  )
  expect(published.files).toEqual([])
  expect(published.heldBack).toEqual(['caf\uFFFD', 'new\uFFFD'])
})

test('the index and the work tree stay as the agent left them', async () => {
  await using repository = await createRepository(files)
  await publishedBy(repository, ({ write }) => write('AGENTS.md', 'Obey me.\n'))
  expect(repository.git('status', '--porcelain')).toBe('M AGENTS.md')
})

const name = fc.constantFrom('a', 'b', 'protected', 'c d')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const content = fc.constantFrom('', 'one\n', 'two\nlines\n', 'line\n'.repeat(30))

test('whatever is done, protected paths keep their state, and what is published is as it was made', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(path, content, { minKeys: 1, maxKeys: 5 }),
      fc.array(fc.tuple(path, fc.option(content)), { maxLength: 8 }),
      async (state, acts) => {
        await using repository = await createRepository()
        for (const [at, text] of Object.entries(state))
          await repository.write(at, text).catch(() => undefined)
        repository.commit()
        const published = await publishedBy(
          repository,
          async ({ root, write }) => {
            for (const [at, text] of acts) {
              // With nothing to write, or with something in its place, it goes.
              await rm(join(root, at), { recursive: true }).catch(() => undefined)
              if (text !== null) await write(at, text).catch(() => undefined)
            }
          },
          ['**/protected/**'],
        )
        const list = (tree: string) =>
          repository
            .git('ls-tree', '-r', tree)
            .split('\n')
            .filter((entry) => /\bprotected\b/.test(entry))
        repository.run(
          `
          mkdir -p .git/objects/info
          for shadow in "$1"/snapshot-*; do echo "$shadow/objects" >> .git/objects/info/alternates; done`,
          repository.temporary,
        )
        expect(list(published.tree)).toEqual(list('HEAD'))
        const { files, whole, heldBack } = published
        const paths = files.flatMap(({ path, previousPath = path }) => [path, previousPath])
        const diff = (one: string, other: string) =>
          repository.git('diff', '--no-renames', '--name-only', one, other).split('\n')
        expect(diff(published.tree, 'HEAD').filter(Boolean)).toEqual([...new Set(paths)].toSorted())
        expect(heldBack.length > 0).toBe(published.tree !== whole.tree)
      },
    ),
    { numRuns: 15 },
  )
})
