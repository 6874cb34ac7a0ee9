import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { findProgram, findSystemProgram, searchProgram } from '../../src/programs/programs.ts'
import { runProgram } from '../../src/programs/run.ts'

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

test.each(['', '.', 'bin', './bin', '../bin', '~/bin', '/proc/self/cwd/bin'])(
  'an entry %j of PATH counts for nothing',
  (entry) => {
    const at = places()
    for (const folder of ['.', 'bin']) program(join(at.workspace, folder, 'git'))
    const before = process.cwd()
    process.chdir(at.workspace)
    using _ = { [Symbol.dispose]: () => process.chdir(before) }
    const git = findProgram('git', envOf(at, entry))
    expect(git?.path).toBe(real)
    expect(git?.searchPath).toBe('/usr/bin')
  },
)

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
  const options = { env: { PATH: 'never' }, limitMs: 10_000 }
  const ended = await runProgram({ program: git, args: [] }, options, AbortSignal.timeout(20_000))
  expect(ended).toEqual({ stdout: `${folder}:/usr/bin\n`, problem: undefined })
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

rootOnly(
  'a program of the system must be root’s, closed to all others, where it leads, too',
  () => {
    const name = `opencode-driver-test-${process.pid}`
    const path = join('/usr/local/bin', name)
    const at = places()
    const target = program(join(at.tools, 'program'))
    using _ = { [Symbol.dispose]: () => execFileSync('rm', ['-f', path]) }
    const found = () => findSystemProgram(name) !== undefined
    program(path)
    expect(found()).toBe(true)
    chmodSync(path, 0o757)
    expect(found()).toBe(false)
    chmodSync(path, 0o755)
    chownSync(path, 12_345, 0)
    expect(found()).toBe(false)
    execFileSync('rm', [path])
    symlinkSync(target, path)
    expect(found()).toBe(true)
    chownSync(target, 12_345, 0)
    expect(found()).toBe(false)
  },
)

test('a program that does not end in time is ended with its group, and nothing is waited for', async () => {
  const program = findSystemProgram('sh')
  if (program === undefined) throw new Error('There is no shell.')
  const file = join(places().tools, 'pids')
  // The second one leaves the group, and holds the output open.
  const script = `sleep 61 & echo $! > ${file}; setsid sleep 62 & echo $! >> ${file}; wait`
  const options = { env: {}, limitMs: 500 }
  const stop = AbortSignal.timeout(20_000)
  const ended = await runProgram({ program, args: ['-c', script] }, options, stop)
  expect(ended.problem).toBe('it did not end within 0.5 s')
  const [first = 0, second = 0] = readFileSync(file, 'utf8').split('\n').map(Number)
  const isRunning = (pid: number) => /^State:\s*[^ZX]/m.test(readStatus(pid))
  while (isRunning(first)) await setImmediate()
  process.kill(second, 'SIGKILL')
})

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
