import { modelText } from '../opencode/model.ts'
import { saveTranscript } from '../publish/run-directory.ts'
import { countTools, missesRipgrep } from '../session/transcript.ts'
import { addUsage, noUsage } from '../session/usage.ts'
import type { Ended, Ready } from './prompt.ts'

const ripgrepAdvice =
  'The agent could not search files: opencode found no ripgrep on PATH and could not download it. Install ripgrep on the runner.'

/** Reports and saves what came of the attempts so far: the last answer, and the sum of what they used. */
export function reportAttempts(
  ended: readonly Ended[],
  { report, files }: Pick<Ready, 'report' | 'files'>,
): void {
  const last = ended.at(-1)
  if (!last) return
  const { candidate, attempt, judgement } = last
  const attempts = ended.map((one) => one.attempt)
  const texts = attempts.map(({ text }) => text)
  const answer = judgement.outcome === 'completed' ? attempt.text : (texts.findLast(Boolean) ?? '')
  const transcript = attempts.flatMap((one) => one.transcript)
  if (missesRipgrep(attempt.transcript)) report.note(ripgrepAdvice)
  if (transcript.length > 0)
    report.tryTo('The transcript', () => saveTranscript(files.transcript, transcript))
  report.know({
    answer,
    model: modelText(candidate.model),
    variant: candidate.variant,
    priced: ended.every((one) => one.candidate.priced),
    attempts: ended.map(({ record }) => record),
    usage: attempts.map(({ usage }) => usage).reduce(addUsage, noUsage),
    tools: countTools(transcript),
    refusals: ended.flatMap(({ record }) => record.refusals),
  })
}
