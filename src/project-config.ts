import { realpathSync } from 'node:fs'
import { relative } from 'node:path'
import type { GuardedConfig } from './config-guard.ts'
import { UserError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import { isInside } from './inside.ts'
import type { OpencodeConfig } from './opencode/config.ts'
import { readProjectConfig } from './opencode/project-config.ts'
import { type Checkout, readCheckout } from './trust/checkout.ts'
import { chooseProjectConfig, type ProjectConfigChoice } from './trust/project-config.ts'
import { GitError } from './workspace/git.ts'
import { findProjectConfig } from './workspace/project-config.ts'
import { findRoot } from './workspace/snapshot.ts'
import type { World } from './world.ts'

/** The checkout's own configuration of opencode, as it was before the run. */
export type ProjectConfig = ProjectConfigChoice &
  Pick<GuardedConfig, 'root' | 'except' | 'paths'> & {
    /** What the checkout says of models and providers; empty if it is ignored. */
    readonly config: OpencodeConfig
  }

/** Decides whether the checkout's own configuration counts, and finds it. Throws `UserError` if then no model is named. */
export async function openProjectConfig(
  inputs: Inputs,
  world: World,
  signal: AbortSignal,
): Promise<ProjectConfig> {
  const { directory } = inputs
  const { env, event, report, runner } = world
  const [repository, checkout] = await askGit(directory, env, signal)
  const { use, reason } = chooseProjectConfig({ choice: inputs.projectConfig, event, checkout })
  const top = repository ?? directory
  const root = widest(top, env.GITHUB_WORKSPACE)
  const except = realpathSync(world.temporary)
  const paths = await findProjectConfig({ root, except }, signal)
  const names = paths.map((path) => relative(root, path))
  report.know({ projectConfig: { use, reason, paths: names.slice(0, listed) } })
  if (paths.length > 0)
    runner.info(`The checkout's own configuration of opencode is ${words[use]}: ${reason}.`)
  const config = use === 'load' ? readProjectConfig({ directory, top }) : {}
  requireModel(inputs, { config, use })
  if (inputs.server.kind === 'external') report.note(externalNotes[use])
  return { use, reason, root, except, paths, config }
}

/** So many names are enough for the report. */
const listed = 100

const words = { load: 'loaded', ignore: 'ignored' } as const

const externalNotes = {
  load: "Whether the checkout's own configuration of opencode is loaded is up to the server at server-url.",
  ignore:
    "The checkout's own configuration of opencode was out of sight during the run. What the server at server-url had loaded of it before stays loaded there.",
} as const

/** Where there is no git, nothing is known of the checkout. */
async function askGit(
  directory: string,
  env: World['env'],
  signal: AbortSignal,
): Promise<readonly [string | undefined, Checkout]> {
  try {
    return [
      await findRoot({ directory, env }, signal),
      await readCheckout({ directory, env }, signal),
    ]
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof UserError || error instanceof GitError)) throw error
    return [undefined, { head: undefined, isOwnRepository: false, isPublished: false }]
  }
}

/** Where git does not tell opencode the top level, it looks above it, too: so the whole workspace counts. */
function widest(top: string, workspace: string | undefined): string {
  const outer = workspace && realpathSync(workspace)
  return outer && isInside({ inner: top, outer }) ? outer : top
}

function requireModel(
  { mode, model, config: own, server }: Inputs,
  { config, use }: Pick<ProjectConfig, 'config' | 'use'>,
): void {
  const named = model ?? own.model ?? config.model
  if (mode === 'check' || server.kind === 'external' || named !== undefined) return
  const where =
    use === 'ignore' ? ", and the checkout's opencode.json, which may name one, is ignored" : ''
  throw new UserError('config-invalid', `model: is missing${where}. Set it, as provider/model.`)
}
