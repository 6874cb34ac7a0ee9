import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readCheckout } from '../../src/project-config/checkout.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { createRepository, type Repository } from '../support/repository.ts'

const { signal } = new AbortController()
/** What the checkout says of itself. */
const read = ({ root, temporary, env }: Repository) =>
  readCheckout(openRepository(root), { temporary, env: { ...env, ...variables } }, signal)

const variables = { GITHUB_SERVER_URL: 'https://github.example', GITHUB_REPOSITORY: 'octo/sample' }

test.each([
  ['https://github.example/octo/sample', true],
  ['https://github.example/Octo/Sample.git', true],
  ['https://token@github.example/octo/sample/', true],
  ['git@github.example:octo/sample.git', true],
  ['ssh://git@github.example:22/octo/sample.git', true],
  ['https://github.example/stranger/sample', false],
  ['https://github.example/octo/sample/more', false],
  ['https://evil.example/octo/sample', false],
  ['https://evil.example/github.example/octo/sample', false],
  ['git@evil.example:octo/sample.git', false],
  ['/srv/octo/sample', false],
])('an origin %s is this repository: %j', async (url, expected) => {
  await using repository = await createRepository({ 'a.txt': 'a\n' })
  repository.git('remote', 'add', 'origin', url)
  const { isOwnRepository } = await read(repository)
  expect(isOwnRepository).toBe(expected)
})

test('a commit counts as published when a branch that was fetched from origin holds it', async () => {
  await using repository = await createRepository({ 'a.txt': 'a\n' })
  const ask = () => read(repository)
  repository.git('remote', 'add', 'origin', 'https://github.example/octo/sample')
  const head = repository.git('rev-parse', 'HEAD')
  repository.git('update-ref', 'refs/remotes/pull/7/merge', head)
  repository.git('tag', 'v1')
  expect(await ask()).toMatchObject({ head, isPublished: false })
  repository.git('update-ref', 'refs/remotes/origin/main', head)
  expect(await ask()).toMatchObject({ isPublished: true })
  await repository.write('b.txt', 'b\n')
  repository.commit()
  expect(await ask()).toMatchObject({ isPublished: false })
})

test('where pull requests are fetched to the place of branches, no commit counts as published', async () => {
  await using repository = await createRepository({ 'a.txt': 'a\n' })
  repository.git('remote', 'add', 'origin', 'https://github.example/octo/sample')
  const refs = '+refs/pull/*/head:refs/remotes/origin/pr/*'
  repository.git('config', '--add', 'remote.origin.fetch', refs)
  repository.git('update-ref', 'refs/remotes/origin/pr/7', 'HEAD')
  expect(await read(repository)).toMatchObject({ isPublished: false })
})

test('in a checkout without a commit nothing is known', async () => {
  await using repository = await createRepository()
  expect(await read(repository)).toEqual({
    head: undefined,
    isInner: false,
    isOwnRepository: false,
    isPublished: false,
  })
})

test('a repository that lies in the work tree of another one is recognized, a submodule is not', async () => {
  await using repository = await createRepository({ 'a.txt': 'a\n' })
  const { root, temporary, env } = repository
  repository.run(
    'git init -q left; git -c protocol.file.allow=always submodule --quiet add "$PWD" sub',
  )
  const isInner = async (name: string) => {
    const given = { ...env, GITHUB_WORKSPACE: root }
    const inner = openRepository(join(root, name))
    repository.run(`git -C "$1" commit -q --allow-empty -m x`, join(root, name))
    return (await readCheckout(inner, { temporary, env: given }, signal)).isInner
  }
  expect([await isInner('.'), await isInner('left'), await isInner('sub')]).toEqual([
    false,
    true,
    false,
  ])
})
