import {
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Copies, openCopies } from '../../src/workspace/copies.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { soon } from '../support/change.ts'
import { createRepository, hashFolder, type Repository } from '../support/repository.ts'

async function createCheckout(): Promise<Repository> {
  const repository = await createRepository()
  await repository.write('.gitignore', 'deps/\n')
  await repository.write('a.txt', 'a\n')
  await repository.write('packages/one/b.txt', 'b\n')
  await repository.write('closed/c.txt', 'c\n')
  repository.commit()
  await repository.write('packages/one/deps/x', 'x\n')
  await repository.write('deps/y', 'y\n')
  chmodSync(join(repository.root, 'closed'), 0o555)
  return repository
}

const openMounted = async ({ root, temporary, env }: Repository): Promise<Copies> =>
  await openCopies(
    {
      ...{ root, repository: openRepository(root), temporary, env, hidden: [] },
      ...{ isMeasured: true, isMounted: true, onProgress: () => undefined },
    },
    soon(),
  )

/** Whatever an agent may do to a tree that it can write to. */
const acts: Readonly<Record<string, (tree: string) => void>> = {
  nothing: () => undefined,
  'files changed, added and removed': (tree) => {
    writeFileSync(join(tree, 'a.txt'), 'other\n')
    writeFileSync(join(tree, 'packages/new'), 'n\n')
    rmSync(join(tree, 'packages/one/b.txt'))
  },
  'the repository removed': (tree) => rmSync(join(tree, '.git'), { recursive: true }),
  'folders that are closed': (tree) => {
    mkdirSync(join(tree, 'shut'))
    writeFileSync(join(tree, 'shut/s'), '')
    for (const name of ['shut', 'packages', 'packages/one']) chmodSync(join(tree, name), 0)
  },
  'links in the place of files': (tree) => {
    rmSync(join(tree, 'a.txt'))
    symlinkSync('/etc', join(tree, 'a.txt'))
    symlinkSync('/etc', join(tree, 'packages/etc'))
  },
}

test.each(Object.keys(acts))('a renewed copy is like a fresh one: %s', async (what) => {
  await using repository = await createCheckout()
  const copies = await openMounted(repository)
  const first = await copies.next(soon())
  const { root } = first.workTree
  const fresh = await hashFolder(root)
  const mounted = lstatSync(join(root, 'packages/one/deps')).ino
  acts[what]?.(root)
  const second = await copies.renew(soon())
  expect(second?.workTree.root).toBe(root)
  expect(await hashFolder(root)).toEqual(fresh)
  expect(lstatSync(join(root, 'packages/one/deps')).ino).toBe(mounted)
  expect(second?.baseline).toBe(first.baseline)
  expect(second?.workTree.agentIndex).toBe(join(root, '.git', 'index'))
})

test.each([
  ['moved', (tree: string) => renameSync(join(tree, 'packages'), join(tree, 'moved'))],
  [
    'replaced by a link',
    (tree: string) => {
      renameSync(join(tree, 'packages'), join(tree, 'moved'))
      symlinkSync('moved', join(tree, 'packages'))
    },
  ],
])('a copy in which a folder above a mount was %s is not renewed', async (_what, act) => {
  await using repository = await createCheckout()
  const copies = await openMounted(repository)
  const { workTree } = await copies.next(soon())
  act(workTree.root)
  const before = await hashFolder(workTree.root)
  expect(await copies.renew(soon())).toBeUndefined()
  expect(await hashFolder(workTree.root)).toEqual(before)
})
