import { mkdtemp, realpath } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { isInside } from '../path.ts'
import { allowedEnvironment } from '../programs/environment.ts'
import { runProgram } from '../programs/run.ts'
import { untrustedPlaces } from '../programs/search-path.ts'
import type { Copies } from '../workspace/copies.ts'
import type { World } from '../world.ts'
import { type Lack, provideBubblewrap } from './bubblewrap.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

/** How the agent is kept from the machine, and the copies of the checkout that it works in. */
export type Isolation = {
  readonly sandbox: Sandbox | undefined
  /** Absent where the agent works in the checkout itself. */
  readonly copies: Copies | undefined
}

/** What of the world is needed to isolate the agent. */
type Isolating = Pick<World, 'env' | 'report' | 'temporary'> & {
  readonly runner: Pick<World['runner'], 'info' | 'warning' | 'group'>
  /** The top level of the checkout. */
  readonly root: string
  readonly openCopies: (isMounted: boolean, signal: AbortSignal) => Promise<Copies>
}

/**
 * Prepares the strongest isolation that there is, and reports its level. Without a sandbox the agent is only a process of
 * its own; throws `UserError` (`server-failed`) if `isolation` is `strict`.
 */
export async function isolate(
  inputs: Inputs,
  world: Isolating,
  signal: AbortSignal,
): Promise<Isolation> {
  const unconfined = async (reason: Lack) => {
    goWithout(inputs, world, reason)
    return { sandbox: undefined, copies: await world.openCopies(false, signal) }
  }
  if (inputs.server.kind === 'external') {
    goWithout(inputs, world, externalServer)
    return { sandbox: undefined, copies: undefined }
  }
  if (inputs.isolation === 'off')
    return await unconfined({ why: 'isolation is off', remedy: undefined })
  return await world.runner.group('Isolate the agent', async () => {
    const { env, root, runner, temporary } = world
    const { bubblewrap, missing } = await provideBubblewrap({ env, log: runner.info }, signal)
    if (bubblewrap === undefined) return await unconfined(missing)
    const obstacle = await findObstacle({ root, env })
    if (obstacle !== undefined) throw notHere(obstacle)
    const workspace = untrustedPlaces({ GITHUB_WORKSPACE: env.GITHUB_WORKSPACE })
    const outer = workspace.map((place) => place.outer)
    const readable = await findReadable(inputs, { env, workspace: outer })
    const copies = await world.openCopies(true, signal)
    const writable = inputs.mode === 'implement'
    const options = { bubblewrap, env, root, copies, writable, temporary, readable }
    const sandbox = await makeSandbox(options, signal)
    world.report.know({ isolation: { level: 'sandboxed', by: `bubblewrap ${bubblewrap.version}` } })
    runner.info(`The agent runs in a sandbox (bubblewrap ${bubblewrap.version})`)
    world.report.mark('isolated')
    return { sandbox, copies }
  })
}

/** A sandbox that was tried out; twice, as something that it shows may be gone by the time it is made. */
async function makeSandbox(options: SandboxOptions, signal: AbortSignal): Promise<Sandbox> {
  for (let attempt = 1; ; attempt += 1) {
    const sandbox = await createSandbox(options, signal)
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

function goWithout(
  { isolation }: Inputs,
  { report, runner }: Pick<Isolating, 'report' | 'runner'>,
  { why, remedy }: Lack,
): void {
  const advice = remedy ? ` For the sandbox, ${remedy}.` : ''
  if (isolation === 'strict') {
    const message = `isolation is strict, and there is no sandbox: ${why}.${advice}`
    throw new UserError('server-failed', message)
  }
  report.know({ isolation: { level: 'separate process only', why } })
  if (advice) report.note(advice.trim())
  if (isolation === 'auto') runner.warning(`The agent runs without a sandbox: ${why}.${advice}`)
}

type Env = Readonly<Record<string, string | undefined>>
/** Why the tree can't be shown to the agent as it should. */
async function findObstacle({ root, env }: { root: string; env: Env }): Promise<Lack | undefined> {
  const home = env.HOME && (await realpath(env.HOME).catch(() => undefined))
  if (root !== '/' && root !== home) return undefined
  return {
    why: `the checkout is ${root}, which holds everything else, too`,
    remedy: 'check out into a folder of its own',
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
