import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import type { Address } from '../opencode/api.ts'
import { connect } from '../opencode/connect.ts'
import { endProcesses, trackingVariable } from '../programs/processes.ts'
import type { Program } from '../programs/programs.ts'
import { type ChildProcess, type Command, startProgram } from '../programs/start.ts'
import { countMemoryKills } from '../resources.ts'
import { type Paused, pauseSandbox } from '../sandbox/pause.ts'
import type { Secrets } from '../secrets/secrets.ts'
import { describeEnd, openServerLog } from './server-log.ts'

/** A running server. Disposing it ends every process that it started. */
export type Server = AsyncDisposable & {
  readonly address: Address
  readonly version: string
  /** Its folder, which it can write; undefined if it is not ours. */
  readonly folder: string | undefined
  /** Aborted, with a `UserError` (`server-failed`), when the server ends by itself. */
  readonly failed: AbortSignal
  /** The end of what it printed, as a sentence; empty if that can't be seen. */
  readonly logTail: () => string
  /** Stops all that runs in its sandbox; undefined if it has none, or not everything could be stopped. */
  readonly pause: (signal: AbortSignal) => Promise<Paused | undefined>
}

/** How a server is started. */
export type ServerOptions = {
  readonly binary: { readonly program: Program; readonly version: string }
  readonly config: object
  /** Whether the configuration of the projects that it works in counts. */
  readonly projectConfig: 'load' | 'ignore'
  /** The environment that the agent may see. */
  readonly env: Readonly<Record<string, string>>
  /** A folder of the run's own for HOME, XDG directories and the working directory of the server. */
  readonly temporary: string
  /** Makes a command of one that runs in a sandbox, where `own` is a folder for it to write. */
  readonly wrap?: ((command: readonly [string, ...string[]], own: string) => Command) | undefined
  readonly logFile: string
  readonly secrets: Secrets
  readonly trackingId: string
  readonly onSpawn: (pid: number) => void
  /** The server said that it listens; it is not ready yet. */
  readonly onListening: () => void
}

const startLimitMs = 60_000
const probeLimitMs = 2000
const graceMs = 1000
/** What a server printed last arrives shortly after its exit. */
const drainMs = 50

/** Starts `opencode serve` on loopback and waits until it is ready. Throws `UserError` (`server-failed`). */
export async function startServer(options: ServerOptions, signal: AbortSignal): Promise<Server> {
  signal.throwIfAborted()
  await using stack = new AsyncDisposableStack()
  const log = stack.adopt(openServerLog(options), (opened) => opened.close())
  const password = options.secrets.add(randomBytes(24).toString('base64url'))
  const child = spawnServer(options, password)
  stack.defer(async () => {
    await endProcesses({ pid: child.pid, trackingId: options.trackingId }, graceMs)
  })
  if (child.pid !== undefined) options.onSpawn(child.pid)
  const ending = watchEnd(child, () => describeEnd({ folder: options.temporary, log }))
  const limit = AbortSignal.any([signal, ending.failed, AbortSignal.timeout(startLimitMs)])
  try {
    const url = await log.listening(child, limit)
    options.onListening()
    const address = { url, password }
    await waitHealthy({ address, version: options.binary.version }, limit)
    const owned = stack.move()
    return {
      address,
      version: options.binary.version,
      folder: options.temporary,
      failed: ending.failed,
      logTail: () => describeEnd({ folder: options.temporary, log }),
      pause: async (inner) =>
        options.wrap && child.pid ? await pauseSandbox(child.pid, inner) : undefined,
      async [Symbol.asyncDispose]() {
        ending.expect()
        await owned.disposeAsync()
      },
    }
  } catch (error) {
    signal.throwIfAborted()
    ending.failed.throwIfAborted()
    throw notReady(error, () => describeEnd({ folder: options.temporary, log }))
  }
}

function notReady(cause: unknown, tail: () => string): UserError {
  if (cause instanceof UserError) return cause
  const message = `The opencode server was not ready within ${startLimitMs / 1000} s. ${tail()}`
  return new UserError('server-failed', message, { cause })
}

function spawnServer(options: ServerOptions, password: string): ChildProcess {
  const directories = makeDirectories(options)
  const args = ['serve', '--hostname', '127.0.0.1', '--port', '0', '--print-logs']
  const { program } = options.binary
  const inside = options.wrap?.([program.path, ...args], options.temporary)
  return startProgram(inside ?? { program, args }, {
    cwd: directories.cwd,
    detached: true,
    stdin: 'ignore',
    env: {
      ...options.env,
      ...directories.env,
      [trackingVariable]: options.trackingId,
      OPENCODE_SERVER_PASSWORD: password,
      OPENCODE_CONFIG_CONTENT: JSON.stringify(options.config),
      ...(options.projectConfig === 'ignore' ? withoutProjectConfig : {}),
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_SHARE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    },
  })
}

/** opencode's own switches. They keep out neither the project's plugins nor instructions beside files that are read. */
const withoutProjectConfig = {
  OPENCODE_DISABLE_PROJECT_CONFIG: '1',
  OPENCODE_PURE: '1',
  OPENCODE_DISABLE_CLAUDE_CODE: '1',
  OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
} as const

/**
 * HOME and XDG directories of the server's own. The seeded configuration folder keeps opencode from installing its
 * plugin package in the background, during which it swallows a SIGTERM.
 */
function makeDirectories({ temporary, binary }: ServerOptions) {
  const path = (name: string) => join(temporary, name)
  const env = {
    HOME: path('home'),
    XDG_CONFIG_HOME: path('config'),
    XDG_DATA_HOME: path('data'),
    XDG_CACHE_HOME: path('cache'),
    XDG_STATE_HOME: path('state'),
    ...(process.platform === 'win32'
      ? { USERPROFILE: path('home'), TEMP: path('tmp'), TMP: path('tmp') }
      : {}),
  }
  const cwd = path('cwd')
  const seeded = join(env.XDG_CONFIG_HOME, 'opencode')
  for (const directory of [...Object.values(env), cwd, join(seeded, 'node_modules')])
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  const dependencies = { '@opencode-ai/plugin': binary.version }
  const lock = { name: 'seeded', lockfileVersion: 3, packages: { '': { dependencies } } }
  writeFileSync(join(seeded, 'package-lock.json'), JSON.stringify(lock))
  return { env, cwd }
}

/** Reports an unexpected end; after `expect` none is. */
function watchEnd(child: ChildProcess, tail: () => string) {
  const controller = new AbortController()
  const killsBefore = countMemoryKills()
  let expected = false
  const fail = (what: string, cause?: unknown) => {
    if (expected) return
    controller.abort(new UserError('server-failed', `${what} ${tail()}`, { cause }))
  }
  child.once('error', (error) =>
    fail(`The opencode server could not be started: ${error.message}.`, error),
  )
  child.once('exit', (code, name) => {
    const signal = name ?? signalOf(code)
    const how = signal ? `signal ${signal}` : `exit code ${code}`
    const starved = signal === 'SIGKILL' && countMemoryKills() > killsBefore
    const what = starved
      ? 'The opencode server was killed by the kernel: the machine ran out of memory (signal SIGKILL). Use a runner with more memory, or ask for less at once.'
      : `The opencode server ended unexpectedly (${how}).`
    setTimeout(() => fail(what), drainMs)
  })
  return {
    failed: controller.signal,
    expect() {
      expected = true
    },
  }
}

/** A sandbox ends with 128 and the number of the signal that ended what ran in it. */
function signalOf(code: number | null): string | undefined {
  const found = Object.entries(constants.signals).find(([, number]) => code === 128 + number)
  return found?.[0]
}

type Expected = { readonly address: Address; readonly version: string }

/** Asks for the server's health until it answers; each probe has a short limit. */
async function waitHealthy({ address, version }: Expected, signal: AbortSignal): Promise<void> {
  await using api = connect(address, '/')
  while (true) {
    try {
      const reported = await api.version(probeLimitMs, signal)
      if (reported === version) return
      const message = `The opencode server reports version ${reported}, but the binary is ${version}.`
      throw new UserError('server-failed', message)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof UserError && error.cause)) throw error
    }
    await sleep(100, undefined, { signal })
  }
}
