import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { realPathOf } from '../path.ts'
import type { Env } from '../programs/environment.ts'

/**
 * What runners, their user and the steps keep from the agent: home, temporary folder, other actions, other checkouts, and
 * the runners themselves with their credentials. Real paths.
 */
export function findHidden(env: Env): readonly string[] {
  const { HOME, RUNNER_TEMP, RUNNER_WORKSPACE, GITHUB_WORKSPACE, GITHUB_EVENT_PATH } = env
  const work = RUNNER_TEMP ? dirname(RUNNER_TEMP) : undefined
  const named = [
    ...[HOME, RUNNER_TEMP, RUNNER_WORKSPACE, GITHUB_WORKSPACE],
    GITHUB_EVENT_PATH && dirname(GITHUB_EVENT_PATH),
    work && join(work, '_actions'),
    ...findRunners(work),
  ]
  const real = named.flatMap((path) => (path && realPathOf(path)) || [])
  return [...new Set(real)].filter((path) => path !== '/')
}

/** Self-hosted runners keep their credentials in their folder: beside the work folder, above their Node.js, in `/opt`. */
function findRunners(work: string | undefined): readonly string[] {
  const installed = ['/opt', '/usr/local', '/usr/local/share'].flatMap(foldersIn)
  const aboveNode = dirname(dirname(dirname(dirname(process.execPath))))
  const candidates = [...installed, aboveNode, ...(work ? [work, dirname(work)] : [])]
  const runners = candidates.filter((folder) =>
    ['.runner', '.credentials'].some((name) => existsSync(join(folder, name))),
  )
  // The work folder may have another name and lie elsewhere.
  const works = work && existsSync(join(work, '_actions')) ? [work] : []
  return [...runners, ...runners.map((path) => join(path, '_work')), ...works]
}

function foldersIn(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name))
  } catch {
    return []
  }
}
