import { mkdir, mkdtemp, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createGit, type Environment, type Git, line, noAnswer } from './git.ts'
import type { Repository } from './repository.ts'
import { copyRepository } from './repository-copy.ts'

const read = new Set([
  ...['HEAD', 'refs', 'packed-refs', 'reftable', 'objects', 'config', 'config.worktree'],
  ...['shallow', 'worktrees', 'commondir'],
])

/** What git needs to read refs and objects. */
const kept = /^(core\.(repositoryformatversion|bare)|extensions\..+)$/

/**
 * A git that reads the refs and objects of a checkout as they are now, in a copy without the checkout's settings; the copy is
 * made in `temporary`.
 */
export async function viewRepository(
  repository: Repository,
  { temporary, env }: { temporary: string; env: Environment },
  signal: AbortSignal,
): Promise<Git> {
  const folder = await mkdtemp(join(temporary, 'view-'))
  const workTree = join(folder, 'empty')
  const place = { folder: join(folder, 'git'), env, kept, only: read }
  const targetOf = (source: string, number: number) =>
    viewObjects(source, join(folder, `objects-${number}`))
  const { directory } = await copyRepository(repository, { ...place, targetOf }, signal)
  await mkdir(workTree)
  return createGit({ place: { directory, workTree }, env })
}

/** A folder of objects that shows another one's, but for the repositories which that borrows from. */
export async function viewObjects(source: string, folder: string): Promise<string> {
  await mkdir(folder)
  const entries = await readdir(source, { withFileTypes: true })
  const stores = entries.filter(
    (entry) => entry.isDirectory() && /^([0-9a-f]{2}|pack)$/.test(entry.name),
  )
  for (const { name } of stores) await symlink(join(source, name), join(folder, name))
  return folder
}

/** What is checked out: the commit, and the full name of the branch; both absent where there is none. */
export type Head = { readonly head: string | undefined; readonly branch: string | undefined }

/** Asks a view what is checked out. */
export async function readHead(git: Git, signal: AbortSignal): Promise<Head> {
  const ask = async (...args: string[]) => {
    const answer = await git(args, signal).catch(noAnswer)
    return answer && line(answer)
  }
  const [branch, head] = await Promise.all([
    ask('symbolic-ref', '-q', 'HEAD'),
    ask('rev-parse', '--verify', '-q', 'HEAD^{commit}'),
  ])
  return { branch, head }
}
