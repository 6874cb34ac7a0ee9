import type { Inputs } from '../inputs/inputs.ts'
import { modelText } from '../opencode/model.ts'
import type { Candidate } from '../opencode/verify.ts'
import type { Verdict } from '../outcome.ts'
import { findBreach } from '../session/budget.ts'
import { safeLine } from '../session/log-line.ts'
import { addUsage, noUsage, type Usage } from '../session/usage.ts'
import { counted } from '../text.ts'
import { saveAttempt } from './change.ts'
import type { Place } from './places.ts'
import { type Ended, promptOnce, type Ready } from './prompt.ts'
import { reportAttempts } from './report-attempts.ts'

/**
 * Runs the prompt: attempts in fresh sessions with the model, then with each fallback model, until one ends in a way
 * that another would not change. Each works in a copy of the checkout; what a failed one changed is saved.
 */
export async function runAttempts(
  inputs: Inputs,
  world: Ready,
  signal: AbortSignal,
): Promise<Verdict> {
  const ended: Ended[] = []
  let { place } = world
  let next = world.verified.candidates[0]
  while (next) {
    ended.push(await promptOnce({ inputs, candidate: next, before: ended, place }, world, signal))
    reportAttempts(ended, world)
    world.report.mark(`attempt ${ended.length}`)
    next = findNext(ended, inputs, world.verified.candidates)
    if (next === undefined || !mayGoOn(inputs, world)) break
    const stopped = await stopServer(ended, world)
    if (stopped === undefined) break
    announce(ended, next, world)
    await saveFailed(ended, place, world, signal)
    place = await world.places.next(signal)
    if (stopped) await world.service.start(signal)
  }
  world.report.mark('prompted')
  return conclude(ended, world, inputs)
}

function findNext(
  ended: readonly Ended[],
  { attempts, budget }: Inputs,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const last = ended.at(-1)
  if (!last || last.judgement.next === 'none') return undefined
  // What was stored may be more than what was seen of it.
  if (findBreach(budget, spentBy(ended))) return undefined
  const { candidate, judgement } = last
  const made = ended.filter((one) => one.candidate === candidate).length
  if (judgement.next === 'same' && made < attempts) return candidate
  return candidates[candidates.indexOf(candidate) + 1]
}

function spentBy(ended: readonly Ended[]): Usage {
  return ended.map(({ attempt }) => attempt.usage).reduce(addUsage, noUsage)
}

function mayGoOn({ mode }: Inputs, { places, report }: Ready): boolean {
  if (!places.isInPlace || mode !== 'implement') return true
  report.note(
    'No further attempt was made: with server-url the agent works in the checkout itself.',
  )
  return false
}

/**
 * Stops a server whose sessions would not end. One in a sandbox is stopped in any case: what an attempt left running there
 * could lead the action elsewhere while that reads and removes its copy. Undefined where it must stop and can't be.
 */
async function stopServer(
  ended: readonly Ended[],
  { service, sandbox, runner, report }: Ready,
): Promise<boolean | undefined> {
  const stuck = ended.at(-1)?.attempt.stuck
  if (!stuck && sandbox === undefined) return false
  if (await service.stop()) {
    if (stuck) runner.info('Sessions of the server would not end: it is started afresh.')
    return true
  }
  report.note('No further attempt was made: sessions of the server at server-url would not end.')
  return undefined
}

/** The change of an attempt that failed goes into the run directory. */
async function saveFailed(
  ended: Ended[],
  { copy }: Place,
  world: Ready,
  signal: AbortSignal,
): Promise<void> {
  const last = ended.at(-1)
  const patchFile = await saveAttempt({ copy, attempt: ended.length }, world, signal)
  if (!last || patchFile === undefined) return
  ended.splice(-1, 1, { ...last, record: { ...last.record, patchFile } })
  reportAttempts(ended, world)
}

const longestLine = 2000

function announce(ended: readonly Ended[], next: Candidate, { runner, secrets }: Ready): void {
  const last = ended.at(-1)
  if (!last) return
  const { candidate, judgement } = last
  const change = next === candidate ? '' : ` with ${modelText(next.model)}`
  // It quotes the provider.
  runner.info(safeLine(secrets.redact(`${judgement.outcome}: ${judgement.reason}`), longestLine))
  runner.info(`Another attempt follows in a fresh session${change}.`)
}

/** The last attempt's verdict, with what was tried before. */
function conclude(ended: readonly Ended[], { report }: Ready, { budget }: Inputs): Verdict {
  const last = ended.at(-1)
  if (!last) throw new Error('There is no model to prompt.')
  const { outcome, reason } = last.judgement
  const breach = findBreach(budget, spentBy(ended))
  if (outcome === 'completed' && breach)
    report.note(`${breach.limit} was passed by the last model call: the answer was whole by then.`)
  if (ended.length === 1) return { outcome, reason }
  const earlier = ended
    .slice(0, -1)
    .map(({ candidate, judgement }) => `${modelText(candidate.model)}: ${judgement.outcome}`)
  return {
    outcome,
    reason: `${reason} Before that, ${counted(earlier.length, 'attempt')} failed (${earlier.join(', ')}).`,
  }
}
