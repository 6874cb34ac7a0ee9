import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { preReceive } from './pre-receive.ts'

/** A bare repository on disk, as the stand-in hosts it. */
export type Bare = {
  readonly path: string
  /** Runs git in it; the answer is what git printed. */
  readonly git: (args: readonly string[], more?: GitOptions) => string
  /** The same as bytes. */
  readonly bytes: (args: readonly string[]) => Buffer
  /** Undefined where git fails. */
  readonly ask: (...args: readonly string[]) => string | undefined
}

type GitOptions = { readonly input?: string | Uint8Array; readonly env?: Environment }
type Environment = Readonly<Record<string, string>>

/** What git is given, whoever runs the tests: no configuration from outside. */
export function gitEnvironment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' }
}

/** Pushes to `refs/pull` are refused with the words of github.com: "deny updating a hidden ref". */
const config = `
[gc]
  auto = 0
[http]
  receivepack = true
[receive]
  hideRefs = refs/pull
[uploadpack]
  allowReachableSHA1InWant = true
`

/** Makes a bare repository that serves pull request refs and single commits, and refuses what GitHub refuses. */
export function createBare(
  path: string,
  { defaultBranch, source }: { defaultBranch: string; source?: Bare },
): Bare {
  mkdirSync(path, { recursive: true })
  const bare = openBare(path)
  bare.git(['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`])
  if (source) bare.git(['fetch', '--quiet', source.path, '+refs/heads/*:refs/heads/*'])
  appendFileSync(join(path, 'config'), config)
  const hook = join(path, 'hooks', 'pre-receive')
  mkdirSync(dirname(hook))
  writeFileSync(hook, preReceive)
  chmodSync(hook, 0o755)
  return bare
}

function openBare(path: string): Bare {
  const run = (args: readonly string[], { input = '', env = {} }: GitOptions = {}) =>
    execFileSync('git', args, {
      cwd: path,
      input,
      env: { ...gitEnvironment(path), GIT_DIR: path, ...env },
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  const git: Bare['git'] = (args, more) => run(args, more).toString().trimEnd()
  return {
    path,
    git,
    bytes: (args) => run(args),
    ask: (...args) => {
      try {
        return git(args)
      } catch {
        return undefined
      }
    },
  }
}

/** The commit that a branch, or any revision, stands at. */
export function commitOf(bare: Bare, revision: string): string | undefined {
  return bare.ask('rev-parse', '--verify', '--quiet', `${revision}^{commit}`)
}

/** The kind of an object; undefined where there is none of this whole id. */
export function typeOf(bare: Bare, sha: string): string | undefined {
  return /^[0-9a-f]{40}$/.test(sha) ? bare.ask('cat-file', '-t', sha) : undefined
}
