import { appendFileSync } from 'node:fs'
import { sessionTitle } from './event.ts'
import type { Inputs } from './inputs.ts'
import type { Client } from './opencode/client.ts'
import { sessionRules } from './opencode/permissions.ts'
import { modelText, type Verified } from './opencode/providers.ts'
import { judge, type Verdict } from './outcome.ts'
import { saveSession } from './publish/run-directory.ts'
import { type Attempt, runAttempt } from './session/attempt.ts'
import { createNarrator } from './session/narrate.ts'
import { countTools, missesRipgrep, refusedByRule } from './session/transcript.ts'
import type { World } from './world.ts'

/** A server that is verified, and until when the run may last. */
export type Ready = World & {
  readonly client: Client
  readonly verified: Verified
  /** Milliseconds since 1970. */
  readonly deadline: number
}

/** Runs the prompt of the inputs in a session of its own, reports what came of it, and judges it. */
export async function runPrompt(
  inputs: Inputs,
  world: Ready,
  signal: AbortSignal,
): Promise<Verdict> {
  const { client, verified, runner, secrets } = world
  const { model, agent } = verified
  if (!model || inputs.mode === 'check') throw new Error('A prompt needs a model.')
  const { rules, ignored } = sessionRules(inputs.mode, inputs.permissions)
  if (ignored.length > 0)
    world.report.note(
      `Mode plan keeps its own rules: ${ignored.length} of permissions were not applied.`,
    )
  const { redact } = secrets
  const narrator = createNarrator({ log: runner.info, redact, directory: inputs.directory })
  const attempt = await runner.group(`Prompt ${modelText(model)} (agent ${agent})`, async () => {
    const ended = await runAttempt(
      {
        client,
        title: sessionTitle(world.event),
        rules,
        prompt: { text: inputs.prompt, model, agent, variant: inputs.variant },
        stallTimeoutMs: inputs.stallTimeoutMs,
        deadline: world.deadline,
        onEvent(event, raw, tree) {
          narrator.event(event, tree)
          if (event.type === 'message.part.delta') return
          const line = redact(`${JSON.stringify(raw)}\n`)
          world.report.tryTo('An event', () => appendFileSync(world.files.events, line))
        },
        onRefusal: narrator.refusal,
      },
      signal,
    )
    narrator.end()
    return ended
  })
  world.report.mark('prompted')
  return conclude(secrets.clean(attempt), { ...world, inputs, model: modelText(model) })
}

const ripgrepAdvice =
  'The agent could not search files: opencode found no ripgrep on PATH and could not download it. Install ripgrep on the runner.'

type Concluding = Ready & { readonly inputs: Inputs; readonly model: string }

function conclude(attempt: Attempt, world: Concluding): Verdict {
  const { transcript, text, usage } = attempt
  const refusals = [...attempt.refusals, ...refusedByRule(transcript, world.inputs.directory)]
  const tools = countTools(transcript)
  const verdict = judge({
    ending: attempt.ending,
    text,
    model: world.model,
    stallTimeoutMs: world.inputs.stallTimeoutMs,
    tools,
    refused: refusals.length,
  })
  const record = {
    model: world.model,
    sessionID: attempt.sessionID,
    sessions: transcript.map(({ sessionID }) => sessionID),
    startedAt: new Date(attempt.startedAt).toISOString(),
    endedAt: new Date(attempt.endedAt).toISOString(),
    outcome: verdict.outcome,
    retries: attempt.retries,
    usage,
  }
  if (missesRipgrep(transcript)) world.report.note(ripgrepAdvice)
  const { files, report } = world
  report.tryTo('The answer', () => {
    const answerFile = saveSession(files, { answer: text, transcript })
    report.know({ answerFile })
  })
  report.know({ answer: text, attempts: [record], usage, tools, refusals })
  return verdict
}
