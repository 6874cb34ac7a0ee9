import type { Inputs } from '../inputs/inputs.ts'
import { modelText } from '../opencode/model.ts'
import type { Candidate } from '../opencode/verify.ts'
import type { Verdict } from '../outcome.ts'
import { findBreach } from '../session/budget.ts'
import { safeLine } from '../session/log-line.ts'
import { addUsage, noUsage, type Usage } from '../session/usage.ts'
import { counted } from '../text.ts'
import { setAside } from './change.ts'
import { type Ended, promptOnce, type Ready } from './prompt.ts'
import { isUntouched } from './read-only.ts'
import { reportAttempts } from './report-attempts.ts'

/**
 * Runs the prompt: attempts in fresh sessions with the model, then with each fallback model, until one ends in a way
 * that another would not mend. What a failed attempt changed is set aside before the next.
 */
export async function runAttempts(
  inputs: Inputs,
  world: Ready,
  signal: AbortSignal,
): Promise<Verdict> {
  const ended: Ended[] = []
  let next = world.verified.candidates[0]
  while (next) {
    ended.push(await promptOnce({ inputs, candidate: next, before: ended }, world, signal))
    reportAttempts(ended, world)
    world.report.mark(`attempt ${ended.length}`)
    next = findNext(ended, inputs, world.verified.candidates)
    if (next && !(await clearUp(ended, world, signal))) next = undefined
    if (next) announce(ended, next, world)
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

/**
 * Makes room for another attempt: the tree as it was, and a server on which nothing goes on. What an attempt with a shell
 * left running must not write while its change is undone.
 */
async function clearUp(ended: Ended[], world: Ready, signal: AbortSignal): Promise<boolean> {
  const last = ended.at(-1)
  if (!last) return false
  const { service, configGuard, sandbox, runner, report, before } = world
  const { stuck } = last.attempt
  const mayGoOn = stuck || before !== undefined || sandbox?.hasCopies
  const stopped = mayGoOn === true && (await service.stop())
  if (stuck && !stopped) {
    report.note('No further attempt was made: sessions of the server at server-url would not end.')
    return false
  }
  await configGuard.restore()
  if (!(await clearTree(ended, world, signal))) return false
  if (stopped) await sandbox?.reset(signal)
  await configGuard.prepare(signal)
  if (!stopped) return true
  if (stuck) runner.info('Sessions of the server would not end: it is started afresh.')
  await service.start(signal)
  return true
}

/** Puts the tree back to what it was, or sees that it is; false if it is not. */
async function clearTree(ended: Ended[], world: Ready, signal: AbortSignal): Promise<boolean> {
  const { before, witness, report } = world
  const last = ended.at(-1)
  if (witness) return await isUntouched(witness, world, signal)
  if (!before || !last) return true
  const aside = await setAside({ before, attempt: ended.length }, world, signal)
  ended.splice(-1, 1, { ...last, record: { ...last.record, patchFile: aside.patchFile } })
  reportAttempts(ended, world)
  if (!aside.undone)
    report.note('No further attempt was made: the tree could not be put back to what it was.')
  return aside.undone
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
