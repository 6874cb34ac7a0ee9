import { readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isThere } from './there.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Where runners, their user and the steps keep what is not for the agent: home, temporary folder, other actions, other
 * checkouts, and the runners themselves with their credentials. Real paths.
 */
export async function findHidden(env: Env): Promise<readonly string[]> {
  const { HOME, RUNNER_TEMP, RUNNER_WORKSPACE, GITHUB_WORKSPACE, GITHUB_EVENT_PATH } = env
  const work = RUNNER_TEMP ? dirname(RUNNER_TEMP) : undefined
  const named = [
    HOME,
    RUNNER_TEMP,
    RUNNER_WORKSPACE,
    GITHUB_WORKSPACE,
    GITHUB_EVENT_PATH && dirname(GITHUB_EVENT_PATH),
    work && join(work, '_actions'),
    ...(await findRunners(work)),
  ]
  const paths = named.flatMap((path) => path || [])
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)))
  return [...new Set(real.flatMap((path) => path ?? []))].filter((path) => path !== '/')
}

/** Runners of one's own keep their credentials in their folder: beside the work folder, above their Node.js, in `/opt`. */
async function findRunners(work: string | undefined): Promise<readonly string[]> {
  const places = ['/opt', '/usr/local', '/usr/local/share']
  const inside = await Promise.all(places.map(foldersIn))
  const nodes = dirname(dirname(dirname(dirname(process.execPath))))
  const candidates = [...inside.flat(), nodes, ...(work ? [work, dirname(work)] : [])]
  const found = await Promise.all(candidates.map(isRunner))
  const runners = candidates.filter((_, at) => found[at])
  const works = runners.map((path) => join(path, '_work'))
  // A work folder may lie elsewhere: its name is what the runner calls it.
  const named = work && (await isThere(join(work, '_actions'))) ? [work] : []
  return [...runners, ...works, ...named]
}

async function foldersIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name))
}

async function isRunner(folder: string): Promise<boolean> {
  const marks = ['.runner', '.credentials'].map((name) => join(folder, name))
  return (await Promise.all(marks.map(isThere))).includes(true)
}
