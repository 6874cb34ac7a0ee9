import { lstatSync } from 'node:fs'
import { mkdtemp, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { isInside } from '../path.ts'
import { allowedEnvironment } from '../programs/environment.ts'
import { runProgram } from '../programs/run.ts'
import { untrustedPlaces } from '../programs/search-path.ts'
import type { ProjectConfig } from '../project-config/open.ts'
import { refuseCheckout } from '../workspace/git.ts'
import type { Repository } from '../workspace/repository.ts'
import type { World } from '../world.ts'
import { type Lack, provideBubblewrap } from './bubblewrap.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

/**
 * Prepares the strongest isolation that there is, and reports its level. Undefined where the agent is only a process of
 * its own; throws `UserError` (`server-failed`) if `isolation` is `strict`.
 */
export async function isolate(
  inputs: Inputs,
  world: World & {
    readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'>
    readonly repository: Repository | undefined
  },
  signal: AbortSignal,
): Promise<Sandbox | undefined> {
  if (inputs.server.kind === 'external') return without(inputs, world, externalServer)
  if (inputs.isolation === 'off')
    return without(inputs, world, { why: 'isolation is off', remedy: undefined })
  return await world.runner.group('Isolate the agent', async () => {
    const { env, runner } = world
    const { bubblewrap, missing } = await provideBubblewrap({ env, log: runner.info }, signal)
    if (bubblewrap === undefined) return without(inputs, world, missing)
    const { repository } = world
    const root = repository?.top ?? inputs.directory
    const writable = inputs.mode === 'implement'
    const obstacle = await findObstacle({ root, writable, env })
    if (obstacle !== undefined) throw notHere(obstacle)
    const workspace = untrustedPlaces({ GITHUB_WORKSPACE: env.GITHUB_WORKSPACE })
    const outer = workspace.map((place) => place.outer)
    const readable = await findReadable(inputs, { env, workspace: outer })
    const { temporary } = world
    const shown = showProjectConfig({ projectConfig: world.projectConfig, root, writable })
    const options = { bubblewrap, env, root, repository, writable, temporary, readable, ...shown }
    const sandbox = await makeSandbox(options, signal)
    world.report.know({ isolation: { level: 'sandboxed', by: `bubblewrap ${bubblewrap.version}` } })
    runner.info(`The agent runs in a sandbox (bubblewrap ${bubblewrap.version})`)
    world.report.mark('isolated')
    return sandbox
  })
}

type Shown = Pick<SandboxOptions, 'root' | 'writable'> & {
  readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'>
}

/**
 * What of the checkout's configuration the sandbox has to know of. `copied`: opencode writes packages into these folders
 * before it loads them, and fails where it can't. `hidden`: all that is ignored, which is moved out of the tree.
 */
function showProjectConfig({ projectConfig, root, writable }: Shown) {
  const paths = projectConfig.paths.filter((inner) => isInside({ inner, outer: root }))
  if (projectConfig.use === 'ignore') return { copied: [], hidden: paths }
  const isCopied = (path: string) =>
    basename(path) === '.opencode' && lstatSync(path, { throwIfNoEntry: false })?.isDirectory()
  return { copied: writable ? [] : paths.filter(isCopied), hidden: [] }
}

/** A sandbox that was tried out; twice, as something that it shows may be gone by the time it is made. */
async function makeSandbox(options: SandboxOptions, signal: AbortSignal): Promise<Sandbox> {
  for (let attempt = 1; ; attempt += 1) {
    const sandbox = await createSandbox(options, signal).catch(refuseCheckout)
    const problem = await tryOut(sandbox, options, signal)
    if (problem === undefined) return sandbox
    if (attempt === 2) throw notHere({ why: `bubblewrap said: ${problem}`, remedy: undefined })
  }
}

const trialLimitMs = 10_000

/** What keeps the sandbox from running a program: some mount of it, perhaps. */
async function tryOut(
  sandbox: Sandbox,
  { bubblewrap, temporary, env }: SandboxOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = await mkdtemp(join(temporary, 'trial-'))
  const command = sandbox.wrap([bubblewrap.program.path, '--version'], own)
  const options = { env: allowedEnvironment(env), limitMs: trialLimitMs }
  return (await runProgram(command, options, signal)).problem
}

/** A sandbox that works on this machine: what is in the checkout must not turn it off. */
function notHere({ why, remedy }: Lack): UserError {
  const advice = remedy ? `${remedy.slice(0, 1).toUpperCase()}${remedy.slice(1)}, or set` : 'Set'
  const message = `The sandbox works on this machine, but not for this checkout: ${why}. ${advice} isolation to off if you trust what is checked out.`
  return new UserError('server-failed', message)
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
      why: `the checkout is ${root}, which holds everything else, too`,
      remedy: 'check out into a folder of its own',
    }
  const { uid } = await stat(root)
  if (!writable || uid === process.geteuid?.()) return undefined
  return {
    why: `the checkout ${root} belongs to another user (${uid}), so that the agent could not write to it`,
    remedy: 'check out as the user that runs this step',
  }
}

const certificates =
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE|GIT_SSL_CAINFO|REQUESTS_CA_BUNDLE)$/

/**
 * Files and folders that variables which the agent is given name. In the workspace it sees what there is to be seen: a link
 * there could lead anywhere.
 */
async function findReadable(
  { passEnv }: Inputs,
  { env, workspace }: { env: Env; workspace: readonly string[] },
): Promise<readonly string[]> {
  const names = Object.keys(env).filter((name) => certificates.test(name) || passEnv.includes(name))
  const isElsewhere = (inner: string) => !workspace.some((outer) => isInside({ inner, outer }))
  const paths = names
    .flatMap((name) => env[name] ?? [])
    .filter(isAbsolute)
    .filter(isElsewhere)
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)))
  return [...new Set([...paths.filter((_, at) => real[at]), ...real.flatMap((path) => path ?? [])])]
}
