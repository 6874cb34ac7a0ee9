import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { GitHub } from './github/github.ts'

const run = promisify(execFile)

/** Where actions/checkout leaves its token: nowhere, in `.git/config` (v4, v5), or in a file beside it (v6, v7). */
export type Credentials = 'none' | 'configuration' | 'included file'

/** A checkout of one ref as actions/checkout leaves it: depth 1, detached. */
export async function clone(
  github: GitHub,
  ref: string,
  credentials: Credentials = 'none',
): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'opencode-driver-clone-'))
  const git = (...args: readonly string[]) => run('git', ['-C', root, ...args])
  const basic = Buffer.from(`x-access-token:${github.tokens.user}`).toString('base64')
  const url = `${github.urls.server}/octo/sample.git`
  await git('init', '-q')
  await git('remote', 'add', 'origin', url)
  const header = `http.extraheader=AUTHORIZATION: basic ${basic}`
  await git('-c', header, 'fetch', '-q', '--depth=1', 'origin', ref)
  await git('checkout', '-q', '--detach', 'FETCH_HEAD')
  const key = `http.${github.urls.server}/.extraheader`
  const value = `AUTHORIZATION: basic ${basic}`
  if (credentials === 'configuration') await git('config', key, value)
  if (credentials === 'included file') {
    const file = join(mkdtempSync(join(tmpdir(), 'opencode-driver-credentials-')), 'git.config')
    await git('config', '--file', file, key, value)
    await git('config', `includeIf.gitdir:${root}/.git.path`, file)
  }
  return root
}
