import { delimiter, isAbsolute, resolve } from 'node:path'
import { isInside, realPathOf } from '../path.ts'
import type { Env } from './environment.ts'
import { folderProblem } from './ownership.ts'

/** A folder of PATH: its real path, or its entry and why programs in it don't count. */
export type SearchFolder = { readonly path: string; readonly problem: string | undefined }

/** The folders of the step's PATH in their order, each with what speaks against it. */
export function searchFolders(env: Env): readonly SearchFolder[] {
  return searchPathOf(env)
    .split(delimiter)
    .map((entry) => {
      if (!isAbsolute(entry)) return { path: entry, problem: 'its folder is a relative path' }
      const real = realPathOf(entry)
      if (real === undefined) return { path: entry, problem: 'its folder does not exist' }
      const place = untrustedPlace(real, env)
      const problem = place ? `it lies in ${place}` : folderProblem(real)
      return { path: problem === undefined ? real : entry, problem }
    })
}

/** On Windows the names of variables have no case. */
function searchPathOf(env: Env): string {
  const isPath = (name: string) => process.platform === 'win32' && /^path$/i.test(name)
  return env.PATH ?? Object.entries(env).find(([name]) => isPath(name))?.[1] ?? ''
}

/** The step's PATH without the folders that the checkout, a step's temporary files or another user may have filled. */
export function cleanSearchPath(env: Env): string {
  const trusted = searchFolders(env).filter(({ problem }) => problem === undefined)
  return [...new Set(trusted.map(({ path }) => path))].join(delimiter)
}

/** The place that holds an absolute path and that a checkout or an earlier step may have filled; undefined if none does. */
export function untrustedPlace(path: string, env: Env): string | undefined {
  const isIn = (place: string) =>
    [resolve(place), realPathOf(place) ?? resolve(place)].some((outer) =>
      isInside({ inner: path, outer }),
    )
  if (isIn(env.GITHUB_WORKSPACE || '.')) return 'the workspace'
  return env.RUNNER_TEMP && isIn(env.RUNNER_TEMP) ? 'RUNNER_TEMP' : undefined
}
