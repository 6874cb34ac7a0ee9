import { text } from 'node:stream/consumers'
import fetch from 'npm-registry-fetch'
import ssri from 'ssri'
import * as z from 'zod'
import { UserError } from '../errors.ts'
import { arriving, closing, limitOf } from './limits.ts'
import type { NpmConfig } from './npm-config.ts'

/** One package of the registry at one version. */
export type Package = { readonly name: string; readonly version: string }

const packument = z.object({ versions: z.record(z.string(), z.unknown()) })

const manifest = z.object({
  dist: z.object({ tarball: z.url(), integrity: z.string().optional() }),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})

/** What the registry says of a version: `tarball` is the address to load, `integrity` an SRI string with sha512. */
export type Published = {
  readonly tarball: string
  readonly integrity: string | undefined
  readonly optionalDependencies: Readonly<Record<string, string>>
}

/** Asks the registry for a version; one that it does not have is a `UserError` that names what there is. */
export async function findPublished(
  npm: NpmConfig,
  { name, version }: Package,
  signal: AbortSignal,
): Promise<Published> {
  // The abbreviated form, as npm asks for it: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
  const accept = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'
  using connection = closing(signal)
  const options = { ...npm.request, headers: { accept }, signal: connection.signal }
  const { body } = await fetch(`/${name}`, options)
  const json = await text(arriving(body, limitOf('packument', ' of versions')))
  const { versions } = packument.parse(JSON.parse(json))
  if (!Object.hasOwn(versions, version)) {
    throw new UserError(
      'install-failed',
      `The registry ${npm.host} has no ${name} ${version}, but ${known(Object.keys(versions), version)}. Check the opencode-version input.`,
    )
  }
  const { dist, optionalDependencies } = manifest.parse(versions[version])
  return {
    tarball: atRegistry(dist.tarball, npm),
    // `parse` answers null to an empty string, which its types do not say.
    integrity: ssri.parse(dist.integrity ?? '')?.sha512?.join(' '),
    optionalDependencies,
  }
}

function known(versions: string[], wanted: string): string {
  const order = new Intl.Collator('en', { numeric: true }).compare
  const usable = versions.filter((version) => /^1\.\d+\.\d+$/.test(version)).sort(order)
  const below = usable.findLast((version) => order(version, wanted) < 0)
  const above = usable.find((version) => order(version, wanted) > 0)
  const choice = new Set([below, above, usable.at(-1)].filter((version) => version !== undefined))
  return choice.size === 0 ? 'no version 1.x' : [...choice].join(', ')
}

/** npm's `replace-registry-host`: tarballs of the public registry come from the configured one, under its path. */
function atRegistry(tarball: string, npm: NpmConfig): string {
  const { replaceRegistryHost, publicHost } = npm
  const replaced = replaceRegistryHost === 'npmjs' ? publicHost : replaceRegistryHost
  const from = new URL(tarball)
  if (replaced !== 'always' && replaced !== from.hostname) return tarball
  const to = new URL(npm.registry)
  const base = to.pathname.replace(/\/$/, '')
  to.pathname = from.pathname.startsWith(`${base}/`) ? from.pathname : base + from.pathname
  return to.href
}
