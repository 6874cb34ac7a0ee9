import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { applyToClone, baselineOf, changeBy, changeSince, summarize } from '../support/change.ts'
import { createRepository } from '../support/repository.ts'

const files = { '.gitignore': 'cache/\n*.log\n', a: '1\n' }

test('what git ignores is no change', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, async ({ write }) => {
    await write('cache/x', '1')
    await write('b/run.log', '1')
  })
  expect(change.files).toEqual([])
})

test('what the agent made and ignores is no change but the rule', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, async ({ write }) => {
    await write('coverage/index.html', '1')
    await write('.gitignore', 'cache/\n*.log\ncoverage\n')
  })
  expect(summarize(change.files)).toEqual(['modified .gitignore +1 -0'])
})

test('a file that was ignored and is not any more is the agent’s only if it was written since, and a folder is named', async () => {
  await using repository = await createRepository(files)
  await repository.write('cache/old', '1\n')
  await repository.write('cache/deep/old', '1\n')
  await repository.write('cache/edited', '1\n')
  await repository.write('old.log', '1\n')
  const change = await changeBy(repository, async ({ write, remove }) => {
    await remove('.gitignore')
    await write('cache/edited', '2\n')
    await write('cache/new', '3\n')
    await write('new.log', '3\n')
  })
  expect(summarize(change.files)).toEqual(['deleted .gitignore +0 -2', 'added new.log +1 -0'])
  expect(change.unseen).toEqual([{ path: 'cache', reason: 'was-ignored' }])
})

test('an untracked file that the agent comes to ignore is not deleted', async () => {
  await using repository = await createRepository(files)
  await repository.write('made', '1\n')
  const change = await changeBy(repository, ({ write }) => write('.gitignore', 'made\n'))
  expect(summarize(change.files)).toEqual(['modified .gitignore +1 -2'])
})

test.each(['add', 'commit'])(
  'an ignored file that the agent tracks by force (%s) is added',
  async (end) => {
    await using repository = await createRepository(files)
    const change = await changeBy(repository, async ({ write, git, commit }) => {
      await write('cache/built.js', '1\n')
      await write('cache/other.js', '2\n')
      git('add', '--force', 'cache/built.js')
      if (end === 'commit') commit()
    })
    expect(summarize(change.files)).toEqual(['added cache/built.js +1 -0'])
  },
)

test('a file that the agent tracks by force in a folder of the checkout is named', async () => {
  await using repository = await createRepository(files)
  await repository.write('cache/old', '1\n')
  const change = await changeBy(repository, async ({ write, git }) => {
    await write('cache/built.js', '1\n')
    git(
      'update-index',
      '--add',
      '--cacheinfo',
      `100644,${git('hash-object', '-w', 'cache/built.js')},cache/built.js`,
    )
  })
  expect(change.files).toEqual([])
  expect(change.unseen).toEqual([{ path: 'cache/built.js', reason: 'was-ignored' }])
})

test.each(['rm', 'commit'])(
  'a file that the agent stops tracking and ignores (%s) is deleted in the patch, and stays in the checkout',
  async (end) => {
    await using repository = await createRepository({ ...files, 'built/x.js': '1\n' })
    const head = repository.git('rev-parse', 'HEAD')
    const change = await changeBy(repository, async ({ write, git, commit }) => {
      git('rm', '--quiet', '--cached', '-r', 'built')
      await write('.gitignore', 'cache/\n*.log\nbuilt/\n')
      if (end === 'commit') commit()
    })
    expect(summarize(change.files)).toEqual([
      'modified .gitignore +1 -0',
      'deleted built/x.js +0 -1',
    ])
    expect(applyToClone(repository, head, change)).toBe(change.tree)
    expect(await change.land()).toEqual([])
    expect(readFileSync(join(repository.root, 'built/x.js'), 'utf8')).toBe('1\n')
  },
)

test('an index that names a file behind a link out of the tree gives nothing away', async () => {
  await using repository = await createRepository({ ...files, 'cache/x': '1' })
  const change = await changeBy(repository, async ({ git, temporary, link, root }) => {
    const id = git('hash-object', '-w', 'a')
    await link('outside', temporary)
    git('update-index', '--add', '--cacheinfo', `100644,${id},outside/secret`)
    git('-C', root, '-c', `alias.put=!echo secret > ${temporary}/secret`, 'put')
  })
  expect(summarize(change.files)).toEqual(['added outside +1 -0'])
})

test('a snapshot can be compared again and again', async () => {
  await using repository = await createRepository(files)
  const before = await baselineOf(repository)
  await repository.write('b', '1\n')
  const first = await changeSince(before, repository)
  await repository.remove('b')
  await repository.write('c', '1\n')
  const second = await changeSince(before, repository)
  expect([summarize(first.files), summarize(second.files)]).toEqual([
    ['added b +1 -0'],
    ['added c +1 -0'],
  ])
})
