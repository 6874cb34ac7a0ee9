import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { rememberPlaces, restorePlaces } from '../../src/runner-files/guard.ts'
import { placesOf } from '../../src/runner-files/guarded-places.ts'
import { atRoot, createRepository } from '../support/repository.ts'

const none = new Map<string, string>()

function makeFolder() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'opencode-driver-guarded-')))
  mkdirSync(join(root, 'hooks'))
  writeFileSync(join(root, 'hooks/old'), 'old\n', { mode: 0o755 })
  writeFileSync(join(root, 'file'), 'one\n', { mode: 0o600 })
  const places = [
    { path: join(root, 'hooks'), kind: 'folder' },
    { path: join(root, 'file'), kind: 'file' },
    { path: join(root, 'absent'), kind: 'file' },
  ] as const
  return { root, at: (name: string) => join(root, name), guarded: rememberPlaces(places) }
}

test.each([
  ['rewritten', (root: string) => writeFileSync(join(root, 'file'), 'two\n')],
  ['readable by all', (root: string) => chmodSync(join(root, 'file'), 0o644)],
  ['removed', (root: string) => rmSync(join(root, 'file'))],
  [
    'a link to a file of the same content',
    (root: string) => {
      renameSync(join(root, 'file'), join(root, 'elsewhere'))
      symlinkSync(join(root, 'elsewhere'), join(root, 'file'))
    },
  ],
  [
    'a folder',
    (root: string) => {
      rmSync(join(root, 'file'))
      mkdirSync(join(root, 'file/in'), { recursive: true })
    },
  ],
])('a guarded file that is %s becomes what it was', (_, act) => {
  const { root, at, guarded } = makeFolder()
  act(root)
  expect(restorePlaces(guarded, none)).toEqual([{ path: at('file'), what: 'put back' }])
  expect(lstatSync(at('file')).mode & 0o777).toBe(0o600)
  expect(lstatSync(at('file')).isFile()).toBe(true)
  expect(readFileSync(at('file'), 'utf8')).toBe('one\n')
  expect(restorePlaces(guarded, none)).toEqual([])
})

test('what a link leads to is not written when a folder is put back', () => {
  const { root, at, guarded } = makeFolder()
  const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'opencode-driver-elsewhere-')))
  writeFileSync(join(elsewhere, 'new'), 'of another owner\n')
  renameSync(at('hooks'), at('gone'))
  symlinkSync(elsewhere, at('hooks'))
  symlinkSync('/nowhere', at('absent'))
  const repairs = restorePlaces(guarded, none)
  expect(repairs.map(({ path }) => path.slice(root.length + 1))).toEqual([
    'hooks',
    'hooks/old',
    'absent',
  ])
  expect(lstatSync(at('hooks')).isDirectory()).toBe(true)
  expect(readFileSync(at('hooks/old'), 'utf8')).toBe('old\n')
  expect(lstatSync(at('absent'), { throwIfNoEntry: false })).toBeUndefined()
  expect(existsSync(join(elsewhere, 'old'))).toBe(false)
  expect(readFileSync(join(elsewhere, 'new'), 'utf8')).toBe('of another owner\n')
})

test('what the action itself appended stays, and what stands around it goes', () => {
  const { at, guarded } = makeFolder()
  const appended = new Map([[at('file'), 'ours\n']])
  writeFileSync(at('file'), 'one\nours\n')
  expect(restorePlaces(guarded, appended)).toEqual([])
  writeFileSync(at('file'), 'one\nforged\nours\nforged\n')
  expect(restorePlaces(guarded, appended)).toEqual([{ path: at('file'), what: 'put back' }])
  expect(readFileSync(at('file'), 'utf8')).toBe('one\nours\n')
})

test('configuration and hooks are found of a checkout, its submodules, and the repository that a worktree shares', async () => {
  await using repository = await createRepository({ a: '1' })
  const { root } = repository
  repository.run(`
    git init -q ../other; git -C ../other -c user.name=a -c user.email=a@b commit -q --allow-empty -m x
    git -c protocol.file.allow=always submodule --quiet add ../other sub/one; git commit -qm sub
    git worktree add -q ../tree`)
  const tree = atRoot(repository, join(repository.temporary, '../tree')).root
  const find = (directory: string) =>
    placesOf({ directory, env: {}, ownFiles: [] }).map(({ path }) => path)
  expect(find(join(root, 'sub'))).toEqual(
    expect.arrayContaining([
      join(root, '.git/config'),
      join(root, '.git/hooks'),
      join(root, '.git/modules/sub/one/config'),
      join(root, '.git/modules/sub/one/hooks'),
      join(root, 'sub/one/.git'),
    ]),
  )
  expect(find(realpathSync(tree))).toEqual(
    expect.arrayContaining([
      join(realpathSync(tree), '.git'),
      join(root, '.git/worktrees/tree/config.worktree'),
      join(root, '.git/config'),
    ]),
  )
})

test('a link that was left in a git folder puts nothing under guard that lies elsewhere', async () => {
  await using repository = await createRepository({ a: '1' })
  const { root, temporary } = repository
  writeFileSync(join(temporary, 'log'), 'before\n')
  const leave = (name: string) => {
    repository.run('git init -q "$1"; rm -rf "$1/.git/hooks" "$1/.git/info"', name)
    for (const link of ['hooks', 'info', 'modules'])
      symlinkSync(temporary, join(root, name, '.git', link))
  }
  leave('left')
  const places = placesOf({ directory: root, env: { GITHUB_WORKSPACE: root }, ownFiles: [] })
  expect(places.map(({ path }) => path)).toContain(join(root, 'left/.git/config'))
  const guarded = rememberPlaces(places)
  writeFileSync(join(temporary, 'log'), 'after\n')
  mkdirSync(join(temporary, 'new/deep'), { recursive: true })
  expect(restorePlaces(guarded, none)).toEqual([])
  expect(readFileSync(join(temporary, 'log'), 'utf8')).toBe('after\n')
  expect(existsSync(join(temporary, 'new/deep'))).toBe(true)
})

test('settings of nothing but line breaks take no longer than their length to read', async () => {
  await using repository = await createRepository({ a: '1' })
  const { root } = repository
  repository.run(
    'git init -q left; mkdir -p left/.git/modules/x; echo x > left/.git/modules/x/HEAD',
  )
  const cpuOf = (length: number) => {
    writeFileSync(join(root, 'left/.git/modules/x/config'), '\n'.repeat(length))
    const start = process.cpuUsage()
    placesOf({ directory: root, env: { GITHUB_WORKSPACE: root }, ownFiles: [] })
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  cpuOf(1000)
  const once = Math.max(2000, cpuOf(30_000))
  expect(cpuOf(60_000) / once).toBeLessThan(3)
  expect(cpuOf(2_000_000) / once).toBeLessThan(3)
})
