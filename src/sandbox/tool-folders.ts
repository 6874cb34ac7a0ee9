import { realpath, stat } from 'node:fs/promises'
import { basename, delimiter, dirname, isAbsolute, join, normalize } from 'node:path'
import { isInside } from '../path.ts'
import { type Env, untrustedPlaces } from '../programs/search-path.ts'

/**
 * The folders that the programs on PATH live in, and the tool cache: the agent may read them, and run what is there.
 * None that holds one of `hidden`, and none to which a link of the checkout leads.
 */
export async function findToolFolders(
  env: Env,
  hidden: readonly string[],
): Promise<readonly string[]> {
  const { PATH = '', RUNNER_TOOL_CACHE, RUSTUP_HOME, HOME } = env
  const programs = PATH.split(delimiter).filter(isAbsolute).map(withoutSlash)
  const rust = programs.some((path) => path.endsWith('/.cargo/bin'))
  const wanted = [
    ...programs.flatMap((path) => [path, ...companions(path)]),
    ...(RUNNER_TOOL_CACHE ? [RUNNER_TOOL_CACHE] : []),
    ...(rust ? [RUSTUP_HOME ?? join(HOME ?? '/', '.rustup')] : []),
  ]
  const paths = [...new Set(wanted)]
  const untrusted = untrustedPlaces(env).map(({ outer }) => outer)
  const shown = await Promise.all(paths.map((path) => isShown(path, { hidden, untrusted })))
  return paths.filter((_, at) => shown[at])
}

/** What programs of such a folder need beside it, by how it is called. */
function companions(path: string): readonly string[] {
  const parent = dirname(path)
  const name = basename(path)
  if (name === 'bin') return ['lib', 'lib64', 'libexec', 'include'].map((one) => join(parent, one))
  if (name === 'shims' && basename(parent).startsWith('.')) return [parent]
  return name === '.bin' && basename(parent) === 'node_modules' ? [parent] : []
}

function withoutSlash(path: string): string {
  return normalize(path).replace(/(?<=.)\/$/, '')
}

type Limits = { readonly hidden: readonly string[]; readonly untrusted: readonly string[] }

async function isShown(path: string, { hidden, untrusted }: Limits): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined || !(await stat(real)).isDirectory()) return false
  if (real !== path && untrusted.some((outer) => isInside({ inner: path, outer }))) return false
  return !hidden.some((secret) => [path, real].some((outer) => isInside({ inner: secret, outer })))
}
