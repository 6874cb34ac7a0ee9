import { appendFileSync } from 'node:fs'
import { sessionTitle } from '../event/event.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { connect } from '../opencode/connect.ts'
import { modelText } from '../opencode/model.ts'
import { sessionRules } from '../opencode/permissions.ts'
import type { Result } from '../result.ts'
import { mapStrings } from '../secrets/strings.ts'
import type { Candidate } from '../servers/verify.ts'
import { type Attempt, runAttempt } from '../session/attempt.ts'
import { type Judgement, judge } from '../session/judge.ts'
import { createNarrator } from '../session/narrate.ts'
import { countTools, refusedByRule } from '../session/transcript.ts'
import type { World } from '../world.ts'
import type { Ledger } from './ledger.ts'
import type { Seat } from './seat.ts'
import type { Task } from './task.ts'

/** What the attempts of a run share. */
export type TaskWorld = World & {
  readonly inputs: Inputs
  readonly ledger: Ledger
  /** Milliseconds since 1970: when the run is out of time. */
  readonly deadline: number
}

/** An attempt that has ended. */
export type AttemptResult = {
  readonly candidate: Candidate
  readonly attempt: Attempt
  readonly judgement: Judgement
  readonly record: Result['attempts'][number]
}

/** What one attempt is made of; attempts are numbered from 1 on. */
export type AttemptPlan = {
  readonly task: Task
  readonly candidate: Candidate
  readonly number: number
  readonly seat: Seat
}

/** Runs the task's prompt in a fresh session, and judges how it ended. */
export async function makeAttempt(
  { task, candidate, number, seat }: AttemptPlan,
  world: TaskWorld,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { inputs, ledger, deadline, runner, report, files, secrets } = world
  const { lease, place, root } = seat.now()
  const { server, lastProgress } = lease
  await using client = connect(server.address, place.directory)
  // To a reader of the result the agent worked in the checkout.
  const redact = (text: string) => secrets.redact(text).replaceAll(place.root, root)
  const narrator = createNarrator({ log: runner.info, redact, directory: place.directory })
  const { model, variant } = candidate
  const account = ledger.openAccount()
  const title = `Prompt ${modelText(model)} (agent ${task.agent}), attempt ${number}`
  const attempt = await runner.group(title, async () => {
    const ended = await runAttempt(
      {
        client,
        title: sessionTitle(world.event),
        rules: sessionRules(task.mode, inputs.permissions).rules,
        prompt: { text: task.prompt, model, agent: task.agent, variant },
        lastProgress,
        limits: { ...inputs, deadline, charge: account.charge },
        onEvent(event, json, tree) {
          narrator.event(event, tree)
          if (event.type === 'message.part.delta') return
          const line = `${redact(json)}\n`
          report.tryTo('An event', () => appendFileSync(files.events, line))
        },
        onRefusal: narrator.refusal,
      },
      { signal: AbortSignal.any([signal, server.failed]), closing: world.closing },
    )
    narrator.end()
    return ended
  })
  // What was stored may be more than what was seen of it.
  account.charge(attempt.usage)
  return judgeAttempt(mapStrings(attempt, redact), {
    candidate,
    inputs,
    log: server.logTail(),
  })
}

type Judging = Pick<AttemptPlan, 'candidate'> & { readonly inputs: Inputs; readonly log: string }

function judgeAttempt(attempt: Attempt, { candidate, inputs, log }: Judging): AttemptResult {
  const { transcript } = attempt
  const refusals = [...attempt.refusals, ...refusedByRule(transcript, inputs.directory)]
  const judgement = judge({
    ending: attempt.ending,
    text: attempt.text,
    model: modelText(candidate.model),
    stallTimeoutMs: inputs.stallTimeoutMs,
    tools: countTools(transcript),
    refused: refusals.length,
    log,
  })
  const time = (at: number) => new Date(at).toISOString()
  const record = {
    model: modelText(candidate.model),
    variant: candidate.variant,
    sessionID: attempt.sessionID,
    sessions: sessionIDs(attempt),
    startedAt: time(attempt.startedAt),
    endedAt: time(attempt.endedAt),
    outcome: judgement.outcome,
    reason: judgement.reason,
    statuses: attempt.statuses.map(({ at, sessionID, status }) => ({
      at: time(at),
      sessionID,
      ...status,
    })),
    retries: attempt.retries,
    refusals,
    usage: attempt.usage,
  }
  return { candidate, attempt, judgement, record }
}

function sessionIDs({ sessionID, transcript, statuses }: Attempt): string[] {
  const known = [...transcript, ...statuses].map((one) => one.sessionID)
  return [...new Set([sessionID, ...known])]
}
