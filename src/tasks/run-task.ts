import { modelText } from '../opencode/model.ts'
import { saveTranscript } from '../publish/run-directory.ts'
import type { Candidate } from '../servers/verify.ts'
import { missesRipgrep } from '../session/transcript.ts'
import { safeLine } from '../text/log-line.ts'
import { counted } from '../text/text.ts'
import { type AttemptResult, makeAttempt, type TaskWorld } from './attempt.ts'
import { saveAttempt } from './change.ts'
import type { Seat } from './seat.ts'
import { sumAttempts, type Task, type TaskResult } from './task.ts'

/**
 * Runs a task: attempts in fresh sessions with its first model, then with each fallback model, until one ends in a way
 * that another would not change. What a failed attempt changed is saved as a patch.
 */
export async function runTask(
  { task, seat }: { readonly task: Task; readonly seat: Seat },
  world: TaskWorld,
  signal: AbortSignal,
): Promise<TaskResult> {
  const before: AttemptResult[] = []
  let candidate = task.candidates[0]
  if (candidate === undefined) throw new Error('There is no model to prompt.')
  while (true) {
    const number = before.length + 1
    const ended = [...before, await makeAttempt({ task, candidate, number, seat }, world, signal)]
    note(ended, world)
    world.report.mark(`attempt ${number}`)
    const next = findNext(ended, { task, world })
    const saved = next && (await prepareNext(ended, { next, task, seat }, world, signal))
    if (!next || !saved) return conclude(task, ended, world)
    before.push(saved)
    candidate = next
  }
}

type Ended = readonly AttemptResult[]

function lastOf(ended: Ended): AttemptResult {
  const last = ended.at(-1)
  if (last === undefined) throw new Error('No attempt was made.')
  return last
}

/** Reports and saves what the attempts came to so far. */
function note(ended: Ended, { report, files }: TaskWorld): void {
  const transcript = ended.flatMap(({ attempt }) => attempt.transcript)
  if (missesRipgrep(lastOf(ended).attempt.transcript))
    report.note(
      'The agent could not search files: opencode found no ripgrep on PATH and could not download it. Install ripgrep on the runner.',
    )
  if (transcript.length > 0)
    report.tryTo('The transcript', () => saveTranscript(files.transcript, transcript))
  report.progress(sumAttempts(ended))
}

type Choosing = { readonly task: Task; readonly world: TaskWorld }

/** The model of another attempt, if one makes sense. */
function findNext(
  ended: Ended,
  { task: { candidates }, world: { inputs, ledger } }: Choosing,
): Candidate | undefined {
  const { candidate, judgement } = lastOf(ended)
  if (judgement.next === 'none' || ledger.breach()) return undefined
  const made = ended.filter((one) => one.candidate === candidate).length
  if (judgement.next === 'same' && made < inputs.attempts) return candidate
  return candidates[candidates.indexOf(candidate) + 1]
}

type Preparing = { readonly next: Candidate; readonly task: Task; readonly seat: Seat }

/** Makes the seat ready for another attempt. Resolves with the last attempt, and the patch of what it changed. */
async function prepareNext(
  ended: Ended,
  { next, task, seat }: Preparing,
  world: TaskWorld,
  signal: AbortSignal,
): Promise<AttemptResult | undefined> {
  const last = lastOf(ended)
  let patchFile: string | undefined
  const isReady = await seat.renew(
    {
      mode: task.mode,
      isStuck: last.attempt.stuck,
      async save(copy) {
        patchFile = await saveAttempt({ copy, attempt: ended.length }, world, signal)
      },
    },
    signal,
  )
  if (!isReady) return undefined
  announce(last, next, world)
  return patchFile ? { ...last, record: { ...last.record, patchFile } } : last
}

const longestLine = 2000

function announce(
  { candidate, judgement: { outcome, reason } }: AttemptResult,
  next: Candidate,
  { runner, secrets }: TaskWorld,
): void {
  const change = next === candidate ? '' : ` with ${modelText(next.model)}`
  // It quotes the provider.
  runner.info(safeLine(secrets.redact(`${outcome}: ${reason}`), longestLine))
  runner.info(`Trying again in a fresh session${change}.`)
}

/** The last attempt's verdict, with what was tried before. */
function conclude({ id }: Task, ended: Ended, world: TaskWorld): TaskResult {
  const { report, ledger } = world
  const last = lastOf(ended)
  const breach = ledger.breach()
  const { outcome } = last.judgement
  if (outcome === 'completed' && breach)
    report.note(`The last model call passed ${breach.limit}. The answer was already complete.`)
  return { id, outcome, reason: reasonOf(last, ended.slice(0, -1)), ...sumAttempts(ended) }
}

function reasonOf({ judgement }: AttemptResult, earlier: Ended): string {
  if (earlier.length === 0) return judgement.reason
  const list = earlier.map((one) => `${modelText(one.candidate.model)}: ${one.judgement.outcome}`)
  return `${judgement.reason} Before that, ${counted(earlier.length, 'attempt')} failed (${list.join(', ')}).`
}
