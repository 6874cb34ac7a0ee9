import release from './release.json' with { type: 'json' }

/** Digests of one platform package as SRI strings; `integrity` (SHA-512) and `size` (bytes) are the tarball's. */
export type Digests = { readonly integrity: string; readonly binary: string; readonly size: number }

/** A provider of opencode's catalogue. */
export type CatalogueProvider = {
  /** Variables that it takes its key, and other things that it needs, from. */
  readonly env: readonly string[]
  /** The package of its SDK. */
  readonly npm: string
  /** Base URL of its API, with `${NAME}` for variables; absent where the SDK has one of its own. */
  readonly api?: string
  /** Models whose API has another base URL. */
  readonly others?: Readonly<Record<string, readonly string[]>>
  /** The packages at a base URL, or at the SDK's own (empty), where they are not `npm` alone. */
  readonly packages?: Readonly<Record<string, readonly string[]>>
}

/** The version of opencode that the action is tested with, and the catalogue of its providers. */
export type Release = {
  readonly version: string
  readonly packages: Readonly<Record<string, Digests>>
  readonly providers: Readonly<Record<string, CatalogueProvider>>
}

/** Written by `npm run opencode-version`, never by hand. */
export const bundledRelease: Release = release
