import { mkdtempSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { realPathOf } from '../path.ts'
import { allowedEnvironment } from '../programs/environment.ts'
import { runProgram } from '../programs/run.ts'
import { untrustedPlace } from '../programs/search-path.ts'
import type { Copies } from '../workspace/copies.ts'
import type { World } from '../world.ts'
import { provideBubblewrap, type Unavailable } from './bubblewrap.ts'
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
 * Prepares the strongest isolation that the machine allows, and reports its level. Throws `UserError` (`server-failed`) if
 * `isolation` is `strict` and there is no sandbox.
 */
export async function isolate(
  inputs: Inputs,
  world: Isolating,
  signal: AbortSignal,
): Promise<Isolation> {
  const { env, runner } = world
  const unconfined = async (reason: Unavailable) => {
    goWithout(inputs, world, reason)
    return { sandbox: undefined, copies: await world.openCopies(false, signal) }
  }
  if (inputs.server.kind === 'external') {
    const why = 'this action did not start the server at server-url'
    goWithout(inputs, world, { why, remedy: undefined })
    return { sandbox: undefined, copies: undefined }
  }
  if (inputs.isolation === 'off')
    return await unconfined({ why: 'isolation is off', remedy: undefined })
  return await runner.group('Isolate the agent', async () => {
    const bubblewrap = await provideBubblewrap({ env, log: runner.info }, signal)
    if ('why' in bubblewrap) return await unconfined(bubblewrap)
    refuseRoot(world)
    const copies = await world.openCopies(true, signal)
    const writable = inputs.mode === 'implement'
    const options = { ...world, bubblewrap, copies, writable, readable: findReadable(inputs, env) }
    const sandbox = await createTestedSandbox(options, signal)
    const by = `bubblewrap ${bubblewrap.version}`
    world.report.know({ isolation: { level: 'sandboxed', by } })
    runner.info(`The agent runs in a sandbox (${by})`)
    world.report.mark('isolated')
    return { sandbox, copies }
  })
}

const trialLimitMs = 10_000

/** A sandbox that ran a program; made twice if need be, as something that it shows may vanish meanwhile. */
async function createTestedSandbox(options: SandboxOptions, signal: AbortSignal): Promise<Sandbox> {
  const { bubblewrap, temporary, env } = options
  const limits = { env: allowedEnvironment(env), limitMs: trialLimitMs }
  for (let attempt = 1; ; attempt += 1) {
    const sandbox = await createSandbox(options, signal)
    const own = mkdtempSync(join(temporary, 'trial-'))
    const command = sandbox.wrap([bubblewrap.program.path, '--version'], own)
    const { problem } = await runProgram(command, limits, signal)
    if (problem === undefined) return sandbox
    if (attempt === 2) throw notHere(`bubblewrap failed with “${problem}”. Set`)
  }
}

/** A checkout that holds everything else can't be shown to the agent alone. */
function refuseRoot({ root, env }: Isolating): void {
  if (root !== '/' && root !== (env.HOME && realPathOf(env.HOME))) return
  throw notHere(
    `the checkout is ${root}, which holds other files too. Check out into a subfolder, or set`,
  )
}

/** The machine can make sandboxes, and what is checked out must not turn that off. */
function notHere(why: string): UserError {
  const message = `The sandbox works on this machine, but not for this checkout: ${why} isolation to off if you trust what is checked out.`
  return new UserError('server-failed', message)
}

function goWithout(
  { isolation }: Inputs,
  { report, runner }: Pick<Isolating, 'report' | 'runner'>,
  { why, remedy }: Unavailable,
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

const certificates =
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE|GIT_SSL_CAINFO|REQUESTS_CA_BUNDLE)$/

/** Files and folders that variables of the agent name. Not in the workspace: a link there could lead anywhere. */
function findReadable({ passEnv }: Inputs, env: World['env']): readonly string[] {
  const { GITHUB_WORKSPACE } = env
  const paths = Object.entries(env).flatMap(([name, path = '']) => {
    const isNamed = certificates.test(name) || passEnv.includes(name)
    const real = isNamed && isAbsolute(path) ? realPathOf(path) : undefined
    return real && !untrustedPlace(path, { GITHUB_WORKSPACE }) ? [path, real] : []
  })
  return [...new Set(paths)]
}
