import { lstatSync } from 'node:fs'
import { mkdtemp, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { UserError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import { isInside } from './inside.ts'
import type { ProjectConfig } from './project-config.ts'
import { type Bubblewrap, type Lack, provideBubblewrap } from './sandbox/bubblewrap.ts'
import { runCommand } from './sandbox/command.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox/sandbox.ts'
import { allowedEnvironment } from './trust/environment.ts'
import { GitError, refuseCheckout } from './workspace/git.ts'
import { findRoot } from './workspace/snapshot.ts'
import type { World } from './world.ts'

/**
 * Prepares the strongest isolation that there is, and reports its level. Undefined where the agent is only a process of
 * its own; throws `UserError` (`server-failed`) if `isolation` is `strict`.
 */
export async function isolate(
  inputs: Inputs,
  world: World & { readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'> },
  signal: AbortSignal,
): Promise<Sandbox | undefined> {
  if (inputs.server.kind === 'external') return without(inputs, world, externalServer)
  if (inputs.isolation === 'off')
    return without(inputs, world, { why: 'isolation is off', remedy: undefined })
  return await world.runner.group('Isolate the agent', async () => {
    const { env, runner } = world
    const { bubblewrap, missing } = await provideBubblewrap({ env, log: runner.info }, signal)
    if (bubblewrap === undefined) return without(inputs, world, missing)
    const { directory } = inputs
    const found = await findRoot({ directory, env }, signal).catch(withoutGit)
    const root = found ?? directory
    const writable = inputs.mode === 'implement'
    const obstacle = await findObstacle({ root, writable, env })
    if (obstacle !== undefined) return without(inputs, world, obstacle)
    const readable = await findReadable(inputs, env)
    const { temporary } = world
    const shown = showProjectConfig({ projectConfig: world.projectConfig, root, writable })
    const options = { bubblewrap, env, root, writable, temporary, readable, ...shown }
    const sandbox = await createSandbox(options, signal).catch(refuseCheckout)
    const problem = await tryOut(sandbox, { bubblewrap, temporary, env }, signal)
    if (problem !== undefined)
      return without(inputs, world, {
        why: `bubblewrap could not make the sandbox (${problem})`,
        remedy: undefined,
      })
    world.report.know({ isolation: { level: 'sandboxed', by: `bubblewrap ${bubblewrap.version}` } })
    runner.info(`The agent runs in a sandbox (bubblewrap ${bubblewrap.version})`)
    world.report.mark('isolated')
    return sandbox
  })
}

/** Without git on the machine, or with one that can't read the checkout, there is no repository to be found. */
function withoutGit(error: unknown): undefined {
  if (error instanceof UserError || error instanceof GitError) return undefined
  throw error
}

type Shown = Pick<SandboxOptions, 'root' | 'writable'> & {
  readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'>
}

/** More than these would take bubblewrap seconds: they are moved out of sight. */
const mostMasked = 500

/**
 * What of the checkout's configuration is shown as something else. `copied`: opencode writes packages into these before
 * it loads them, and fails where it can't. `masked`: all that is ignored, but for links, which show their target.
 */
function showProjectConfig({ projectConfig, root, writable }: Shown) {
  const paths = projectConfig.paths.filter((inner) => isInside({ inner, outer: root }))
  const whole = paths.filter(isOfItsKind)
  if (projectConfig.use === 'ignore')
    return { copied: [], masked: whole.length > mostMasked ? [] : whole }
  const folders = whole.filter((path) => basename(path) === '.opencode')
  return { copied: writable ? [] : folders, masked: [] }
}

/** opencode takes a file for a folder's name, or the other way round, for an error. */
function isOfItsKind(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  const isFolder = ['.opencode', '.claude', '.agents'].includes(basename(path))
  return (isFolder ? found?.isDirectory() : found?.isFile()) ?? false
}

const trialLimitMs = 10_000

type Trial = { readonly bubblewrap: Bubblewrap; readonly temporary: string; readonly env: Env }

/** What keeps the sandbox from running a program: some mount of it, perhaps. */
async function tryOut(
  sandbox: Sandbox,
  { bubblewrap, temporary, env }: Trial,
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = await mkdtemp(join(temporary, 'trial-'))
  const argv = sandbox.wrap([bubblewrap.path, '--version'], own)
  const command = { argv, env: allowedEnvironment(env), limitMs: trialLimitMs }
  return (await runCommand(command, signal)).problem
}

const externalServer: Lack = {
  why: 'the server at server-url was started by somebody else',
  remedy: undefined,
}

function without(
  { isolation }: Inputs,
  { report, runner }: World,
  { why, remedy }: Lack,
): undefined {
  const advice = remedy ? ` For the sandbox, ${remedy}.` : ''
  if (isolation === 'strict') {
    const message = `isolation is strict, and there is no sandbox: ${why}.${advice}`
    throw new UserError('server-failed', message)
  }
  report.know({ isolation: { level: 'separate process only', why } })
  if (advice) report.note(advice.trim())
  if (isolation === 'auto') runner.warning(`The agent runs without a sandbox: ${why}.${advice}`)
  return undefined
}

type Env = Readonly<Record<string, string | undefined>>
type Place = { readonly root: string; readonly writable: boolean; readonly env: Env }

/** Why the tree can't be shown to the agent as it should. */
async function findObstacle({ root, writable, env }: Place): Promise<Lack | undefined> {
  const home = env.HOME && (await realpath(env.HOME).catch(() => undefined))
  if (root === '/' || root === home)
    return {
      why: `the checkout is ${root}, beside all else`,
      remedy: 'check out into a folder of its own',
    }
  const { uid } = await stat(root)
  if (!writable || uid === process.geteuid?.()) return undefined
  return {
    why: `the checkout ${root} belongs to another user (${uid}), so that the agent could not write it`,
    remedy: 'check out as the user that runs this step',
  }
}

const certificates =
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE|GIT_SSL_CAINFO|REQUESTS_CA_BUNDLE)$/

/** Files and folders that variables which the agent is given name. */
async function findReadable({ passEnv }: Inputs, env: Env): Promise<readonly string[]> {
  const names = Object.keys(env).filter((name) => certificates.test(name) || passEnv.includes(name))
  const paths = names.map((name) => env[name] ?? '').filter(isAbsolute)
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)))
  return [...new Set([...paths.filter((_, at) => real[at]), ...real.flatMap((path) => path ?? [])])]
}
