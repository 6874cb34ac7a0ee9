import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openRepository } from '../../src/workspace/repository.ts'
import { findViolation, undoViolation } from '../../src/workspace/violation.ts'
import { takeWitness } from '../../src/workspace/witness.ts'
import { soon } from '../support/change.ts'
import { createRepository, hashFolder, type Repository } from '../support/repository.ts'

const files = { 'a.txt': '1\n', 'src/b.txt': '2\n', '.gitignore': 'out/\n*.log\n.cache\n' }

/** What `act` did, after it was undone: where that did not succeed, `undefined` if nothing counts. */
async function undone(repository: Repository, act: string): Promise<readonly string[] | undefined> {
  const { root: directory, temporary, env } = repository
  const witness = await takeWitness(
    {
      directory,
      repository: openRepository(directory),
      temporary,
      skipped: [],
      moved: [],
      env,
    },
    soon(),
  )
  repository.run(act)
  const patchFile = join(temporary, 'patch')
  const { violation } = await findViolation({ witness, env, patchFile }, soon())
  return violation && (await undoViolation({ witness, violation, env }, soon()))
}

async function treeOf({ root }: Repository) {
  const all = Object.entries(await hashFolder(root))
  return Object.fromEntries(all.filter(([name]) => !/^\.git(\/|$)/.test(name)))
}

const prepare =
  'mkdir -p out/deep; echo o >out/o; echo d >out/deep/d; chmod 700 out/deep/d; ln -s o out/link; echo u >u; echo l >x.log'

test.each([
  'echo x >>out/o; rm out/deep/d; echo n >out/new',
  'rm -r out; echo file >out',
  'rm -r out; ln -s /etc out',
  'rm out/o; mkdir -p out/o/in; echo 1 >out/o/in/f',
  'rm out/link; ln -s /etc/passwd out/link',
  'chmod 755 out/deep/d; chmod 700 out',
  'rm -r src; echo x >src; echo y >u; rm x.log',
  'rm a.txt; mkdir a.txt; echo 1 >a.txt/in.log',
  'echo "*" >>.gitignore; echo 1 >hidden; mkdir -p deep/er; echo 1 >deep/er/h',
  'echo hidden >>.git/info/exclude; echo 1 >hidden',
  'mkdir -p e/m/p/t/y',
  'git init -q src; git init -q out/deep',
  'touch -d "2001-01-01" out/new; cp out/o out/c; touch -r out/o out/c; mv out/c out/o; echo k >out/o; touch -r out/deep/d out/o',
  'mkfifo out/pipe; mkfifo pipe; rm out/o; mkfifo out/o',
])('a tree is put back to what it was, with what git ignores: %s', async (act) => {
  await using repository = await createRepository(files)
  repository.run(prepare)
  const before = await treeOf(repository)
  expect(await undone(repository, act)).toEqual([])
  expect(await treeOf(repository)).toEqual(before)
})

test.each([
  'true',
  'touch a.txt src/b.txt out/o out/deep',
  'cp out/o out/c; mv out/c out/o',
  'git status; git add -A; git reset -q',
  'mkdir -p .opencode/node_modules/x; echo {} >.opencode/node_modules/x/package.json',
])(
  'what leaves the tree as it was, or is opencode’s own doing, does not count: %s',
  async (act) => {
    await using repository = await createRepository(files)
    repository.run(prepare)
    expect(await undone(repository, act)).toBeUndefined()
  },
)

test('an ignored file that was too large to be kept is named, and left as it is', async () => {
  await using repository = await createRepository(files)
  repository.run(`${prepare}; head -c 2000000 /dev/zero >big.log`)
  expect(await undone(repository, 'echo x >>big.log; echo y >out/o')).toEqual(['big.log'])
  expect(readFileSync(join(repository.root, 'out/o'), 'utf8')).toBe('o\n')
})

test('nothing outside is removed or written through a link that took the place of a folder', async () => {
  await using repository = await createRepository(files)
  repository.run(`${prepare}; mkdir ../outside; echo safe >../outside/o; echo safe >../outside/n`)
  expect(await undone(repository, 'rm -r out; ln -s ../outside out')).toEqual([])
  expect(repository.run('cat ../outside/o ../outside/n')).toBe('safe\nsafe')
  expect(existsSync(join(repository.root, '../outside/deep'))).toBe(false)
})

test('a folder of the action’s own in the tree is no change of it', async () => {
  await using repository = await createRepository(files)
  const { root: directory, temporary, env } = repository
  repository.run('mkdir run')
  const watching = {
    directory,
    repository: openRepository(directory),
    temporary,
    skipped: [join(directory, 'run')],
    moved: [],
    env,
  }
  const witness = await takeWitness(watching, soon())
  repository.run('echo 1 >run/answer.md')
  const { violation } = await findViolation(
    { witness, env, patchFile: join(temporary, 'patch') },
    soon(),
  )
  expect(violation?.others).toBeUndefined()
})

test('a large ignored file that the action moves away and back is no change, and a written one is', async () => {
  await using repository = await createRepository(files)
  const { root: directory, temporary, env } = repository
  repository.run('mkdir -p out; head -c 2000000 /dev/zero >out/AGENTS.md')
  const moved = [join(directory, 'out/AGENTS.md')]
  const witness = await takeWitness(
    {
      directory,
      repository: openRepository(directory),
      temporary,
      skipped: [],
      moved,
      env,
    },
    soon(),
  )
  const find = async () =>
    (await findViolation({ witness, env, patchFile: join(temporary, 'patch') }, soon())).violation
  repository.run('mv out/AGENTS.md ../kept; mv ../kept out/AGENTS.md')
  expect(await find()).toBeUndefined()
  repository.run('echo x >>out/AGENTS.md')
  expect((await find())?.others).toHaveLength(1)
})
