import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readInputs } from '../../src/inputs/inputs.ts'
import { connect } from '../../src/opencode/connect.ts'
import { stageFiles } from '../../src/publish/run-directory.ts'
import { createReport } from '../../src/report.ts'
import type { Result } from '../../src/result.ts'
import { createSecrets } from '../../src/secrets/secrets.ts'
import type { Lease, Servers } from '../../src/servers/leases.ts'
import type { Server } from '../../src/servers/server.ts'
import { verifyProviders } from '../../src/servers/verify.ts'
import { openLedger } from '../../src/tasks/ledger.ts'
import { createPlaces, openCheckoutCopies } from '../../src/tasks/places.ts'
import { runTask } from '../../src/tasks/run-task.ts'
import { takeSeat } from '../../src/tasks/seat.ts'
import type { TaskResult } from '../../src/tasks/task.ts'
import { openRepository } from '../../src/workspace/repository.ts'
import { eventOf } from './event.ts'
import {
  type FurtherScripts,
  type Script,
  type ScriptedModel,
  scripted,
  startScriptedModel,
} from './model.ts'
import { startOpencode } from './opencode.ts'
import { makeCheckout } from './step.ts'

type Inputs = Readonly<Record<string, string>>

/** What came of a task, and of the run so far. */
export type BenchResult = TaskResult & { readonly run: Result; readonly log: string }

/** One real opencode and one scripted model, which all tests of a file share. */
export type Workbench = AsyncDisposable & {
  /** Runs a task as the main job does, in a fresh checkout: without sandbox, broker and publishing. */
  readonly run: (script: Script, inputs?: Inputs, further?: FurtherScripts) => Promise<BenchResult>
  readonly model: ScriptedModel
  /** What verification says of inputs. */
  readonly verify: (inputs: Inputs) => ReturnType<typeof verifyProviders>
}

const { signal } = new AbortController()

/** Starts both. `secrets` are values that must not come out. */
export async function startWorkbench(
  more: { readonly providers?: object; readonly secrets?: readonly string[] } = {},
): Promise<Workbench> {
  await using stack = new AsyncDisposableStack()
  const model = stack.use(await startScriptedModel([]))
  const provider = { ...model.provider(), ...more.providers }
  const server = stack.use(
    await startOpencode({
      provider,
      enabled_providers: Object.keys(provider),
      permission: { doom_loop: 'allow' },
    }),
  )
  const servers = {
    lease: async () => leaseOf(server),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const owned = stack.move()
  return {
    model,
    async run(script, inputs = {}, further = {}) {
      model.follow(script, further)
      return await runOn(servers, inputs, more.secrets)
    },
    async verify(inputs) {
      await using api = connect(server.address, tmpdir())
      const wanted = { ...read(inputs), env: {}, freeProviders: [], config: {} }
      return await verifyProviders(api, wanted, signal)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function read(inputs: Inputs) {
  const all = { model: `${scripted.providerID}/${scripted.modelID}`, prompt: 'Do it.', ...inputs }
  const entries = Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  return readInputs({ env: Object.fromEntries(entries) })
}

/** Runs a task in a fresh checkout on one of these servers. */
export async function runOn(
  servers: Servers,
  given: Inputs,
  values: readonly string[] = [],
): Promise<BenchResult> {
  const directory = realpathSync(makeCheckout())
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'workbench-')))
  using _ = {
    [Symbol.dispose]() {
      for (const folder of [directory, temporary]) rmSync(folder, { recursive: true, force: true })
    },
  }
  const inputs = { ...read(given), prompt: 'Do it.', config: {}, directory }
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  const secrets = createSecrets(() => undefined)
  for (const value of values) secrets.add(value)
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const event = eventOf('push', {})
  const report = createReport({ event, runDirectory: temporary })
  const world = {
    ...{ env, event, secrets, report, temporary, trackingId: 'workbench', ownFiles: [] },
    ...{ files: stageFiles(temporary), closing: signal, comparing: signal },
    redactor: undefined as never,
    runner: {
      ...{ info: write, debug: write, warning: write, saveState: write, stateText: () => '' },
      group: async <T>(name: string, body: () => Promise<T>) => {
        write(name)
        return await body()
      },
    },
  }
  const repository = openRepository(directory)
  const projectConfig = { use: 'ignore' as const, paths: [] }
  const found = { ...world, projectConfig, repository }
  const copies = await openCheckoutCopies(inputs, found, false, signal)
  const places = createPlaces(inputs, { ...found, copies, sandbox: undefined })
  const lease = await servers.lease()
  const place = await places.next(signal)
  const options = { servers, lease, places, place, isSandboxed: false, report, info: write }
  await using seat = takeSeat(options)
  await using api = connect(lease.server.address, place.directory)
  const wanted = { ...inputs, env, freeProviders: [] }
  const { candidates, agent } = await verifyProviders(api, wanted, signal)
  const mode = inputs.mode === 'implement' ? 'implement' : 'plan'
  const task = { id: 'prompt', mode, prompt: 'Do it.', candidates, agent, needs: [] } as const
  const ledger = openLedger(inputs.budget)
  const deadline = Date.now() + inputs.timeoutMs
  const result = await runTask({ task, seat }, { ...world, inputs, ledger, deadline }, signal)
  return { ...result, run: report.finish(result), log: lines.join('\n') }
}

/** A server that no task may end. */
function leaseOf(server: Server): Lease {
  return {
    server,
    lastProgress: () => 0,
    retire: () => false,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
