import { join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Inputs, ServerChoice } from '../inputs/inputs.ts'
import type { Binary } from '../install/install.ts'
import { installOpencode, useBinary } from '../install/install.ts'
import type { ProjectConfig } from '../project-config/open.ts'
import { removeFolder } from '../workspace/folders.ts'
import type { World } from '../world.ts'
import { createClient } from './client.ts'
import { type Server, startServer } from './server.ts'
import { serverSettings } from './settings.ts'

/** What a run prompts: a server, and a fresh one in its place when its sessions don't end. */
export type Service = AsyncDisposable & {
  /** The server that runs now. */
  readonly server: () => Server
  /** When a provider last sent something of an answer, in milliseconds since 1970; 0 where that is not seen. */
  readonly lastBytes: () => number
  /** Ends the server with all its processes; false where it is somebody else's, which stays. */
  readonly stop: () => Promise<boolean>
  /** Starts another one after that. */
  readonly start: (signal: AbortSignal) => Promise<void>
}

type Configured = World & { readonly projectConfig: Pick<ProjectConfig, 'use' | 'config'> }

/** The server that a run talks to: installed and started, or one that is already running. */
export async function openService(
  inputs: Inputs,
  world: Configured,
  signal: AbortSignal,
): Promise<Service> {
  const { server } = inputs
  if (server.kind === 'external') return await reachServer(server, world, signal)
  const binary = await findBinary(server, world, signal)
  world.report.know({
    opencode: { version: binary.version, source: binary.source, verified: binary.verified },
  })
  world.report.mark('installed')
  return await serveOwn({ inputs, binary }, world, signal)
}

type Local = Exclude<ServerChoice, { kind: 'external' }>

async function findBinary(choice: Local, world: World, signal: AbortSignal): Promise<Binary> {
  const { temporary, env, runner } = world
  const log = runner.info
  return await runner.group('Install opencode', () =>
    choice.kind === 'binary'
      ? useBinary({ path: choice.path, temporary, env, log, wrap: world.sandbox?.wrap }, signal)
      : installOpencode({ version: choice.version, temporary, env, log }, signal),
  )
}

async function serveOwn(
  { inputs, binary }: { inputs: Inputs; binary: Binary },
  world: Configured,
  signal: AbortSignal,
): Promise<Service> {
  await using stack = new AsyncDisposableStack()
  const rehearsal = usesRehearsal(inputs) ? await loadRehearsal() : undefined
  const model = rehearsal && stack.use(await rehearsal.startRehearsal())
  const ownProviders = rehearsal && model ? { rehearsal: rehearsal.rehearsalProvider(model) } : {}
  const broker = stack.use(await openBroker(world, signal))
  const { open } = broker
  const project = world.projectConfig.config
  const settings = serverSettings({ inputs, env: world.env, ownProviders, project, open })
  for (const secret of settings.secrets) world.secrets.add(secret)
  world.report.know({ keys: settings.keys })

  const start = (name: string, inner: AbortSignal) =>
    startOne({ ...settings, binary, folder: join(world.temporary, name) }, world, inner)
  const running = { server: await start('server-1', signal), started: 1 }
  stack.defer(() => running.server[Symbol.asyncDispose]())
  world.report.mark('started')
  const owned = stack.move()
  return {
    server: () => running.server,
    lastBytes: broker.lastProgress,
    async stop() {
      await running.server[Symbol.asyncDispose]()
      return true
    },
    async start(inner) {
      running.started += 1
      running.server = await start(`server-${running.started}`, inner)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What stands before the providers, with a record of each call in the report. */
async function openBroker({ env, report, secrets }: World, signal: AbortSignal) {
  const { startBroker } = await import('../providers/broker/broker.ts')
  const { addCall } = await import('../providers/broker/calls.ts')
  let calls: ReturnType<typeof addCall> | undefined
  const onCall = (call: Parameters<typeof addCall>[1]) => {
    calls = addCall(calls, secrets.clean(call))
    report.know({ calls })
  }
  return await startBroker({ env, onCall }, signal)
}

type Starting = Pick<ReturnType<typeof serverSettings>, 'config' | 'env'> & {
  readonly binary: Binary
  readonly folder: string
}

async function startOne(
  { binary, config, env, folder }: Starting,
  world: Configured,
  signal: AbortSignal,
): Promise<Server> {
  const server = await world.runner.group('Start the opencode server', async () => {
    const started = await startServer(
      {
        binary,
        config,
        projectConfig: world.projectConfig.use,
        env,
        temporary: folder,
        wrap: world.sandbox?.wrap,
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
  })
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      // What it filled of the disk is free for the run's result.
      removeFolder(folder)
    },
  }
}

function usesRehearsal({ model, fallbackModels, requireProviders }: Inputs): boolean {
  const providers = [model, ...fallbackModels].map((one) => one?.providerID)
  return [...providers, ...requireProviders].includes('rehearsal')
}

async function loadRehearsal() {
  return await import('../rehearsal/rehearsal.ts')
}

const reachLimitMs = 10_000

/** A server of somebody else's: nothing is started, and nothing of it is stopped. */
async function reachServer(
  { url, password }: Extract<ServerChoice, { kind: 'external' }>,
  world: World,
  signal: AbortSignal,
): Promise<Service> {
  await using client = createClient({ url, password }, '/')
  const { version } = await client.health(reachLimitMs, signal)
  if (!version.startsWith('1.')) {
    const message = `The server at server-url is opencode ${version}. This action drives opencode 1.x, whose API is another one.`
    throw new UserError('server-failed', message)
  }
  world.report.know({ opencode: { version, source: 'server-url', verified: 'not verified' } })
  world.runner.info(`opencode ${version} answers at ${url}`)
  world.report.mark('started')
  const server: Server = {
    address: { url, password },
    version,
    folder: undefined,
    failed: new AbortController().signal,
    lastWords: () => '',
    [Symbol.asyncDispose]: async () => undefined,
  }
  return {
    server: () => server,
    lastBytes: () => 0,
    stop: async () => false,
    start: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
