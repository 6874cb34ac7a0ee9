import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A real git repository in a folder of its own, with a home that holds no configuration. */
export type Repository = AsyncDisposable & {
  readonly root: string
  /** An empty folder beside the repository. */
  readonly temporary: string
  readonly env: Readonly<Record<string, string>>
  readonly git: (...args: readonly string[]) => string
  /** Runs a shell script in the repository; several commands at once are quicker than one by one. */
  readonly run: (script: string, ...parameters: readonly string[]) => string
  readonly write: (path: string, content: string | Uint8Array) => Promise<void>
  readonly link: (path: string, target: string) => Promise<void>
  readonly makeExecutable: (path: string) => Promise<void>
  readonly remove: (path: string) => Promise<void>
  /** Commits all that is there. */
  readonly commit: () => void
}

const COMMIT = 'git add --all; git commit --quiet --allow-empty --message=state'

/** Makes a repository with these files in its first commit; without any it has no commit. */
export async function createRepository(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Repository> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'repository-')))
  const repository = openRepository({ folder, root: join(folder, 'work') })
  await mkdir(repository.root)
  await mkdir(repository.temporary)
  for (const [path, content] of Object.entries(files)) await repository.write(path, content)
  const commit = Object.keys(files).length > 0 ? COMMIT : ''
  repository.run(`git init --quiet --initial-branch=main; ${commit}`)
  return repository
}

/** Another work tree in the same folder as `repository`: a clone, a worktree, a repository inside it. */
export function atRoot(repository: Repository, root: string): Repository {
  return {
    ...openRepository({ folder: dirname(repository.root), root }),
    temporary: repository.temporary,
  }
}

/** Mode and digest of everything below a folder, by path. */
export async function hashFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder, { recursive: true })
  const hashes: Record<string, string> = {}
  for (const name of names.sort()) {
    const path = join(folder, name)
    const found = await lstat(path)
    const content = found.isFile() ? await readFile(path) : ''
    const hash = createHash('sha256').update(content).digest('hex')
    hashes[name] = `${found.mode} ${hash}`
  }
  return hashes
}

function openRepository({ folder, root }: { folder: string; root: string }): Repository {
  const env = { PATH: process.env.PATH ?? '', HOME: join(folder, 'home') }
  const identity = {
    GIT_AUTHOR_NAME: 'Author',
    GIT_AUTHOR_EMAIL: 'author@example.com',
    GIT_COMMITTER_NAME: 'Author',
    GIT_COMMITTER_EMAIL: 'author@example.com',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: 'file',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'gc.auto',
    GIT_CONFIG_VALUE_0: '0',
    GIT_CONFIG_KEY_1: 'maintenance.auto',
    GIT_CONFIG_VALUE_1: 'false',
  }
  const execute = (command: string, args: readonly string[]) =>
    execFileSync(command, args, {
      cwd: root,
      env: { ...env, ...identity },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  const run = (script: string, ...parameters: readonly string[]) =>
    execute('sh', ['-ec', script, 'sh', ...parameters])
  return {
    root,
    temporary: join(folder, 'temporary'),
    env,
    git: (...args) => execute('git', args),
    run,
    write: async (path, content) => {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), content)
    },
    link: async (path, target) => {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await symlink(target, join(root, path))
    },
    makeExecutable: (path) => chmod(join(root, path), 0o755),
    remove: (path) => rm(join(root, path), { recursive: true }),
    commit: () => {
      run(COMMIT)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
