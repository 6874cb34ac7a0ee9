import { execFile } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'
import { UserError } from '../errors.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const patience = 10_000

// What execFile says of a program: an error code, or the exit code.
const failed = z.object({
  code: z.union([z.string(), z.number()]).nullish(),
  killed: z.boolean().default(false),
})

/** Asks an opencode binary for its version, with a home of its own. No answer is a `UserError`. */
export async function askVersion(
  path: string,
  temporary: string,
  signal: AbortSignal,
): Promise<string> {
  await using home = await temporaryDirectory(temporary)
  // npm and pnpm install a script that needs `node`.
  const directories = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin']
  const env = {
    HOME: home.path,
    USERPROFILE: home.path,
    // Windows adds the PATH of this process when there is none.
    ...(process.platform !== 'win32' && { PATH: directories.join(delimiter) }),
  }
  const options = { cwd: home.path, env, timeout: patience, killSignal: 'SIGKILL', signal } as const
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], options)
    const [version] = /^\d+\.\d+\.\d+\S*$/m.exec(stdout) ?? []
    if (version !== undefined) return version
  } catch (error) {
    signal.throwIfAborted()
    throw notRun(path, error)
  }
  throw new UserError(
    'install-failed',
    `opencode-path ${path} does not tell a version when run with --version. Name an opencode binary.`,
  )
}

function notRun(path: string, error: unknown): UserError {
  const message = `opencode-path ${path} could not be run for its version: ${reason(error)}. Name an opencode binary that runs on this machine.`
  return new UserError('install-failed', message, { cause: error })
}

function reason(error: unknown): string {
  const { code, killed } = failed.parse(error)
  if (killed) return `no answer within ${patience / 1000} s`
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'EACCES' ? 'it is not an executable file' : `it failed (${code})`
}
