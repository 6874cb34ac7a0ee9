import { execFileSync } from 'node:child_process'
import { mkdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { applyToClone, changeBy, patchOf, summarize } from '../support/change.ts'
import { atRoot, createRepository, hashFolder, type Repository } from '../support/repository.ts'

const files = { 'a.txt': '1\n', 'src/b.txt': '2\n' }

async function edit({ write, remove }: Repository): Promise<void> {
  await write('a.txt', '1\n2\n')
  await write('src/new.txt', '3\n')
  await remove('src/b.txt')
}

const edited = ['modified a.txt +1 -0', 'deleted src/b.txt +0 -1', 'added src/new.txt +1 -0']

test('a shallow, detached checkout of a pull request’s merge', async () => {
  await using origin = await createRepository(files)
  origin.commit()
  origin.commit()
  const merge = origin.git('rev-parse', 'HEAD')
  origin.git('update-ref', 'refs/pull/1/merge', merge)
  const checkout = atRoot(origin, join(origin.temporary, 'checkout'))
  await mkdir(checkout.root)
  checkout.git('init', '--quiet')
  checkout.git(
    'fetch',
    '--quiet',
    '--depth=1',
    `file://${origin.root}`,
    'refs/pull/1/merge:refs/remotes/pull/1/merge',
  )
  checkout.git('checkout', '--quiet', '--detach', 'refs/remotes/pull/1/merge')
  const change = await changeBy(checkout, edit)
  expect(summarize(change.files)).toEqual(edited)
  expect(applyToClone(origin, merge, change)).toBe(change.tree)
})

test('a worktree, whose .git is a file', async () => {
  await using repository = await createRepository(files)
  const worktree = atRoot(repository, join(repository.temporary, 'worktree'))
  repository.git('worktree', 'add', '--quiet', '--detach', worktree.root)
  const before = await hashFolder(join(repository.root, '.git'))
  const change = await changeBy(worktree, edit)
  expect(summarize(change.files)).toEqual(edited)
  expect(await hashFolder(join(repository.root, '.git'))).toEqual(before)
})

test('a repository without a commit', async () => {
  await using repository = await createRepository()
  await repository.write('there', '1\n')
  const change = await changeBy(repository, ({ write }) => write('new', '2\n'))
  expect(summarize(change.files)).toEqual(['added new +1 -0'])
})

test('a repository with object ids of SHA-256', async () => {
  await using repository = await createRepository()
  await rm(join(repository.root, '.git'), { recursive: true })
  repository.git('init', '--quiet', '--object-format=sha256')
  await repository.write('a.txt', '1\n')
  repository.commit()
  const change = await changeBy(repository, async ({ write, git }) => {
    git('init', '--quiet', 'inner')
    await write('inner/x', '1\n')
  })
  expect(change.tree).toHaveLength(64)
  expect(summarize(change.files)).toEqual(['added inner/x +1 -0'])
})

test('what a sparse checkout leaves out is not deleted, and what the agent puts there is seen', async () => {
  await using repository = await createRepository({
    ...files,
    'left/out.txt': '1\n',
    'left/too.txt': '1\n',
  })
  repository.git('sparse-checkout', 'set', 'src')
  const change = await changeBy(repository, async (checkout) => {
    await edit(checkout)
    await checkout.write('left/out.txt', '2\n')
    await checkout.write('left/new.txt', '3\n')
  })
  expect(summarize(change.files)).toEqual([
    edited[0],
    'added left/new.txt +1 -0',
    'modified left/out.txt +1 -1',
    ...edited.slice(1),
  ])
  expect(applyToClone(repository, 'HEAD', change)).toBe(change.tree)
})

test('a file in the place of a folder that a sparse checkout leaves out replaces it', async () => {
  await using repository = await createRepository({ ...files, 'left/out.txt': '1\n' })
  repository.git('sparse-checkout', 'set', 'src')
  const change = await changeBy(repository, ({ write }) => write('left', 'a file\n'))
  expect(summarize(change.files)).toEqual(['added left +1 -0', 'deleted left/out.txt +0 -1'])
  expect(applyToClone(repository, 'HEAD', change)).toBe(change.tree)
})

test('a sparse index', async () => {
  await using repository = await createRepository({ ...files, 'left/out.txt': '1\n' })
  repository.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'src')
  const change = await changeBy(repository, edit)
  expect(summarize(change.files)).toEqual(edited)
})

test('a partial clone with a sparse checkout, whose other blobs are not there', async () => {
  await using origin = await createRepository({ ...files, 'left/out.txt': 'only here\n' })
  origin.git('config', 'uploadpack.allowFilter', 'true')
  const clone = atRoot(origin, join(origin.temporary, 'partial'))
  origin.git(
    'clone',
    '--quiet',
    '--filter=blob:none',
    '--sparse',
    `file://${origin.root}`,
    clone.root,
  )
  clone.git('sparse-checkout', 'add', 'src')
  await rm(join(origin.root, '.git'), { recursive: true })
  const change = await changeBy(clone, async (checkout) => {
    await edit(checkout)
    await checkout.write('left/out.txt', 'unlike what it was\n')
    await checkout.write('left/new.txt', 'new\n')
  })
  expect(summarize(change.files)).toEqual([
    edited[0],
    'added left/new.txt +1 -0',
    ...edited.slice(1),
  ])
  expect(change.unseen).toEqual([{ path: 'left/out.txt', reason: 'base-missing' }])
})

test('CRLF files under autocrlf are changed only where they were edited', async () => {
  await using repository = await createRepository()
  repository.git('config', 'core.autocrlf', 'true')
  await repository.write('a.txt', '1\r\n2\r\n')
  await repository.write('b.txt', '1\r\n2\r\n')
  repository.commit()
  const change = await changeBy(repository, async ({ write }) => {
    await write('a.txt', '1\r\n3\r\n')
    await write('b.txt', '1\n2\n')
  })
  expect(summarize(change.files)).toEqual(['modified a.txt +1 -1'])
})

test('files that a filter would have to convert keep their blobs while no one touches them', async () => {
  await using repository = await createRepository()
  await repository.write('.gitattributes', '*.big filter=big\n')
  await repository.write('a.big', 'pointer\n')
  // As old as this, git need not look into it.
  await utimes(join(repository.root, 'a.big'), 1, 1)
  repository.commit()
  repository.git('config', 'filter.big.clean', 'false')
  repository.git('config', 'filter.big.required', 'true')
  const change = await changeBy(repository, ({ write }) => write('b', '1\n'))
  expect(summarize(change.files)).toEqual(['added b +1 -0'])
})

test('a submodule that is not checked out is no change until something is put into it', async () => {
  await using repository = await createRepository(files)
  const commit = repository.git('rev-parse', 'HEAD')
  repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`)
  repository.git('commit', '--quiet', '--message=submodule')
  await mkdir(join(repository.root, 'sub'))
  const untouched = await changeBy(repository, edit)
  expect(summarize(untouched.files)).toEqual(edited)
  expect(untouched.unseen).toEqual([])
  const change = await changeBy(repository, ({ write }) => write('sub/x', '1'))
  expect(change.files).toEqual([])
  expect(change.unseen).toEqual([{ path: 'sub', reason: 'submodule' }])
})

async function withSubmodule(): Promise<Repository> {
  const repository = await createRepository(files)
  const origin = atRoot(repository, join(repository.temporary, 'origin'))
  await mkdir(origin.root)
  origin.git('init', '--quiet', '--initial-branch=main')
  await origin.write('x', '1\n')
  origin.commit()
  addSubmodule(repository, 'sub')
  repository.commit()
  return repository
}

function addSubmodule({ git, temporary }: Repository, path: string): void {
  const origin = join(temporary, 'origin')
  git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, path)
}

function inside(repository: Repository, path: string): Repository {
  return atRoot(repository, join(repository.root, path))
}

test.each<[string, (copy: Repository) => unknown]>([
  ['an edit', ({ write }) => write('sub/x', '2\n')],
  ['a new file', ({ write }) => write('sub/y', '2\n')],
  ['a removal', ({ remove }) => remove('sub/x')],
])('%s in a submodule is named, since no patch can carry it', async (_, act) => {
  await using repository = await withSubmodule()
  const change = await changeBy(repository, act)
  expect(change.files).toEqual([])
  expect(change.unseen).toEqual([{ path: 'sub', reason: 'submodule' }])
})

test('what git ignores in a submodule is no change of it, and neither is nothing', async () => {
  await using repository = await withSubmodule()
  await repository.write('sub/.gitignore', 'built/\n')
  const change = await changeBy(repository, ({ write }) => write('sub/built/y', '2\n'))
  expect(change).toMatchObject({ files: [], unseen: [] })
  expect(await changeBy(repository, () => undefined)).toMatchObject({ files: [], unseen: [] })
})

test('a commit in a submodule moves its pointer', async () => {
  await using repository = await withSubmodule()
  const change = await changeBy(repository, async (copy) => {
    await copy.write('sub/x', '2\n')
    inside(copy, 'sub').commit()
  })
  expect(change.files).toMatchObject([{ path: 'sub', status: 'modified', mode: '160000' }])
  expect(await patchOf(change)).toMatch(/\n-Subproject commit .*\n\+Subproject commit /)
})

test('no program that the agent configured in a submodule is run', async () => {
  await using repository = await withSubmodule()
  const ran = join(repository.temporary, 'ran')
  const change = await changeBy(repository, async (copy) => {
    const { write } = copy
    const { git } = inside(copy, 'sub')
    git('config', 'core.fsmonitor', `touch ${ran}; false`)
    git('config', 'filter.evil.clean', `touch ${ran}; cat`)
    await write('sub/.gitattributes', '* filter=evil\n')
    await write('sub/x', '2\n')
  })
  expect(change.unseen).toEqual([{ path: 'sub', reason: 'submodule' }])
  await expect(rm(ran)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a submodule whose .git leads nowhere does not keep the rest from being seen', async () => {
  await using repository = await withSubmodule()
  await repository.write('sub/.git', 'gitdir: ../missing\n')
  const change = await changeBy(repository, edit)
  expect(summarize(change.files)).toEqual(edited)
})

test('a submodule that the agent added is a pointer, one that it removed is deleted', async () => {
  await using repository = await withSubmodule()
  const change = await changeBy(repository, (copy) => {
    copy.git('rm', '--quiet', '--force', 'sub')
    addSubmodule(copy, 'lib')
  })
  expect(change.files.map(({ path, status, mode }) => [status, path, mode])).toEqual([
    ['modified', '.gitmodules', '100644'],
    ['renamed', 'lib', '160000'],
  ])
})

test.each([
  ['without a commit', []],
  ['with a commit', ['inner/most', 'inner']],
  ['added to the outer one as if it were a submodule', ['inner/most', 'inner', '.']],
])('a repository that the agent made inside (%s) is the files in it', async (_, commits) => {
  await using repository = await createRepository({ ...files, '.gitignore': '*.log\n' })
  const head = repository.git('rev-parse', 'HEAD')
  const change = await changeBy(repository, async (copy) => {
    const { git, write } = copy
    git('init', '--quiet', 'inner')
    git('init', '--quiet', 'inner/most')
    git('init', '--quiet', 'src')
    await write('inner/x', '1\n')
    await write('inner/run.log', '1\n')
    await write('inner/most/y', '2\n')
    await write('src/z', '3\n')
    for (const path of commits) inside(copy, path).commit()
  })
  expect(summarize(change.files)).toEqual([
    'added inner/most/y +1 -0',
    'added inner/x +1 -0',
    'added src/z +1 -0',
  ])
  expect(applyToClone(repository, head, change)).toBe(change.tree)
})

test('a second checkout inside, made by an earlier step, is the agent’s only where it was edited', async () => {
  await using repository = await createRepository(files)
  repository.git('clone', '--quiet', '.', 'tools')
  const change = await changeBy(repository, ({ write }) => write('tools/a.txt', '2\n'))
  expect(summarize(change.files)).toEqual(['modified tools/a.txt +1 -1'])
})

test('a pipe in the place of a file does not hang or break it, and is named', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, async ({ remove, root, write }) => {
    await remove('a.txt')
    execFileSync('mkfifo', [join(root, 'a.txt')])
    await write('b.txt', '1\n')
  })
  expect(summarize(change.files)).toEqual(['added b.txt +1 -0'])
  expect(change.unseen).toEqual([{ path: 'a.txt', reason: 'unreadable' }])
})

const isRoot = process.getuid?.() === 0

;(isRoot ? test.skip : test)(
  'a file that may not be read is named, unless it was so before',
  async () => {
    await using repository = await createRepository(files)
    const hide = (path: string) => execFileSync('chmod', ['000', join(repository.root, path)])
    await repository.write('hidden before', '1\n')
    hide('hidden before')
    const change = await changeBy(repository, async ({ write }) => {
      await write('secret', '1\n')
      await write('b.txt', '1\n')
      hide('secret')
    })
    expect(summarize(change.files)).toEqual(['added b.txt +1 -0'])
    expect(change.unseen).toEqual([{ path: 'secret', reason: 'unreadable' }])
  },
)

test('an agent that threw .git away and made another still shows what it changed', async () => {
  await using repository = await createRepository(files)
  const change = await changeBy(repository, async (checkout) => {
    await edit(checkout)
    await checkout.remove('.git')
    checkout.git('init', '--quiet')
    checkout.commit()
  })
  expect(summarize(change.files)).toEqual(edited)
})

test('opencode’s own files and edits are left out, the agent’s beside them are not', async () => {
  await using repository = await createRepository({
    'opencode.json': '{\n  "model": "a/b"\n}\n',
    '.opencode/package.json': '{}',
    '.opencode/bun.lock': '1\n',
    'app/opencode.jsonc': '{\n  "model": "a/b"\n}\n',
  })
  const change = await changeBy(repository, async ({ write }) => {
    const schema = '{\n  "$schema": "https://opencode.ai/config.json",\n'
    await write('opencode.json', `${schema}  "model": "a/b"\n}\n`)
    await write('app/opencode.jsonc', `${schema}  "model": "c/d"\n}\n`)
    await write('.opencode/package.json', '{"dependencies":{"@opencode-ai/plugin":"1.2.3"}}')
    await write('.opencode/node_modules/x/index.js', '1')
    await write('.opencode/package-lock.json', '{}')
    await write('.opencode/plans/1.md', 'plan')
    await write('.opencode/bun.lock', '2\n')
    await write('.opencode/command/new.md', 'new\n')
    await write('app/.opencode/.gitignore', 'node_modules\n')
  })
  expect(summarize(change.files)).toEqual([
    'modified .opencode/bun.lock +1 -1',
    'added .opencode/command/new.md +1 -0',
    'modified app/opencode.jsonc +2 -1',
  ])
})
