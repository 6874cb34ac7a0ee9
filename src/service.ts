import { join } from 'node:path'
import { UserError } from './errors.ts'
import type { Inputs, ServerChoice } from './inputs.ts'
import type { Binary } from './install/install.ts'
import { installOpencode, useBinary } from './install/install.ts'
import { createClient } from './opencode/client.ts'
import { type Server, startServer } from './opencode/server.ts'
import { serverSettings } from './opencode/settings.ts'
import type { World } from './world.ts'

/** The server that a run talks to: installed and started, or one that is already running. */
export async function openServer(
  inputs: Inputs,
  world: World,
  signal: AbortSignal,
): Promise<Server> {
  const { server } = inputs
  if (server.kind === 'external') return await reachServer(server, world, signal)
  const binary = await findBinary(server, world, signal)
  world.report.know({
    opencode: { version: binary.version, source: binary.source, verified: binary.verified },
  })
  world.report.mark('installed')
  return await startOwn({ inputs, binary }, world, signal)
}

type Local = Exclude<ServerChoice, { kind: 'external' }>

async function findBinary(choice: Local, world: World, signal: AbortSignal): Promise<Binary> {
  const { temporary, env, runner } = world
  const log = runner.info
  return await runner.group('Install opencode', () =>
    choice.kind === 'binary'
      ? useBinary({ path: choice.path, temporary, log }, signal)
      : installOpencode({ version: choice.version, temporary, env, log }, signal),
  )
}

async function startOwn(
  { inputs, binary }: { inputs: Inputs; binary: Binary },
  world: World,
  signal: AbortSignal,
): Promise<Server> {
  await using stack = new AsyncDisposableStack()
  const rehearsal = usesRehearsal(inputs) ? await loadRehearsal() : undefined
  const model = rehearsal && stack.use(await rehearsal.startRehearsal())
  const ownProviders = rehearsal && model ? { rehearsal: rehearsal.rehearsalProvider(model) } : {}
  const { config, env, secrets } = serverSettings({ inputs, env: world.env, ownProviders })
  for (const secret of secrets) world.secrets.add(secret)
  const server = stack.use(
    await world.runner.group('Start the opencode server', async () => {
      const started = await startServer(
        {
          binary,
          config,
          env,
          temporary: join(world.temporary, 'server'),
          logFile: world.files.log,
          secrets: world.secrets,
          trackingId: world.trackingId,
          onSpawn: (pid) => world.runner.saveState('pid', String(pid)),
          onListening: () => world.report.mark('listening'),
        },
        signal,
      )
      world.runner.info(`opencode ${started.version} listens on ${started.address.url}`)
      return started
    }),
  )
  world.report.mark('started')
  const owned = stack.move()
  return {
    address: server.address,
    version: server.version,
    failed: server.failed,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function usesRehearsal({ model, requireProviders }: Inputs): boolean {
  return model?.providerID === 'rehearsal' || requireProviders.includes('rehearsal')
}

async function loadRehearsal() {
  return await import('./rehearsal/rehearsal.ts')
}

const reachLimitMs = 10_000

/** A server of somebody else's: nothing is started, and nothing of it is stopped. */
async function reachServer(
  { url, password }: Extract<ServerChoice, { kind: 'external' }>,
  world: World,
  signal: AbortSignal,
): Promise<Server> {
  await using client = createClient({ url, password }, '/')
  const { version } = await client.health(reachLimitMs, signal)
  if (!version.startsWith('1.')) {
    const message = `The server at server-url is opencode ${version}. This action drives opencode 1.x, whose API is another one.`
    throw new UserError('server-failed', message)
  }
  world.report.know({ opencode: { version, source: 'server-url', verified: 'not verified' } })
  world.runner.info(`opencode ${version} answers at ${url}`)
  world.report.mark('started')
  return {
    address: { url, password },
    version,
    failed: new AbortController().signal,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
