import { appendFileSync } from 'node:fs'
import { sessionTitle } from '../event/event.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { createClient } from '../opencode/client.ts'
import { modelText } from '../opencode/model.ts'
import { sessionRules } from '../opencode/permissions.ts'
import type { Service } from '../opencode/service.ts'
import type { Candidate, Verified } from '../opencode/verify.ts'
import type { Result } from '../result.ts'
import { mapStrings } from '../secrets/strings.ts'
import { type Attempt, runAttempt } from '../session/attempt.ts'
import { type Judgement, judge } from '../session/judge.ts'
import { createNarrator } from '../session/narrate.ts'
import { countTools, refusedByRule } from '../session/transcript.ts'
import { addUsage, noUsage } from '../session/usage.ts'
import type { World } from '../world.ts'
import type { Place, Places } from './places.ts'

/** A server that is verified, what was checked out, and until when the run may last. */
export type Ready = World & {
  readonly service: Service
  readonly verified: Verified
  readonly places: Places
  /** Where the first attempt works. */
  readonly place: Place
  /** Milliseconds since 1970. */
  readonly deadline: number
}

/** An attempt that has ended. */
export type Ended = {
  readonly candidate: Candidate
  readonly attempt: Attempt
  readonly judgement: Judgement
  readonly record: Result['attempts'][number]
}

/** What one attempt is made of; `before` are those that were made already. */
export type Once = {
  readonly inputs: Inputs
  readonly candidate: Candidate
  readonly before: readonly Ended[]
  readonly place: Place
}

/** Runs the prompt in a session of its own, and judges what came of it. */
export async function promptOnce(once: Once, world: Ready, signal: AbortSignal): Promise<Ended> {
  const { inputs, candidate, before, place } = once
  const server = world.service.server()
  await using client = createClient(server.address, place.directory)
  const restore = (text: string) => text.replaceAll(place.root, world.places.root)
  const redact = (text: string) => restore(world.secrets.redact(text))
  const { info, group } = world.runner
  const narrator = createNarrator({ log: info, redact, directory: place.directory })
  const { model, variant } = candidate
  const { agent } = world.verified
  const used = before.map(({ attempt }) => attempt.usage)
  const title = `Prompt ${modelText(model)} (agent ${agent}), attempt ${before.length + 1}`
  const attempt = await group(title, async () => {
    const ended = await runAttempt(
      {
        client,
        title: sessionTitle(world.event),
        rules: sessionRules(inputs.mode, inputs.permissions).rules,
        prompt: { text: inputs.prompt, model, agent, variant },
        lastBytes: world.service.lastBytes,
        limits: { ...inputs, deadline: world.deadline, spent: used.reduce(addUsage, noUsage) },
        onEvent(event, json, tree) {
          narrator.event(event, tree)
          if (event.type === 'message.part.delta') return
          const line = `${redact(json)}\n`
          world.report.tryTo('An event', () => appendFileSync(world.files.events, line))
        },
        onRefusal: narrator.refusal,
      },
      { signal: AbortSignal.any([signal, server.failed]), closing: world.closing },
    )
    narrator.end()
    return ended
  })
  // To a reader of the result the agent worked in the checkout.
  const cleaned = mapStrings(attempt, redact)
  return conclude(cleaned, { ...once, log: server.lastWords() })
}

function conclude(attempt: Attempt, { inputs, candidate, log }: Once & { log: string }): Ended {
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
  return {
    candidate,
    attempt,
    judgement,
    record: recordOf({ attempt, candidate, judgement, refusals }),
  }
}

type Recorded = Pick<Ended, 'attempt' | 'candidate' | 'judgement'> & Pick<Attempt, 'refusals'>

function recordOf({ attempt, candidate, judgement, refusals }: Recorded): Ended['record'] {
  const time = (at: number) => new Date(at).toISOString()
  return {
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
    refusals: [...refusals],
    usage: attempt.usage,
  }
}

function sessionIDs({ sessionID, transcript, statuses }: Attempt): string[] {
  const known = [...transcript, ...statuses].map((one) => one.sessionID)
  return [...new Set([sessionID, ...known])]
}
