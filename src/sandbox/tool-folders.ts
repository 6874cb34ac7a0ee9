import { statSync } from 'node:fs'
import { basename, delimiter, dirname, isAbsolute, join, normalize } from 'node:path'
import { isInside, realPathOf } from '../path.ts'
import type { Env } from '../programs/environment.ts'
import { untrustedPlace } from '../programs/search-path.ts'

/**
 * The folders of the programs on PATH, and the tool cache: the agent may read them, and run what is in them. None that
 * holds one of `hidden`, and none to which a link of the checkout leads.
 */
export function findToolFolders(env: Env, hidden: readonly string[]): readonly string[] {
  const { PATH = '', RUNNER_TOOL_CACHE, RUSTUP_HOME, HOME } = env
  const programs = PATH.split(delimiter).filter(isAbsolute).map(withoutSlash)
  const rust = programs.some((path) => path.endsWith('/.cargo/bin'))
  const wanted = [
    ...programs.flatMap((path) => [path, ...companions(path)]),
    ...(RUNNER_TOOL_CACHE ? [RUNNER_TOOL_CACHE] : []),
    ...(rust ? [RUSTUP_HOME ?? join(HOME ?? '/', '.rustup')] : []),
  ]
  return [...new Set(wanted)].filter((path) => {
    const real = realPathOf(path)
    if (real === undefined || !statSync(real).isDirectory()) return false
    if (real !== path && untrustedPlace(path, env) !== undefined) return false
    return !hidden.some((inner) => [path, real].some((outer) => isInside({ inner, outer })))
  })
}

/** What programs of such a folder need beside it, by its name. */
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
