import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../src/errors.ts'
import { type Change, openChange, type SavedChange } from '../../src/github/change.ts'
import { createGitHub } from '../../src/github/client.ts'
import { textOf } from '../../src/secrets/files.ts'
import { createScan } from '../../src/secrets/scan.ts'
import { soon } from './change.ts'
import type { GitHub } from './github/github.ts'
import { createRepository, type Repository } from './repository.ts'

const run = promisify(execFile)

/** A secret that the scan knows. */
export const secret = 'correct-horse-battery-staple'

/** The client of the workflow's token, as the action makes it. */
export function clientOf(github: GitHub, token = github.tokens.workflow) {
  return createGitHub({ token, env: github.env, log: () => undefined }, soon())
}

/** A repository with one commit of the stand-in checked out as actions/checkout does: detached, at depth 1. */
export async function checkOut(github: GitHub, revision: string): Promise<Repository> {
  const repository = await createRepository()
  const { env, root } = repository
  const url = `${github.urls.server}/${github.env.GITHUB_REPOSITORY}`
  const basic = Buffer.from(`x-access-token:${github.tokens.workflow}`).toString('base64')
  const header = `http.${github.urls.server}/.extraheader=AUTHORIZATION: basic ${basic}`
  const args = ['-c', header, 'fetch', '--quiet', '--depth=1', url, revision]
  await run('git', args, { cwd: root, env })
  repository.git('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  return repository
}

/** What an agent did in a checkout of `revision`, as a run saves it. */
export async function savedChange(
  { github, repository }: { github: GitHub; repository: Repository },
  act: (repository: Repository) => unknown,
): Promise<SavedChange> {
  const { env, temporary } = repository
  const base = repository.git('rev-parse', 'HEAD')
  await act(repository)
  const patchFile = join(temporary, 'changes.patch')
  const diff = 'git add --all; git diff --cached --binary --full-index --find-renames HEAD >"$1"'
  repository.run(diff, patchFile)
  const limits = { maxChangedFiles: 100, maxPatchSize: 1024 * 1024 }
  const policy = { allowedPaths: [], protectedPaths: undefined, ...limits }
  const known = createScan([secret])
  const find = async (content: Uint8Array | string) =>
    known.sweep(textOf(Buffer.from(content)), () => undefined)
  const scan = { find }
  return { github: clientOf(github), env, temporary, patchFile, base, policy, scan }
}

/** The same, in a repository of its own. */
export async function openedChange(
  place: { github: GitHub; repository: Repository },
  act: (repository: Repository) => unknown,
): Promise<Change | undefined> {
  return openChange(await savedChange(place, act), soon())
}

/** For a `catch`: a publication that failed with a problem for the user. */
export function refused(error: unknown) {
  if (error instanceof UserError) return { verdicts: [], problem: error.message }
  throw error
}
