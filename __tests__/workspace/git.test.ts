import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createGit, GitError, line } from '../../src/workspace/git.ts'
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
  const git = createGit({ place: placeOf(repository), env, variables: { GIT_AUTHOR_NAME: 'A' } })
  const seen = line(await git(['-c', 'alias.see=!env', 'see'], soon())).split('\n')
  expect(seen).toContain(`HOME=${repository.env.HOME}`)
  expect(seen).toContain('GIT_AUTHOR_NAME=A')
  expect(seen.join('\n')).not.toContain('secret')
  expect(line(await git(['rev-parse', '--show-toplevel'], soon()))).toBe(repository.root)
})

test('hooks of the repository do not run', async () => {
  await using repository = await createRepository({ a: '1' })
  const hook = join(repository.root, '.git/hooks/post-checkout')
  await mkdir(join(repository.root, '.git/hooks'), { recursive: true })
  await writeFile(hook, '#!/bin/sh\necho ran > ran\n')
  await chmod(hook, 0o755)
  const git = createGit({ place: placeOf(repository), env: repository.env })
  await git(['checkout', '--detach'], soon())
  await expect(readFile(join(repository.root, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' })
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
  // Nobody holds the other end any more.
  await once(output, 'end', { signal: AbortSignal.timeout(10_000) })
})
