import type { Failure } from './opencode/shapes.ts'
import { type Ending, isOver, type Retry } from './session/follow.ts'
import type { ToolCount } from './session/transcript.ts'

/** How a run can end: exactly one of these, decided once. */
export const outcomes = [
  'completed',
  'config-invalid',
  'install-failed',
  'server-failed',
  'provider-unavailable',
  'rate-limited',
  'provider-error',
  'stalled',
  'timed-out',
  'cancelled',
  'no-answer',
  'internal-error',
] as const

/** One of the closed set of outcomes. */
export type Outcome = (typeof outcomes)[number]

/** An outcome and, in one line, what happened and what to do. */
export type Verdict = {
  readonly outcome: Outcome
  readonly reason: string
  /** The reason one by one, if several things are wrong. */
  readonly problems?: readonly string[]
}

/** What is known of a prompt's end. */
export type Facts = {
  readonly ending: Ending
  readonly text: string
  readonly model: string
  readonly stallTimeoutMs: number
  readonly tools: readonly ToolCount[]
  readonly refused: number
}

/** The one place that decides how a prompt ended. */
export function judge(facts: Facts): Verdict {
  const { ending } = facts
  switch (ending.kind) {
    case 'interrupted':
      return { outcome: ending.error.outcome, reason: oneLine(ending.error.message) }
    case 'retry-too-long':
      return judgeRetry(facts, ending.retry)
    case 'stalled':
      return ending.retry ? judgeRetry(facts, ending.retry) : judgeStall(facts)
    case 'finished':
      return judgeFinished(facts, ending)
  }
}

function judgeRetry({ model }: Facts, { attempt, message, next }: Retry): Verdict {
  const wait = Math.max(0, Math.round((next - Date.now()) / 1000))
  const what = `The provider of ${model} answered ${quote(message)}, and opencode would try again (attempt ${attempt}) in ${wait} s`
  if (
    /rate.?limit|too many requests|quota|\b429\b|\bcredits?\b|billing|usage limit|overloaded/i.test(
      message,
    )
  )
    return {
      outcome: 'rate-limited',
      reason: `${what}. Run it later, raise the limit at the provider, or use another model.`,
    }
  return {
    outcome: 'provider-error',
    reason: `${what}. See its status page, or use another model.`,
  }
}

function judgeStall({ model, stallTimeoutMs }: Facts): Verdict {
  const reason = `No progress for ${stallTimeoutMs / 1000} s: ${model} sent nothing and no tool ran. If the model thinks in silence, raise stall-timeout.`
  return { outcome: 'stalled', reason }
}

type Finished = Extract<Ending, { kind: 'finished' }>

function judgeFinished(facts: Facts, { last, failure }: Finished): Verdict {
  const error = last && isOver(last) ? last.info.error : failure
  if (error) return judgeFailure(facts, error)
  const finish = last?.info.finish
  if (facts.text === '') return { outcome: 'no-answer', reason: noAnswer(facts, finish) }
  if (finish === 'stop') return { outcome: 'completed', reason: completed(facts) }
  if (finish === 'length')
    return {
      outcome: 'provider-error',
      reason: `The answer of ${facts.model} was cut at its output limit; what there is of it is kept. Ask for less, or use a model with a larger limit.`,
    }
  return {
    outcome: 'no-answer',
    reason: `${facts.model} stopped before a final answer (finish reason ${quote(finish ?? 'none')}). See the transcript in the run directory.`,
  }
}

function completed({ model, tools, refused }: Facts): string {
  const calls = tools.reduce((sum, tool) => sum + tool.calls, 0)
  const asked = refused > 0 ? `, ${count(refused, 'request')} refused` : ''
  return `${model} answered after ${count(calls, 'tool call')}${asked}.`
}

function noAnswer({ model, refused }: Facts, finish: string | undefined): string {
  const asked = refused > 0 ? ` after ${count(refused, 'refused request')}` : ''
  return `${model} ended without text${asked} (finish reason ${quote(finish ?? 'none')}). See the transcript in the run directory, and make the prompt ask for an answer.`
}

const advice = {
  key: 'Check the key of the provider in the env of the step.',
  model: 'Check the model input, and that the key may use it.',
} as const

function judgeFailure({ model }: Facts, { name, data }: Failure): Verdict {
  const { message = name, statusCode } = data
  const what = `${quote(message)}${statusCode ? ` (HTTP ${statusCode})` : ''}`
  if (name === 'ProviderAuthError' || statusCode === 401 || statusCode === 403)
    return {
      outcome: 'provider-unavailable',
      reason: `The provider of ${model} refused the key: ${what}. ${advice.key}`,
    }
  if (statusCode === 404 || /^(Model|Agent) not found/.test(message))
    return {
      outcome: 'provider-unavailable',
      reason: `The provider does not know ${model}: ${what}. ${advice.model}`,
    }
  if (statusCode === 429 || statusCode === 402)
    return {
      outcome: 'rate-limited',
      reason: `The provider of ${model} answered ${what}. Run it later, or raise the limit at the provider.`,
    }
  if (/^The user (rejected|has specified a rule)/.test(message))
    return {
      outcome: 'no-answer',
      reason: `${model} was stopped by a rule of the session: ${what}. See the refused requests, and the rules in permissions or opencode-config.`,
    }
  if (name === 'MessageAbortedError')
    return {
      outcome: 'server-failed',
      reason: 'The session was aborted on the server by somebody else.',
    }
  return {
    outcome: 'provider-error',
    reason: `The provider of ${model} failed: ${what}. See the transcript in the run directory.`,
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

const longestQuote = 300

/** Foreign text in quotes, as one line, cut. */
export function quote(text: string): string {
  const line = oneLine(text)
  return `“${line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line}”`
}

/** Text as one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}
