import { access, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Where the runner, its user and its steps keep what is not for the agent: home, temporary folder, other actions, other
 * checkouts, and the runner itself with its credentials. Real paths.
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
    work && (await findRunner(work)),
  ]
  const paths = named.flatMap((path) => path || [])
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)))
  return [...new Set(real.flatMap((path) => path ?? []))].filter((path) => path !== '/')
}

/** The folder of a runner of one's own: it keeps its credentials beside the work folder. */
async function findRunner(work: string): Promise<string | undefined> {
  const folder = dirname(work)
  const marks = ['.runner', '.credentials']
  const there = await Promise.all(
    marks.map((name) =>
      access(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return there.includes(true) ? folder : undefined
}
