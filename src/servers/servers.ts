import { join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Inputs, ServerChoice } from '../inputs/inputs.ts'
import type { Binary } from '../install/install.ts'
import { installOpencode, useBinary } from '../install/install.ts'
import { connect } from '../opencode/connect.ts'
import { unsupportedVersion } from '../opencode/version.ts'
import type { ProjectConfig } from '../project-config/open.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { removeFolder } from '../workspace/folders.ts'
import type { World } from '../world.ts'
import { createLeases, type Servers } from './leases.ts'
import { type Server, startServer } from './server.ts'
import { serverSettings } from './settings.ts'

type Configured = World & {
  readonly projectConfig: Pick<ProjectConfig, 'use' | 'config'>
  readonly sandbox: Sandbox | undefined
}

/** The servers of a run: of an opencode that is installed and started here, or the one at `server-url`. */
export async function openServers(
  inputs: Inputs,
  world: Configured,
  signal: AbortSignal,
): Promise<Servers> {
  const { server } = inputs
  if (server.kind === 'external') return await reachServer(server, world, signal)
  const binary = await findBinary(server, world, signal)
  const { version, source, verified } = binary
  world.report.know({ opencode: { version, source, verified } })
  world.report.mark('installed')
  return await serveBinary({ inputs, binary }, world, signal)
}

type LocalServer = Exclude<ServerChoice, { kind: 'external' }>

async function findBinary(
  choice: LocalServer,
  world: Configured,
  signal: AbortSignal,
): Promise<Binary> {
  const { temporary, env, runner } = world
  const log = runner.info
  return await runner.group('Install opencode', () =>
    choice.kind === 'binary'
      ? useBinary({ path: choice.path, temporary, env, log, wrap: world.sandbox?.wrap }, signal)
      : installOpencode({ version: choice.version, temporary, env, log }, signal),
  )
}

async function serveBinary(
  { inputs, binary }: { inputs: Inputs; binary: Binary },
  world: Configured,
  signal: AbortSignal,
): Promise<Servers> {
  await using stack = new AsyncDisposableStack()
  const rehearsal = usesRehearsal(inputs) ? await import('../rehearsal/rehearsal.ts') : undefined
  const model = rehearsal && stack.use(await rehearsal.startRehearsal())
  const ownProviders = rehearsal && model ? { rehearsal: rehearsal.rehearsalProvider(model) } : {}
  const broker = stack.use(await openBroker(world, signal))
  const { open, lastProgress } = broker
  const project = world.projectConfig.config
  const settings = serverSettings({ inputs, env: world.env, ownProviders, project, open })
  for (const secret of settings.secrets) world.secrets.add(secret)
  world.report.know({ keys: settings.keys })
  const start = (number: number) => {
    const folder = join(world.temporary, `server-${number}`)
    return startOne({ ...settings, binary, folder }, world, signal)
  }
  const leases = stack.use(await createLeases({ start, lastProgress, isOwn: true }))
  world.report.mark('started')
  const owned = stack.move()
  return { lease: leases.lease, [Symbol.asyncDispose]: () => owned.disposeAsync() }
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

type StartOptions = Pick<ReturnType<typeof serverSettings>, 'config' | 'env'> & {
  readonly binary: Binary
  readonly folder: string
}

async function startOne(
  { binary, config, env, folder }: StartOptions,
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
      // A full disk has this space for the run's result.
      removeFolder(folder)
    },
  }
}

function usesRehearsal({ model, fallbackModels, requireProviders }: Inputs): boolean {
  const providers = [model, ...fallbackModels].map((one) => one?.providerID)
  return [...providers, ...requireProviders].includes('rehearsal')
}

const reachLimitMs = 10_000

/** The server at `server-url`: nothing is started, and nothing is stopped. */
async function reachServer(
  { url, password }: Extract<ServerChoice, { kind: 'external' }>,
  world: World,
  signal: AbortSignal,
): Promise<Servers> {
  await using api = connect({ url, password }, '/')
  const version = await api.version(reachLimitMs, signal)
  const problem = unsupportedVersion(version)
  if (problem) throw new UserError('server-failed', `The server at server-url: ${problem}`)
  world.report.know({ opencode: { version, source: 'server-url', verified: 'not verified' } })
  world.runner.info(`opencode ${version} answers at ${url}`)
  world.report.mark('started')
  const server: Server = {
    address: { url, password },
    version,
    folder: undefined,
    failed: new AbortController().signal,
    logTail: () => '',
    pause: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
  return await createLeases({ start: async () => server, lastProgress: () => 0, isOwn: false })
}
