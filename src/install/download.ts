import { UserError } from '../errors.ts'
import { failureOf } from './failure.ts'
import { LimitError } from './limits.ts'
import { type NpmConfig, readNpmConfig } from './npm-config.ts'
import { watchProgress } from './progress.ts'
import { findPublished, type Package } from './registry.ts'
import type { Digests } from './release.ts'
import { retrying } from './retry.ts'
import { type Received, unpackBinary } from './tarball.ts'

/** `expected` are the digests to insist on; without them the integrity counts that the registry states. */
export type DownloadOptions = {
  readonly package: Package
  readonly expected: Digests | undefined
  readonly file: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
}

/** Writes the verified binary of a platform package to `file`. What does not match is a `UserError`. */
export async function downloadBinary(
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<Digests & { readonly host: string }> {
  const { expected, file, env, log } = options
  const npm = await readNpmConfig(env)
  const retries = { ...npm.retry, log }
  try {
    const published = await retrying(
      () => findPublished(npm, options.package, signal),
      retries,
      signal,
    )
    const received: Received = { bytes: 0, total: expected?.size }
    using _ = watchProgress(received, `${label(options.package)} from ${npm.host}`, log)
    const wanted = { url: published.tarball, file, request: npm.request, size: expected?.size }
    const digests = await retrying(() => unpackBinary(wanted, received, signal), retries, signal)
    verify(digests, options, { stated: published.integrity, host: npm.host })
    return { ...digests, host: npm.host }
  } catch (error) {
    signal.throwIfAborted()
    throw explained(error, options.package, npm)
  }
}

function verify(
  found: Digests,
  { package: asked, expected }: DownloadOptions,
  { stated, host }: { stated: string | undefined; host: string },
): void {
  const integrity = expected?.integrity ?? stated
  if (integrity === undefined) {
    throw new UserError(
      'install-failed',
      `The registry ${host} states no sha512 integrity for ${label(asked)}, so it cannot be verified and was deleted. Use the action's default opencode-version, or a registry that states it.`,
    )
  }
  const pairs = [{ wanted: integrity, got: found.integrity }]
  if (expected !== undefined) pairs.push({ wanted: expected.binary, got: found.binary })
  const wrong = pairs.find(({ wanted, got }) => !wanted.split(' ').includes(got))
  if (wrong === undefined) return
  const source = expected ? 'the digest that the action carries' : 'the integrity it states'
  throw new UserError(
    'install-failed',
    `What the registry ${host} sent as ${label(asked)} does not match ${source} and was deleted. Expected ${wrong.wanted}, got ${wrong.got}. Check the registry in the runner's npm configuration.`,
  )
}

function explained(error: unknown, wanted: Package, npm: NpmConfig): unknown {
  if (error instanceof LimitError) return tooMuch(error, wanted, npm)
  const { kind, code } = failureOf(error)
  if (error instanceof UserError || kind === 'disk') return error
  const sentence = {
    refused: `The registry ${npm.host} refused ${label(wanted)} (${code}). The download follows the runner's npm configuration: check its registry and its token.`,
    missing: `The registry ${npm.host} has no ${label(wanted)} (${code}). The download follows the runner's npm configuration: check its registry.`,
    broken: `The download of ${label(wanted)} from the registry ${npm.host} broke off in every attempt (${code}). Check the network, and the proxy in the runner's npm configuration.`,
    unreachable: `The registry ${npm.host} cannot be used for ${label(wanted)} (${code}). The download follows the runner's npm configuration: check its registry, proxy and CA.`,
    unreadable: `What the registry ${npm.host} sent for ${label(wanted)} is no such package (${code}) and was deleted. Check the registry in the runner's npm configuration.`,
  }[kind]
  return new UserError('install-failed', sentence, { cause: error })
}

function tooMuch(cause: LimitError, wanted: Package, { host }: NpmConfig): UserError {
  const message = `What the registry ${host} sent for ${label(wanted)} has ${cause.message}: the download was ended, and what there was of it was deleted. Check the registry in the runner's npm configuration.`
  return new UserError('install-failed', message, { cause })
}

function label({ name, version }: Package): string {
  return `${name} ${version}`
}
