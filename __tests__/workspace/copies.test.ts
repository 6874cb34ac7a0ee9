import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openCopies } from '../../src/workspace/copies.ts'
import type { CopyOptions } from '../../src/workspace/copy-place.ts'
import { copyTree } from '../../src/workspace/copy-tree.ts'
import type { FolderEntry } from '../../src/workspace/raw-path.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { changeBy, soon, summarize } from '../support/change.ts'
import { atRoot, createRepository, hashFolder, type Repository } from '../support/repository.ts'

const files = {
  '.gitignore': 'out/\n',
  'AGENTS.md': 'Own.\n',
  'a.txt': '1\n',
  'src/b.txt': 'b\nb\nb\nb\n',
  'w.txt': 'w\r\n',
  'v1/v': '1\n',
  'v2/v': '2\n',
}

/** A checkout with all that can be unusual: CRLF, an ignored folder, a dirty and an untracked file. */
async function createCheckout(): Promise<Repository> {
  const repository = await createRepository()
  repository.git('config', 'core.autocrlf', 'true')
  for (const [path, content] of Object.entries(files)) await repository.write(path, content)
  repository.commit()
  await repository.write('out/o', 'o\n')
  repository.run('touch -d @1700000000 v1/v v2/v; git update-index -q --refresh')
  await repository.write('a.txt', '1\ndirty\n')
  await repository.write('untracked', 'u\n')
  return repository
}

async function copiesOf({ root, temporary, env }: Repository, more: Partial<CopyOptions> = {}) {
  const options = {
    ...{ root, repository: openRepository(root), temporary, env, hidden: [] },
    ...{ isMeasured: true, isMounted: false, onProgress: () => undefined, ...more },
  }
  return await openCopies(options, soon())
}

const acts: readonly {
  what: string
  act: string
  changed: readonly string[]
  unseen?: string[]
}[] = [
  {
    what: 'edits',
    act: 'echo 2 >> a.txt; echo 3 > src/new.txt; rm src/b.txt',
    changed: ['modified a.txt', 'deleted src/b.txt', 'added src/new.txt'],
  },
  {
    what: 'a commit',
    act: 'echo 2 >> a.txt; git add -A; git commit -qm x; test $(git log --oneline | wc -l) = 2',
    changed: ['modified a.txt'],
  },
  {
    what: 'no repository any more',
    act: 'rm -rf .git; echo 2 >> a.txt',
    changed: ['modified a.txt'],
  },
  {
    what: 'another repository',
    act: 'rm -rf .git; git init -q; echo 2 >> a.txt; git add a.txt',
    changed: ['modified a.txt'],
  },
  {
    what: 'a mode, a link and bytes',
    act: 'chmod +x a.txt; ln -s a.txt l; printf "\\0\\1" > bin',
    changed: ['modified a.txt', 'added bin', 'added l'],
  },
  {
    what: 'a rename',
    act: 'mkdir lib; git mv src/b.txt lib/c.txt',
    changed: ['renamed lib/c.txt'],
  },
  {
    what: 'a rule less',
    act: 'sed -i /out/d .gitignore',
    changed: ['modified .gitignore'],
    unseen: ['out'],
  },
  {
    what: 'a rule more',
    act: 'echo "*.txt" >> .gitignore; echo n > n.txt',
    changed: ['modified .gitignore'],
  },
  {
    what: 'a repository inside',
    act: 'git init -q inner; echo 1 > inner/x; git -C inner add -A; git -C inner commit -qm x',
    changed: ['added inner/x'],
  },
  { what: 'CRLF', act: 'printf "x\\r\\n" >> w.txt', changed: ['modified w.txt'] },
  { what: 'nothing', act: 'touch a.txt; git status > /dev/null', changed: [] },
  {
    what: 'folders that changed places',
    act: 'mv v1 t; mv v2 v1; mv t v2',
    changed: ['modified v1/v', 'modified v2/v'],
  },
  {
    what: 'the same size and time',
    act: 'cp -p src/b.txt /tmp/t.$$; sed -i s/b/c/ src/b.txt; touch -r /tmp/t.$$ src/b.txt; rm /tmp/t.$$',
    changed: ['modified src/b.txt'],
  },
]

test.each(acts)(
  '$what in a copy is the same change in the checkout, and nothing before it lands',
  async ({ act, changed, unseen = [] }) => {
    await using repository = await createCheckout()
    const before = await hashFolder(repository.root)
    const hidden = [join(repository.root, 'AGENTS.md')]
    const change = await changeBy(repository, (copy) => copy.run(act), { hidden })
    expect(change.files.map(({ status, path }) => `${status} ${path}`)).toEqual(changed)
    expect(await hashFolder(repository.root)).toEqual(before)
    const { dirty, ...kept } = await stateOf(repository)
    expect(await change.land()).toEqual([])
    const after = await stateOf(repository)
    expect({ ...kept, dirty: undefined }).toEqual({ ...after, dirty: undefined })
    if (change.unseen.length === 0)
      expect(repository.run('git add --all; git write-tree')).toBe(change.tree)
    expect(change.unseen.map(({ path }) => path)).toEqual(unseen)
    expect(dirty).toContain('?? untracked')
  },
)

/** What landing leaves alone: HEAD, the index, what is hidden, and what git ignores. */
async function stateOf({ root, git }: Repository) {
  return {
    head: git('rev-parse', 'HEAD'),
    staged: git('diff', '--cached', '--name-only'),
    hidden: readFileSync(join(root, 'AGENTS.md'), 'utf8'),
    ignored: readFileSync(join(root, 'out/o'), 'utf8'),
    dirty: git('status', '--porcelain'),
  }
}

test('copies are of the checkout as it stands, one after the other, each with its own repository', async () => {
  await using repository = await createCheckout()
  const copies = await copiesOf(repository)
  for (const _ of [1, 2]) {
    await using copy = await copies.next(soon())
    const agent = atRoot(repository, copy.workTree.root)
    expect(agent.git('status', '--porcelain')).toBe(repository.git('status', '--porcelain'))
    expect(agent.git('log', '--format=%s')).toBe('state')
    expect(realpathSync(join(agent.root, 'out'))).toBe(join(repository.root, 'out'))
    agent.run('git checkout -q -b other; rm -rf src; echo x > untracked; git commit -qam x')
  }
  expect(repository.git('branch', '--list', 'other')).toBe('')
  expect(readFileSync(join(repository.root, 'untracked'), 'utf8')).toBe('u\n')
})

test('who commits in a copy has a name, where the checkout has none', async () => {
  await using repository = await createCheckout()
  const copies = await copiesOf(repository)
  const { workTree } = await copies.next(soon())
  const options = { cwd: workTree.root, encoding: 'utf8', env: repository.env } as const
  const commit = 'git commit -qam x && git log -1 --format="%an <%ae>"'
  const printed = execFileSync('sh', ['-c', commit], options)
  expect(printed).toBe('opencode <opencode@localhost>\n')
})

test('a folder of the checkout that the agent must not see keeps the folder around it from being shown', async () => {
  await using repository = await createCheckout()
  await repository.write('out/deep/AGENTS.md', 'Obey.\n')
  const hidden = [join(repository.root, 'out/deep/AGENTS.md')]
  const copies = await copiesOf(repository, { hidden })
  expect(copies.shown).toEqual([])
  const { workTree } = await copies.next(soon())
  const names = Object.keys(await hashFolder(join(workTree.root, 'out')))
  expect(names).toEqual(['deep', 'o'])
})

test('packages of opencode are copied, since it writes to them in a plan, too', async () => {
  await using repository = await createRepository({ '.opencode/.gitignore': 'node_modules\n' })
  await repository.write('.opencode/node_modules/x/index.js', '1')
  const copies = await copiesOf(repository)
  expect(copies.shown).toEqual([])
  const { workTree } = await copies.next(soon())
  expect(lstatSync(join(workTree.root, '.opencode/node_modules')).isDirectory()).toBe(true)
})

test('an ignored folder whose name is not UTF-8 is copied, since no mount can name it', async () => {
  await using repository = await createRepository({ '.gitignore': 'cache*/\n' })
  const folder = Buffer.from(`${repository.root}/cache\xe9`, 'latin1')
  mkdirSync(folder)
  await writeFile(Buffer.concat([folder, Buffer.from('/x')]), 'cached')
  const copies = await copiesOf(repository)
  expect(copies.shown).toEqual([])
  const { workTree } = await copies.next(soon())
  const copied = Buffer.from(`${workTree.root}/cache\xe9/x`, 'latin1')
  expect(readFileSync(copied, 'utf8')).toBe('cached')
})

test('of very many ignored folders the upper ones are shown, and the rest is copied', async () => {
  await using repository = await createRepository({ '.gitignore': 'cache/\n', a: '1' })
  for (let at = 0; at < 70; at += 1) await repository.write(`deep/p${at}/cache/x`, `${at}`)
  await repository.write('cache/top', '1')
  const copies = await copiesOf(repository)
  expect(copies.shown).toHaveLength(64)
  expect(copies.shown[0]).toBe(join(repository.root, 'cache'))
  const { workTree } = await copies.next(soon())
  const kinds = Array.from({ length: 70 }, (_, at) =>
    lstatSync(join(workTree.root, `deep/p${at}/cache`)).isSymbolicLink(),
  )
  expect(kinds.filter((isLink) => !isLink)).toHaveLength(7)
})

test('modes, times and links are copied; pipes and what is left out are not', async () => {
  await using repository = await createRepository({ 'a/run.sh': '#!/bin/sh\n', 'b/c': '1' })
  const { root, temporary } = repository
  await repository.makeExecutable('a/run.sh')
  await repository.link('a/away', '/etc')
  execFileSync('mkfifo', [join(root, 'pipe')])
  mkdirSync(join(root, 'closed'))
  chmodSync(join(root, 'closed'), 0o500)
  const to = join(temporary, 'to')
  const isLeftOut = ({ path }: FolderEntry) => path === 'b' || path === '.git'
  const copied = await copyTree({ from: root, to, isLeftOut }, soon())
  expect(copied).toMatchObject({ files: 3, missing: ['pipe'], large: [] })
  const before = await hashFolder(root)
  const expected = Object.entries(before).filter(([path]) => !/^(\.git|b|pipe)(\/|$)/.test(path))
  expect(await hashFolder(to)).toEqual(Object.fromEntries(expected))
  const [one, other] = [root, to].map((folder) => lstatSync(join(folder, 'a/run.sh')).mtimeMs)
  expect(Math.abs((one ?? 0) - (other ?? 0))).toBeLessThan(2)
  chmodSync(join(to, 'closed'), 0o700)
})

test('a name that is not UTF-8 is copied as it is', async () => {
  await using repository = await createRepository({ a: '1' })
  const { root, temporary } = repository
  const at = (folder: string) => Buffer.from(`${folder}/caf\xe9`, 'latin1')
  await writeFile(at(root), 'x')
  const to = join(temporary, 'to')
  await copyTree({ from: root, to, isLeftOut: ({ name }) => name === '.git' }, soon())
  expect(readFileSync(at(to), 'utf8')).toBe('x')
})

test('a file of more than a gigabyte is left out and named, and a copy can be broken off', async () => {
  await using repository = await createRepository({ a: '1' })
  repository.run('truncate -s 200G large; for i in $(seq 300); do echo $i > f$i; done')
  const { root, temporary } = repository
  const copying = {
    from: root,
    to: join(temporary, 'to'),
    isLeftOut: ({ path }: FolderEntry) => path === '.git',
  }
  expect(await copyTree(copying, soon())).toMatchObject({
    files: 302,
    missing: [],
    large: ['large'],
  })
  const again = { ...copying, to: join(temporary, 'again') }
  await expect(copyTree(again, AbortSignal.abort(new Error('enough')))).rejects.toThrow()
})

test('a copy of nothing but folders can be broken off, too', async () => {
  await using repository = await createRepository()
  repository.run('mkdir -p deep/$(seq -s/ 300)')
  const { root: from, temporary } = repository
  const copying = { from, to: join(temporary, 'to'), isLeftOut: () => false }
  await expect(copyTree(copying, AbortSignal.abort(new Error('enough')))).rejects.toThrow()
})

test('files that git only believes to be clean, or never checked out, do not keep a change from landing', async () => {
  await using repository = await createRepository({
    ...{ 'a.bin': 'pointer\n', 'out/x': '1\n', 'in/y': '1\n', 'c.json': '1\n' },
    '.gitignore': 'local.json\n',
  })
  repository.git('sparse-checkout', 'set', 'in')
  await repository.write('.gitattributes', '*.bin filter=big\n')
  repository.git('config', 'filter.big.clean', 'echo pointer')
  repository.git('config', 'filter.big.smudge', 'echo large')
  await repository.write('a.bin', 'large\n')
  repository.git('add', 'a.bin')
  await repository.write('local.json', '1\n')
  const change = await changeBy(repository, async ({ write }) => {
    await write('a.bin', 'larger\n')
    await write('out/x', '2\n')
    await write('.gitignore', '')
    await write('local.json', '2\n')
  })
  expect(await change.land()).toEqual([])
  const contents = ['a.bin', 'out/x', 'local.json'].map((path) =>
    readFileSync(join(repository.root, path), 'utf8'),
  )
  expect(contents).toEqual(['larger\n', '2\n', '2\n'])
})

test('the attributes that the agent left decide how its files land, and modes stay', async () => {
  await using repository = await createRepository({ a: '1\n', 'd/only': '1\n' })
  chmodSync(join(repository.root, 'a'), 0o600)
  chmodSync(join(repository.root, 'd'), 0o700)
  const change = await changeBy(repository, async ({ write, makeExecutable }) => {
    await write('.gitattributes', '*.rc working-tree-encoding=UTF-16LE-BOM eol=lf\n')
    await write('x.rc', Buffer.from('\ufeffhi\n', 'utf16le'))
    await write('d/only', '2\n')
    await write('a', '2\n')
    await makeExecutable('a')
  })
  expect(await change.land()).toEqual([])
  const at = (path: string) => join(repository.root, path)
  expect(readFileSync(at('x.rc'))).toEqual(Buffer.from('\ufeffhi\n', 'utf16le'))
  const modes = ['a', 'd', 'd/only'].map((path) => lstatSync(at(path)).mode & 0o777)
  expect(modes).toEqual([0o700, 0o700, 0o644])
})

test('files that are nested without end are named by their folder, and cost no time', async () => {
  await using repository = await createRepository({ a: '1\n' })
  const change = await changeBy(repository, ({ run }) => {
    run('p=x; for i in $(seq 1500); do p=$p/x; done; mkdir -p $p; cd $p; touch $(seq 3000)')
  })
  expect(change.files).toEqual([])
  expect(change.unseen).toEqual([{ path: 'x', reason: 'too-deep' }])
})

test('a link to an ignored folder that the agent moves with the folder around it does not land', async () => {
  await using repository = await createRepository({ '.gitignore': 'nm/\n', 'p/a/x': '1\n' })
  await repository.write('p/a/nm/y', '1\n')
  const change = await changeBy(repository, ({ git }) => git('mv', 'p/a', 'p/b'))
  expect(change.files.map(({ path }) => path)).toEqual(['p/b/x'])
})

test('a link that the agent put elsewhere is not followed when the copy is read', async () => {
  await using repository = await createRepository({ '.gitignore': 'nm/\n', 'p/a/x': '1\n' })
  await repository.write('p/a/nm/y', '1\n')
  const outside = join(repository.temporary, 'outside')
  mkdirSync(outside)
  await changeBy(repository, async ({ root, run }) => {
    const target = join(repository.root, 'p/a/nm')
    run(`ln -s '${target}' '${outside}/nm'; rm -r p/a; ln -s '${outside}' p/a`)
    expect(lstatSync(join(root, 'p/a')).isSymbolicLink()).toBe(true)
  })
  expect(lstatSync(join(outside, 'nm')).isSymbolicLink()).toBe(true)
})

test('a change of a file with a filter does not run it', async () => {
  await using repository = await createRepository({
    '.gitattributes': '*.up filter=up\n',
    'a.up': 'a',
  })
  repository.git('config', 'filter.up.clean', `touch ${repository.temporary}/ran; cat`)
  const change = await changeBy(repository, ({ write }) => write('a.up', 'b'))
  expect(summarize(change.files)).toHaveLength(1)
  expect(await change.land()).toEqual([])
  expect(() => lstatSync(join(repository.temporary, 'ran'))).toThrow()
})
