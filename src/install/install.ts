import { chmod } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import { requireSupported } from '../opencode/version.ts'
import { type Program, programAt } from '../programs/programs.ts'
import { type Asked, askVersion } from './ask-version.ts'
import { type Entry, findCached, keep } from './cache.ts'
import { failureOf } from './failure.ts'
import { detectPlatform, executableName, packageName } from './platform.ts'
import { megabytes } from './progress.ts'
import { bundledRelease, type Digests, type Release } from './release.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** An opencode that can be started, and how far it is known to be the published one. */
export type Binary = {
  readonly program: Program
  readonly version: string
  readonly source: 'cache' | 'download' | 'path'
  readonly verified: 'bundled digest' | 'registry integrity' | 'not verified'
}

/** `version` is `MAJOR.MINOR.PATCH`, `temporary` a directory for what must not outlive the call. */
export type InstallOptions = {
  readonly version: string
  readonly temporary: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
  readonly release?: Release
}

/** Takes opencode from the tool cache or the npm registry, verified. Every failure is a `UserError`. */
export async function installOpencode(
  options: InstallOptions,
  signal: AbortSignal,
): Promise<Binary> {
  const { version, env, release = bundledRelease } = options
  requireSupported(version)
  const root = env.RUNNER_TOOL_CACHE
  if (!root) {
    throw new UserError(
      'install-failed',
      'RUNNER_TOOL_CACHE is not set, so there is no place for opencode. Name the directory of a tool cache in it.',
    )
  }
  const platform = await detectPlatform(process, signal)
  const entry = { root, name: packageName(platform), version, executable: executableName(platform) }
  const expected = version === release.version ? release.packages[entry.name] : undefined
  try {
    const { path, source } = await cachedOrLoaded({ entry, expected }, options, signal)
    const program = programAt(path, env)
    return {
      program,
      version,
      source,
      verified: expected ? 'bundled digest' : 'registry integrity',
    }
  } catch (error) {
    signal.throwIfAborted()
    throw explained(error, entry)
  }
}

/** Takes the binary at `path` as it is, once it has told a version that can be driven. */
export async function useBinary(
  options: Omit<Asked, 'program'> & Pick<InstallOptions, 'env' | 'log'> & { path: string },
  signal: AbortSignal,
): Promise<Binary> {
  const program = programAt(resolve(options.path), options.env)
  const version = await askVersion({ ...options, program }, signal)
  requireSupported(version)
  options.log(`opencode ${version} from opencode-path, not verified`)
  return { program, version, source: 'path', verified: 'not verified' }
}

async function cachedOrLoaded(
  { entry, expected }: { entry: Entry; expected: Digests | undefined },
  { temporary, env, log }: InstallOptions,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly source: Binary['source'] }> {
  const proof = expected ? 'the digest that the action carries' : "the registry's integrity"
  const cached = await findCached(entry, { expected: expected?.binary, log }, signal)
  if (cached !== undefined) {
    log(`${entry.name} ${entry.version} from the tool cache, verified against ${proof}`)
    return { path: cached, source: 'cache' }
  }
  await using staging = await temporaryDirectory(temporary)
  const file = join(staging.path, entry.executable)
  // npm's libraries take a while to load, which a run with a cached binary need not pay.
  const { downloadBinary } = await import('./download.ts')
  const { host, binary, size } = await downloadBinary(
    { package: entry, expected, file, env, log },
    signal,
  )
  await chmod(file, 0o755)
  const path = await keep(entry, staging.path, binary)
  log(
    `${entry.name} ${entry.version} from ${host} (${megabytes(size)} MB), verified against ${proof}`,
  )
  return { path, source: 'download' }
}

function explained(error: unknown, { name, version }: Entry): unknown {
  if (error instanceof UserError) return error
  const { kind, code } = failureOf(error)
  // The tool cache wraps some errors and keeps their text only.
  const reason = kind !== 'disk' && error instanceof Error ? error.message : code
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'The disk is full: free some space, about 400 MB are needed.'
      : 'Check that RUNNER_TEMP and RUNNER_TOOL_CACHE are directories that the runner can write to.'
  return new UserError(
    'install-failed',
    `${name} ${version} could not be saved (${reason}), and nothing of it was kept. ${advice}`,
    { cause: error },
  )
}
