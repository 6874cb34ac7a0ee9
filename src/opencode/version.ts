import { UserError } from '../errors.ts'

/** The oldest opencode whose API and events are those that this action reads. */
const oldest = [1, 2, 27] as const

/** What to use instead of an unsupported version. */
export const supportedVersions = `use a version from ${oldest.join('.')} up to, but not including, 2.0.0`

/** Why a version `MAJOR.MINOR.PATCH` can't be driven, as a sentence; undefined for one that can. */
export function unsupportedVersion(version: string): string | undefined {
  const [major = 0, minor = 0, patch = 0] = version
    .split('.')
    .map((part) => Number.parseInt(part, 10))
  if (major !== oldest[0])
    return `opencode ${version} is not supported: opencode ${major}.x has another API; ${supportedVersions}.`
  const isOlder = minor < oldest[1] || (minor === oldest[1] && patch < oldest[2])
  return isOlder ? `opencode ${version} is too old; ${supportedVersions}.` : undefined
}

/** Throws a `UserError` (`install-failed`) for a version that can't be driven. */
export function requireSupported(version: string): void {
  const problem = unsupportedVersion(version)
  if (problem) throw new UserError('install-failed', problem)
}
