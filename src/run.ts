import { randomBytes } from 'node:crypto'
import { admit, requireCredentials } from './admission/admission.ts'
import { composePrompt, readContext } from './context/context.ts'
import { startDeadline } from './deadline.ts'
import { UserError } from './errors.ts'
import type { Inputs, StepInputs } from './inputs/inputs.ts'
import { ServerAnswer } from './opencode/api.ts'
import { sessionRules } from './opencode/permissions.ts'
import type { Verdict } from './outcome.ts'
import { findProgram } from './programs/programs.ts'
import { openCheckout, type ProjectConfig } from './project-config/open.ts'
import { sha256 } from './report.ts'
import { releaseSpace } from './resources.ts'
import { guardFiles, restoreGuarded } from './runner-files/guard.ts'
import { isolate } from './sandbox/isolation.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { testIsolation } from './servers/self-test.ts'
import { openServers } from './servers/servers.ts'
import { concludeCheck, verifyServer } from './servers/verified.ts'
import { concludeChange, proveReadOnly, requireRepository, scanCheckout } from './tasks/change.ts'
import { runGraph } from './tasks/graph.ts'
import { openLedger } from './tasks/ledger.ts'
import { createPlaces, openCheckoutCopies, type Places } from './tasks/places.ts'
import { runTask } from './tasks/run-task.ts'
import { takeSeat } from './tasks/seat.ts'
import { counted, messageOf, oneLine } from './text/text.ts'
import type { World } from './world.ts'

/** The main job: one prompt on opencode, from who may start it to the verdict. Whatever goes wrong is a verdict, too. */
export async function run(
  given: StepInputs,
  world: World,
  cancelled: AbortSignal,
): Promise<Verdict> {
  using deadline = startDeadline(given.timeoutMs)
  const signal = AbortSignal.any([cancelled, deadline.signal])
  world.report.know({ mode: given.mode })
  try {
    // Looked for before anything in the checkout could be in its place.
    findProgram('git', world.env)
    await admit(given, world, signal)
    const { inputs, projectConfig, repository } = await openCheckout(given, world, signal)
    requireCredentials(inputs, world)
    world.report.know({ promptHash: sha256(inputs.prompt) })
    requireRepository(inputs, repository)
    const prompt = await attachContext(inputs, world, signal)
    const found = { ...world, projectConfig, repository }
    const isolation = await isolate(
      inputs,
      {
        ...world,
        root: repository?.top ?? inputs.directory,
        openCopies: (...options) => openCheckoutCopies(inputs, found, ...options),
      },
      signal,
    )
    const isolated = { ...found, ...isolation }
    const places = createPlaces(inputs, isolated)
    const isSandboxed = isolation.sandbox !== undefined
    const scan = await scanCheckout(inputs, { ...world, places, isSandboxed }, signal)
    const guarded = guardFiles(inputs, world)
    const timed = { ...isolated, places, deadline: deadline.at }
    const driven = drive({ ...inputs, prompt }, timed, signal)
    const verdict = await driven.catch((error) => verdictOf(reasonOf(signal, error), world))
    // The agent has ended: reading its change may need the space, and saving the result the rest of it.
    releaseSpace(world.temporary)
    // Before git is asked anything in the checkout.
    restoreGuarded(guarded, world)
    if (scan) return await proveReadOnly({ scan, verdict }, world, cancelled)
    return await concludeChange({ inputs, places, verdict }, world, cancelled)
  } catch (error) {
    return verdictOf(reasonOf(signal, error), world)
  }
}

/** The prompt with what is known of the event. The boundary around foreign text is nowhere that others see before. */
async function attachContext(inputs: Inputs, world: World, signal: AbortSignal): Promise<string> {
  if (inputs.mode === 'check') return inputs.prompt
  const { context, publish } = inputs
  const { env, event, runner } = world
  const options = { token: publish.token ?? '', env, log: runner.info }
  const client = context === 'diff' ? await import('./github/client.ts') : undefined
  const github = client?.createGitHub(options, signal)
  const boundary = randomBytes(8).toString('hex')
  return composePrompt(
    inputs.prompt,
    await readContext({ context, event, github, boundary }, signal),
  )
}

function reasonOf(signal: AbortSignal, error: unknown): unknown {
  return signal.aborted ? signal.reason : error
}

/** The verdict on a run that was ended by an error. */
export function verdictOf(error: unknown, world: Pick<World, 'runner'>): Verdict {
  if (error instanceof UserError) {
    const { outcome, message, problems } = error
    return { outcome, reason: oneLine(message), ...(problems.length > 1 ? { problems } : {}) }
  }
  if (error instanceof ServerAnswer) {
    const reason = `The opencode server failed: ${oneLine(error.message)}. See server.log in the run directory.`
    return { outcome: 'server-failed', reason }
  }
  world.runner.debug(error instanceof Error ? (error.stack ?? '') : '')
  const reason = `This is a bug in the action: ${oneLine(messageOf(error))}. Please report it with run.json and the log of a re-run with debug logging.`
  return { outcome: 'internal-error', reason }
}

type Timed = World & {
  readonly sandbox: Sandbox | undefined
  readonly projectConfig: ProjectConfig
  readonly places: Places
  /** Milliseconds since 1970. */
  readonly deadline: number
}

/** Starts a server, verifies what it has, and runs the prompt. The server has ended when this returns. */
async function drive(inputs: Inputs, world: Timed, signal: AbortSignal): Promise<Verdict> {
  const { report, redactor, places } = world
  // Before an agent could change the file that it is loaded from.
  await redactor.ready(signal)
  using over = endWithin(signal)
  const copying = places.next(over.signal)
  // Its failure is heard below, when the server has started.
  copying.catch(() => undefined)
  await using servers = await openServers(inputs, world, signal)
  const lease = await servers.lease()
  const place = await copying
  report.mark('copied')
  const { info } = world.runner
  const isSandboxed = world.sandbox !== undefined
  await using seat = takeSeat({ servers, lease, places, place, isSandboxed, report, info })
  const verified = await verifyServer(
    inputs,
    { ...world, server: lease.server, directory: place.directory },
    signal,
  )
  report.mark('verified')
  if (inputs.mode === 'check') {
    const standing = AbortSignal.any([signal, lease.server.failed])
    const tested = await testIsolation(
      inputs,
      { ...world, server: lease.server, directory: place.directory },
      standing,
    )
    return concludeCheck(verified, tested)
  }
  noteIgnoredRules(inputs, world)
  const { mode, prompt } = inputs
  const { candidates, agent } = verified
  const graph = [{ id: 'prompt', mode, prompt, candidates, agent, needs: [] }]
  const ledger = openLedger(inputs.budget)
  const [result] = await runGraph(graph, 1, (task) =>
    runTask({ task, seat }, { ...world, inputs, ledger }, signal),
  )
  report.mark('prompted')
  if (result === undefined) throw new Error('No task was run.')
  return result
}

function noteIgnoredRules({ mode, permissions }: Inputs, { report }: World): void {
  const { ignored } = sessionRules(mode, permissions)
  if (ignored.length > 0)
    report.note(
      `In mode plan, only rules that deny have an effect: ${counted(ignored.length, 'rule')} of permissions not applied.`,
    )
}

/** A signal for work that is begun here, and must not outlast it. */
function endWithin(signal: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const ended = new AbortController()
  const within = AbortSignal.any([signal, ended.signal])
  return { signal: within, [Symbol.dispose]: () => ended.abort() }
}
