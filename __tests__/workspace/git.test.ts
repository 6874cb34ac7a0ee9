import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createGit, GitError, line, noAnswer, refuseCheckout } from '../../src/workspace/git.ts'
import { soon } from '../support/change.ts'
import { createRepository, type Repository } from '../support/repository.ts'

const placeOf = ({ root }: Repository) => ({ directory: join(root, '.git'), workTree: root })

test('a failure of git says which command failed, how, and what git said', async () => {
  await using repository = await createRepository()
  const git = createGit({ place: placeOf(repository), env: repository.env })
  const failure = git(['rev-parse', '--verify', 'nothing'], soon())
  await expect(failure).rejects.toBeInstanceOf(GitError)
  await expect(failure).rejects.toMatchObject({
    message: 'git rev-parse ended with 128: fatal: Needed a single revision',
    args: ['rev-parse', '--verify', 'nothing'],
    exitCode: 128,
  })
})

test('of what git complains about only the end is kept', async () => {
  await using repository = await createRepository()
  const git = createGit({ place: placeOf(repository), env: repository.env })
  const script = '!seq 10000 >&2; echo end >&2; exit 1'
  const failure = await git(['-c', `alias.fail=${script}`, 'fail'], soon()).catch(
    (error: unknown) => error,
  )
  if (!(failure instanceof GitError)) throw failure
  expect(failure.stderr).toHaveLength(4096)
  expect(failure.stderr).toMatch(/end\n$/)
})

test('only what git itself says counts as an answer, or as a reason to refuse a checkout', () => {
  const defect = new Error('defect')
  for (const handle of [noAnswer, refuseCheckout]) expect(() => handle(defect)).toThrow(defect)
})

test('a machine without git is told to install it', async () => {
  await using repository = await createRepository()
  const git = createGit({ place: placeOf(repository), env: { PATH: repository.temporary } })
  await expect(git(['version'], soon())).rejects.toMatchObject({
    name: 'UserError',
    outcome: 'config-invalid',
    message: expect.stringContaining('Install git'),
  })
})

test('git sees the allow-listed variables and neither tokens nor GIT_ variables of the workflow', async () => {
  await using repository = await createRepository()
  await using other = await createRepository({ a: '1' })
  const env = { ...repository.env, GITHUB_TOKEN: 'secret', GIT_DIR: join(other.root, '.git') }
  const variables = { GIT_AUTHOR_NAME: 'A', GIT_DIR: env.GIT_DIR, GIT_WORK_TREE: other.root }
  const git = createGit({ place: placeOf(repository), env, variables })
  const seen = line(await git(['-c', 'alias.see=!env', 'see'], soon())).split('\n')
  expect(seen).toContain(`HOME=${repository.env.HOME}`)
  expect(seen).toContain('GIT_AUTHOR_NAME=A')
  expect(seen).toContain(`GIT_DIR=${repository.root}/.git`)
  expect(seen).toContain(`GIT_WORK_TREE=${repository.root}`)
  for (const neutral of [
    'OPTIONAL_LOCKS=0',
    'TERMINAL_PROMPT=0',
    'ALLOC_LIMIT=1g',
    'CONFIG_NOSYSTEM=1',
  ])
    expect(seen).toContain(`GIT_${neutral}`)
  expect(seen.join('\n')).not.toContain('secret')
  expect(line(await git(['rev-parse', '--show-toplevel'], soon()))).toBe(repository.root)
})

test('a git that looks for its repository itself finds none above the work tree, and no bare one', async () => {
  await using repository = await createRepository({ 'inner/a': '1' })
  repository.git('init', '--quiet', '--bare', 'inner/bare')
  const workTree = join(repository.root, 'inner')
  const place = { directory: join(repository.root, '.git'), workTree }
  const git = createGit({ place, env: repository.env })
  const look = (folder: string) => {
    const script = `unset GIT_DIR GIT_WORK_TREE; git -C ${folder} rev-parse --git-dir`
    return git(['-c', `alias.look=!${script}`, 'look'], soon())
  }
  await expect(look(workTree)).rejects.toThrow('not a git repository')
  await expect(look(join(workTree, 'bare'))).rejects.toThrow("safe.bareRepository is 'explicit'")
})

/** A program that leaves a file, and whether it has. */
async function createTrap({ temporary }: Repository) {
  const [path, ran] = [join(temporary, 'post-checkout'), join(temporary, 'ran')]
  await writeFile(path, `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 })
  return { path, hasRun: () => existsSync(ran) }
}

test.each([
  ['hook', 'core.hooksPath', 'checkout', dirname],
  ['program that watches files', 'core.fsmonitor', 'status', (path: string) => path],
])('no %s that settings name is run', async (_, setting, command, value) => {
  await using repository = await createRepository({ a: '1' })
  const trap = await createTrap(repository)
  repository.git('config', setting, value(trap.path))
  const git = createGit({ place: placeOf(repository), env: repository.env })
  await git([command], soon())
  expect(trap.hasRun()).toBe(false)
  repository.git(command)
  expect(trap.hasRun()).toBe(true)
})

test.each([
  ['a program', 'ext', (trap: string, _: string) => `ext::${trap}`],
  ['a folder', 'file', (_: string, root: string) => root],
])('nothing is fetched from %s that settings name as a remote', async (_, transport, remote) => {
  await using repository = await createRepository({ a: '1' })
  await using other = await createRepository({ b: '2' })
  const trap = await createTrap(repository)
  repository.git('config', 'remote.origin.url', remote(trap.path, other.root))
  repository.git('config', 'protocol.allow', 'always')
  const git = createGit({ place: placeOf(repository), env: repository.env })
  const refusal = `transport '${transport}' not allowed`
  await expect(git(['fetch', 'origin'], soon())).rejects.toThrow(refusal)
  expect(trap.hasRun()).toBe(false)
})

test('for an object that a partial clone lacks, no fetch is started', async () => {
  await using other = await createRepository({ secret: 'canary' })
  await using repository = await createRepository({ a: '1' })
  repository.run('git config core.repositoryFormatVersion 1; git config extensions.partialClone o')
  repository.git('config', 'remote.o.url', other.root)
  const id = other.git('rev-parse', 'HEAD:secret')
  const trace = join(repository.temporary, 'trace')
  const variables = { GIT_TRACE: trace }
  const git = createGit({ place: placeOf(repository), env: repository.env, variables })
  await expect(git(['cat-file', 'blob', id], soon())).rejects.toThrow(GitError)
  expect(await readFile(trace, 'utf8')).not.toContain('fetch')
})

test('what was fetched is not tidied up behind the scenes', async () => {
  await using repository = await createRepository()
  await using other = await createRepository({ a: '1' })
  const trace = join(repository.temporary, 'trace')
  const variables = { GIT_ALLOW_PROTOCOL: 'file', GIT_TRACE: trace }
  const git = createGit({ place: placeOf(repository), env: repository.env, variables })
  await git(['fetch', other.root], soon())
  const traced = await readFile(trace, 'utf8')
  expect(traced).toContain('git fetch')
  expect(traced).not.toMatch(/git (gc|maintenance)/)
})

test('input of any size reaches git, also one that does not read it', async () => {
  await using repository = await createRepository()
  const git = createGit({ place: placeOf(repository), env: repository.env })
  const input = Buffer.alloc(5_000_000)
  const id = line(await git(['hash-object', '--stdin'], soon(), { input }))
  expect(id).toHaveLength(40)
  expect(line(await git(['version'], soon(), { input }))).toMatch(/^git version/)
})

test('an abort ends git and the processes it started, and rejects with the reason', async () => {
  await using repository = await createRepository()
  const git = createGit({ place: placeOf(repository), env: repository.env })
  const fifo = join(repository.temporary, 'fifo')
  execFileSync('mkfifo', [fifo])
  const stop = new AbortController()
  const running = git(
    ['-c', `alias.wait=!exec > ${fifo}; echo up; sleep 60; :`, 'wait'],
    stop.signal,
  )
  const output = createReadStream(fifo, 'utf8')
  await once(output, 'data')
  stop.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
  await expect(git(['version'], stop.signal)).rejects.toThrow('enough')
  // No process holds the other end any more.
  await once(output, 'end', { signal: AbortSignal.timeout(170_000) })
})
