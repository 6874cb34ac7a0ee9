import { realpath, stat } from 'node:fs/promises'
import { basename, delimiter, dirname, isAbsolute, join, normalize } from 'node:path'
import { isInside } from '../inside.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The folders that the programs on PATH live in, and the tool cache: the agent may read them, and run what is there.
 * None that holds one of `hidden`.
 */
export async function findToolFolders(
  { PATH = '', RUNNER_TOOL_CACHE, RUSTUP_HOME, HOME }: Env,
  hidden: readonly string[],
): Promise<readonly string[]> {
  const programs = PATH.split(delimiter).filter(isAbsolute).map(withoutSlash)
  const rust = programs.some((path) => path.endsWith('/.cargo/bin'))
  const wanted = [
    ...programs.flatMap((path) => [path, ...companions(path)]),
    ...(RUNNER_TOOL_CACHE ? [RUNNER_TOOL_CACHE] : []),
    ...(rust ? [RUSTUP_HOME ?? join(HOME ?? '/', '.rustup')] : []),
  ]
  const paths = [...new Set(wanted)]
  const shown = await Promise.all(paths.map((path) => isShown(path, hidden)))
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

async function isShown(path: string, hidden: readonly string[]): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined || !(await stat(real)).isDirectory()) return false
  return !hidden.some((secret) => [path, real].some((outer) => isInside({ inner: secret, outer })))
}
