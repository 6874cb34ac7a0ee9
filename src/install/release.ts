import release from './release.json' with { type: 'json' }

/** Digests of one platform package as SRI strings; `integrity` (SHA-512) and `size` (bytes) are the tarball's. */
export type Digests = { readonly integrity: string; readonly binary: string; readonly size: number }

/** The version of opencode that the action is tested with, and the variables that its providers take keys from. */
export type Release = {
  readonly version: string
  readonly packages: Readonly<Record<string, Digests>>
  readonly providers: Readonly<Record<string, readonly string[]>>
}

/** Written by `npm run opencode-version`, never by hand. */
export const bundledRelease: Release = release
