import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { findProgram, findSystemProgram, searchProgram } from '../../src/programs/programs.ts'
import { runProgram } from '../../src/programs/run.ts'
import { runAs } from '../support/users.ts'

const rootOnly = process.geteuid?.() === 0 ? test : test.skip

/** A workspace and RUNNER_TEMP, a folder for tools beside them, and one that every user can write. */
function places() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'programs-')))
  const make = (name: string) => {
    mkdirSync(join(folder, name))
    return join(folder, name)
  }
  return {
    workspace: make('workspace'),
    temp: make('temp'),
    tools: make('tools'),
    shared: make('shared'),
  }
}

type Places = ReturnType<typeof places>

function program(path: string, mode = 0o755): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '#!/bin/sh\necho evil\n')
  chmodSync(path, mode)
  return path
}

function link(target: string, path: string): string {
  symlinkSync(target, path)
  return path
}

const options = { env: { PATH: 'never' }, limitMs: 10_000 }
const soon = () => AbortSignal.timeout(170_000)

const envOf = ({ workspace, temp }: Places, ...folders: readonly string[]) => ({
  PATH: [...folders, '/usr/bin', '/bin'].join(':'),
  GITHUB_WORKSPACE: workspace,
  RUNNER_TEMP: temp,
})

const real = realpathSync(execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim())

/** Each puts a git before the real one on PATH. */
const ways: readonly (readonly [string, (places: Places) => string])[] = [
  ['.venv/bin of the checkout', (at) => dirname(program(join(at.workspace, '.venv/bin/git')))],
  ['node_modules/.bin', (at) => dirname(program(join(at.workspace, 'node_modules/.bin/git')))],
  ['the workspace itself', (at) => dirname(program(join(at.workspace, 'git')))],
  [
    'a way there by ..',
    (at) => `${dirname(program(join(at.workspace, 'vendor/bin/git')))}/../../vendor/bin`,
  ],
  ['a folder of RUNNER_TEMP', (at) => dirname(program(join(at.temp, 'tools/git')))],
  [
    'a link to a folder of the checkout',
    (at) => link(dirname(program(join(at.workspace, 'bin/git'))), join(at.tools, 'link')),
  ],
  [
    'a folder behind a link to the checkout',
    (at) => {
      program(join(at.workspace, 'deep/bin/git'))
      return join(link(join(at.workspace, 'deep'), join(at.tools, 'link')), 'bin')
    },
  ],
  [
    'a link to a program of the checkout',
    (at) => dirname(link(program(join(at.workspace, 'bin/git')), join(at.tools, 'git'))),
  ],
  [
    'a link to a program of RUNNER_TEMP',
    (at) => dirname(link(program(join(at.temp, 'bin/git')), join(at.tools, 'git'))),
  ],
  [
    'a link to a program in a folder that every user can write',
    (at) => {
      chmodSync(at.shared, 0o777)
      return dirname(link(program(join(at.shared, 'git')), join(at.tools, 'git')))
    },
  ],
  [
    'a link of the checkout to another program',
    (at) => {
      mkdirSync(join(at.workspace, 'bin'))
      return dirname(link(realpathSync('/bin/true'), join(at.workspace, 'bin/git')))
    },
  ],
  ['a program that every user can write', (at) => dirname(program(join(at.tools, 'git'), 0o777))],
  [
    'a program in a folder that every user can write',
    (at) => {
      chmodSync(at.shared, 0o777)
      return dirname(program(join(at.shared, 'git')))
    },
  ],
  [
    'a folder below one that every user can write',
    (at) => {
      const folder = dirname(program(join(at.shared, 'bin/git')))
      chmodSync(at.shared, 0o777)
      return folder
    },
  ],
]

const isLedAway = (what: string) => /^a (link to a )?program/.test(what)

test('a git of a workspace that is behind a link is passed over', () => {
  const at = places()
  const workspace = link(at.workspace, join(at.tools, 'workspace'))
  const folder = dirname(program(join(at.workspace, 'bin/git')))
  for (const path of [folder, join(workspace, 'bin')])
    expect(findProgram('git', envOf({ ...at, workspace }, path))?.path).toBe(real)
})

test('what one workspace may not hold, another may', () => {
  const at = places()
  const path = program(join(at.tools, 'git'))
  expect(findProgram('git', envOf(at, at.tools))?.path).toBe(path)
  expect(findProgram('git', { ...envOf(at, at.tools), GITHUB_WORKSPACE: at.tools })?.path).toBe(
    real,
  )
})

test.each(ways)('a git in %s is passed over, and no child gets that folder', (what, way) => {
  const at = places()
  const folder = way(at)
  const env = envOf(at, folder)
  const found = searchProgram('git', env)
  expect(found.program?.path).toBe(real)
  const search = found.program?.searchPath.split(':').map((path) => realpathSync(path)) ?? []
  if (!isLedAway(what)) expect(search).not.toContain(realpathSync(folder))
  expect(search).not.toContain('.')
  expect(found.passedOver).toMatch(/was passed over: (it|other)/)
  const without = searchProgram('git', { ...env, PATH: folder })
  expect(without.program).toBeUndefined()
})

const caseless = process.platform === 'win32'

test.each(['path', 'Path'])('a variable %s is not PATH where names have a case', (name) => {
  const at = places()
  const folder = dirname(program(join(at.tools, 'git')))
  const found = searchProgram('git', { [name]: folder, ...envOf(at) })
  expect(found.program?.path).toBe(real)
  const alone = searchProgram('git', { ...envOf(at), PATH: undefined, [name]: folder })
  expect(alone.program === undefined).toBe(!caseless)
})

const here = ['', '.', 'bin', './bin', '../tools/bin', '~/bin']

test.each([
  ...here.map((entry) => ({ entry, from: 'tools' }) as const),
  ...[...here, '/proc/self/cwd/bin'].map((entry) => ({ entry, from: 'workspace' }) as const),
])('an entry $entry of PATH counts for nothing in the folder $from', ({ entry, from }) => {
  const at = places()
  for (const folder of ['.', 'bin']) program(join(at[from], folder, 'git'))
  const before = process.cwd()
  process.chdir(at[from])
  using _ = { [Symbol.dispose]: () => process.chdir(before) }
  const git = findProgram('git', envOf(at, entry))
  expect(git?.path).toBe(real)
  expect(git?.searchPath).toBe('/usr/bin')
})

rootOnly.each([
  ['a program', (at: Places) => chownSync(join(at.tools, 'git'), 12_345, 12_345)],
  ['the folder of a program', (at: Places) => chownSync(at.tools, 12_345, 12_345)],
  ['a folder above it', (at: Places) => chownSync(dirname(at.tools), 12_345, 12_345)],
  [
    'a group of others that can write a program,',
    (at: Places) => {
      chownSync(join(at.tools, 'git'), 0, 12_345)
      chmodSync(join(at.tools, 'git'), 0o775)
    },
  ],
])('%s that belongs to another user is passed over', (_, change) => {
  const at = places()
  program(join(at.tools, 'git'))
  change(at)
  expect(findProgram('git', envOf(at, at.tools))?.path).toBe(real)
})

test('a program of the author’s own tools counts, by its real path and under its own name', async () => {
  const at = places()
  program(join(at.tools, 'real/multi'))
  writeFileSync(join(at.tools, 'real/multi'), '#!/bin/sh\necho "$PATH"\n')
  const folder = dirname(link(join(at.tools, 'real/multi'), join(at.tools, 'git')))
  const git = findProgram('git', envOf(at, join(at.workspace, 'bin'), folder, folder))
  expect(git).toMatchObject({ path: join(at.tools, 'real/multi'), name: join(at.tools, 'git') })
  if (git === undefined) return
  const ended = await runProgram({ program: git, args: [] }, options, soon())
  expect(ended).toEqual({ stdout: `${folder}:/usr/bin\n`, problem: undefined })
})

test('a program is told its own name', async () => {
  const at = places()
  link(realpathSync('/bin/sh'), join(at.tools, 'git'))
  const git = findProgram('git', envOf(at, at.tools))
  if (git === undefined) throw new Error('There is no shell.')
  const ended = await runProgram({ program: git, args: ['-c', 'echo $0'] }, options, soon())
  expect(ended.stdout).toBe(`${join(at.tools, 'git')}\n`)
})

test('a program is looked for once: what appears later changes nothing', () => {
  const at = places()
  const env = envOf(at, at.tools)
  expect(findProgram('git', env)?.path).toBe(real)
  program(join(at.tools, 'git'))
  expect(findProgram('git', env)?.path).toBe(real)
})

test('a program of the system is found whatever PATH says, and no other', () => {
  expect(findSystemProgram('env')?.name).toMatch(/^\/usr\/bin\/env$/)
  expect(findSystemProgram('no-such-program')).toBeUndefined()
})

const nobody = 65_534
const copy = 'cp /usr/bin/true tool'

rootOnly.each([
  ['a program of root’s', copy],
  ['a link to a program of root’s', 'ln -s /usr/bin/true tool'],
])('%s is one of the system', (_, setup) => {
  expect(runAs(nobody, setup, `return findSystemProgram('tool') !== undefined`)).toBe(true)
})

rootOnly.each<[what: string, user: number, setup: string]>([
  ['a program that every user can write', 0, `${copy}; chmod 757 tool`],
  ['a program of another user’s', 0, `${copy}; chown 12345 tool`],
  ['a program of this user’s', nobody, `${copy}; chown ${nobody} tool; chmod 555 tool`],
  ['a link that every user can replace', 0, 'ln -s /usr/bin/true tool; chmod 777 .'],
  ['a program that this group can replace', nobody, `${copy}; chgrp ${nobody} .; chmod 775 .`],
  [
    'a link into a folder of this user’s',
    nobody,
    `mkdir own; cp /usr/bin/true own/tool; chown ${nobody} own; ln -s own/tool tool`,
  ],
  ['a folder', nobody, 'mkdir tool'],
  ['a file that can’t be run', nobody, 'touch tool'],
])('%s is no program of the system', (_, user, setup) => {
  expect(runAs(user, setup, `return findSystemProgram('tool') !== undefined`)).toBe(false)
})

const inBin = 'mkdir bin; cp /usr/bin/true bin/tool'
const ownBin = `${inBin}; chown -R ${nobody} bin; chmod -R 775 bin`
const look = `
  const env = { PATH: '/usr/local/bin/bin', GITHUB_WORKSPACE: '/nowhere' }
  return findProgram('tool', env) !== undefined`

rootOnly.each([
  ['root’s', inBin],
  ['root’s, in a folder that root lets a group change', `${inBin}; chgrp 12345 bin; chmod 775 bin`],
  ['their own, and of their group', `${ownBin}; chgrp -R ${nobody} bin`],
  ['their own, and of the group of root', ownBin],
])('an ordinary user may run a program on PATH that is %s', (_, setup) => {
  expect(runAs(nobody, setup, look)).toBe(true)
})

rootOnly.each([
  ['their own, in a folder that another group can change', `${ownBin}; chgrp 12345 bin`],
  ['their own, which another group can change', `${ownBin}; chgrp 12345 bin/tool`],
])('for an ordinary user a program on PATH is passed over that is %s', (_, setup) => {
  expect(runAs(nobody, setup, look)).toBe(false)
})
