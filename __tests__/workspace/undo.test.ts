import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { undoSince } from '../../src/workspace/undo.ts'
import { changeSince, snapshotOf, soon } from '../support/change.ts'
import { createRepository, hashFolder, type Repository } from '../support/repository.ts'

const files = {
  'a.txt': '1\n',
  'crlf.txt': '1\r\n2\r\n',
  'src/b.txt': '2\n',
  'src/run.sh': '#!/bin/sh\n',
  '.gitignore': 'out/\n*.log\n',
}

/** Modes and contents of all files outside `.git`, and what git says of them. */
async function stateOf({ root, run }: Repository) {
  const all = Object.entries(await hashFolder(root))
  return {
    files: Object.fromEntries(all.filter(([name]) => !/^\.git(\/|$)/.test(name))),
    git: run(
      'git rev-parse -q --verify HEAD || true; git symbolic-ref -q HEAD || true; git status --porcelain',
    ),
  }
}

test.each([
  {
    what: 'edits, new and removed files, modes and links',
    act: 'echo x >>a.txt; rm -r src; echo n >new; ln -sf /etc/hosts crlf.txt; mkdir -p d/e; echo 1 >d/e/f',
  },
  { what: 'a mode alone', act: 'chmod +x src/run.sh' },
  {
    what: 'what was untracked, staged or edited before',
    before: 'echo u >u.txt; mkdir d; echo v >d/v; echo s >>a.txt; git add a.txt; echo t >>a.txt',
    act: 'rm -r d; echo x >a.txt; git add -A; git stash -q',
  },
  {
    what: 'untracked and tracked files that the agent made git ignore',
    before: 'echo u >u.txt',
    act: 'printf "u.txt\\nsrc/\\n" >>.gitignore; echo x >u.txt; echo x >src/b.txt',
  },
  {
    what: 'the first commit of a branch without one',
    before: 'rm -rf .git; git init -q -b main; git add a.txt',
    act: 'git add -A; git commit -qm x; echo z >>a.txt',
  },
  {
    what: 'a branch of the agent’s own where a commit was checked out',
    before: 'git checkout -q --detach',
    act: 'git checkout -q -b agent; echo 1 >>a.txt; git commit -qam x',
  },
  {
    what: 'a branch that the agent removed',
    act: 'git checkout -q -b agent; echo 1 >>a.txt; git commit -qam x; git branch -qD main',
  },
  {
    what: 'a sparse checkout',
    before: 'git sparse-checkout set --no-cone /a.txt /.gitignore',
    act: 'echo 1 >>a.txt; echo n >new',
  },
])('undone: $what', async ({ before: prepare = '', act }) => {
  await using repository = await createRepository(files)
  repository.run(prepare)
  const before = await snapshotOf(repository)
  const was = await stateOf(repository)
  repository.run(act)
  const { tree } = await changeSince(before, repository)
  expect(await undoSince(before, { env: repository.env, tree }, soon())).toBe(true)
  expect(await stateOf(repository)).toEqual(was)
})

test('a lock on the index that a killed git left behind does not outlast it', async () => {
  await using repository = await createRepository(files)
  const before = await snapshotOf(repository)
  repository.run('echo x >>a.txt; touch .git/index.lock')
  const { tree } = await changeSince(before, repository)
  expect(await undoSince(before, { env: repository.env, tree }, soon())).toBe(true)
  expect(existsSync(join(repository.root, '.git/index.lock'))).toBe(false)
})
