import { dirname, join } from 'node:path'
import Config from '@npmcli/config'
import npm from '@npmcli/config/lib/definitions/index.js'
import type { Options } from 'npm-registry-fetch'
import * as z from 'zod'
import { UserError } from '../errors.ts'
import { findProgram } from '../programs/programs.ts'

type Environment = Readonly<Record<string, string | undefined>>

const settings = z.looseObject({
  registry: z.url(),
  replaceRegistryHost: z.string(),
  retry: z.object({
    retries: z.number(),
    factor: z.number(),
    minTimeout: z.number(),
    maxTimeout: z.number(),
  }),
})

/** How the runner's npm would talk to its registry. */
export type NpmConfig = z.infer<typeof settings> & {
  readonly host: string
  /** The host of the public registry, as npm itself knows it. */
  readonly publicHost: string
  readonly request: Options
}

/** Reads npm's configuration of the runner: environment, user and global `.npmrc`, never a project's. */
export async function readNpmConfig(env: Environment): Promise<NpmConfig> {
  const node = findProgram('node', env)?.path ?? process.execPath
  const config = new Config({
    ...npm,
    // In the global location npm reads no `.npmrc` of a project.
    argv: ['node', 'npm', '--location=global'],
    // npm writes into the environment that it is given.
    env: { ...env },
    // npm's global and built-in configuration lie beside the node that runs it.
    execPath: node,
    npmPath: join(dirname(node), process.platform === 'win32' ? '.' : '../lib', 'node_modules/npm'),
  })
  try {
    // Not `validate`, which would print a deprecation warning of node for every URL that is set.
    await config.load()
    const flat = settings.parse(config.flat)
    // Retries are the caller's, who can tell of them; npm's cache would be a second copy.
    const request = { ...flat, retry: { retries: 0 }, cache: undefined }
    const publicHost = new URL(String(npm.definitions.registry?.default)).hostname
    return { ...flat, host: new URL(flat.registry).host, publicHost, request }
  } catch (error) {
    throw unusable(error)
  }
}

function unusable(error: unknown): UserError {
  const reason =
    error instanceof z.ZodError
      ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ')
      : error
  const message = `The download of opencode follows npm's configuration on this runner, which cannot be used (${reason}). Fix it with "npm config".`
  return new UserError('install-failed', message, { cause: error })
}
