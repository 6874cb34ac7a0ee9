import type { Outcome, Verdict } from '../outcome.ts'
import { counted, dollars, grouped, oneLine, quote } from '../text/text.ts'
import { type Ending, isOver, type Retry } from './ending.ts'
import { judgeFailure } from './judge-failure.ts'
import { type ProviderReason, reasonIn } from './provider-reason.ts'
import type { ToolCount } from './transcript.ts'

/** What is known of a prompt's end. */
export type Facts = {
  readonly ending: Ending
  readonly text: string
  readonly model: string
  readonly stallTimeoutMs: number
  readonly tools: readonly ToolCount[]
  readonly refused: number
  /** The end of the server's log, as a sentence. */
  readonly log: string
}

/** A verdict on an attempt, and what may be tried after it: a fresh session, another model only, or nothing. */
export type Judgement = Verdict & { readonly next: 'same' | 'other' | 'none' }

/** Decides how a prompt ended. */
export function judge(facts: Facts): Judgement {
  const { ending, model } = facts
  switch (ending.kind) {
    case 'interrupted':
      return verdict(ending.error.outcome, oneLine(ending.error.message))
    case 'not-retried':
      return judgeRetry(facts, ending)
    case 'never-started':
      return { ...verdict('stalled', neverStarted(facts)), next: 'same' }
    case 'stalled':
      return { ...verdict('stalled', stalled(facts)), next: 'same' }
    case 'over-budget':
      return verdict('budget-exceeded', overBudget(ending))
    case 'frozen':
      return verdict('server-failed', frozen(facts, ending))
    case 'finished':
      return judgeFinished(facts, ending, model)
  }
}

function verdict(outcome: Outcome, reason: string): Judgement {
  return { outcome, reason, next: 'none' }
}

type NotRetried = Extract<Ending, { kind: 'not-retried' }>

function judgeRetry({ model, stallTimeoutMs }: Facts, { retry, why }: NotRetried): Judgement {
  const reason = reasonIn(retry.message)
  const what = `The provider of ${model} answered ${quote(retry.message)}${endOfWaiting(retry, why, stallTimeoutMs)}.`
  const next = why === 'reason' || reason === 'rate' ? 'other' : 'same'
  return { outcome: outcomesOf[reason], reason: `${what} ${advice[reason]}`, next }
}

function endOfWaiting({ attempt, next }: Retry, why: NotRetried['why'], stallMs: number): string {
  const wait = Math.max(0, Math.round((next - Date.now()) / 1000))
  switch (why) {
    case 'reason':
      return ', which waiting will not fix'
    case 'count':
      return ` ${counted(attempt, 'time')} in a row (provider-retries)`
    case 'wait':
      return ` and asked to wait ${wait} s, longer than stall-timeout or timeout allows`
    case 'stall':
      return `, and retrying brought nothing for ${stallMs / 1000} s (stall-timeout)`
  }
}

const outcomesOf: Readonly<Record<ProviderReason, Outcome>> = {
  quota: 'rate-limited',
  account: 'provider-unavailable',
  key: 'provider-unavailable',
  rate: 'rate-limited',
  other: 'provider-error',
}

const advice: Readonly<Record<ProviderReason, string>> = {
  quota: "Check the account's credit and limits at the provider, or use another model.",
  account: 'Check the account at the provider, or use another model.',
  key: "Check the provider's key in the env of the step.",
  rate: 'Run it again later, raise the limit at the provider, or use another model (fallback-models).',
  other: "See the provider's status page, or use another model (fallback-models).",
}

function neverStarted({ model, stallTimeoutMs }: Facts): string {
  return `opencode accepted the prompt, but ${model} did not start a message within ${stallTimeoutMs / 1000} s (stall-timeout). See server.log in the run directory.`
}

function stalled({ model, stallTimeoutMs, text }: Facts): string {
  const what = text === '' ? `${model} sent nothing` : `${model} went silent in its answer`
  return `No progress for ${stallTimeoutMs / 1000} s (stall-timeout): ${what} and no tool ran. If the model thinks in silence, raise stall-timeout. Otherwise see the provider's status page.`
}

function overBudget({ breach }: Extract<Ending, { kind: 'over-budget' }>): string {
  const { limit, allowed, used } = breach
  const [most, spent] =
    limit === 'max-cost' ? [allowed, used].map(dollars) : [allowed, used].map(grouped)
  const unit = { 'max-cost': '', 'max-tokens': ' tokens', 'max-steps': ' model calls' }[limit]
  return `${limit} was exceeded: ${spent}${unit} of ${most}, over all sessions of the run. The work so far is kept. Raise ${limit}, or ask for less.`
}

function frozen({ log }: Facts, { silentMs }: Extract<Ending, { kind: 'frozen' }>): string {
  const time = silentMs === undefined ? '' : ` for ${Math.round(silentMs / 1000)} s`
  return `The opencode server is running, but stopped answering${time}. ${oneLine(log)} See server.log in the run directory.`
}

type Finished = Extract<Ending, { kind: 'finished' }>

function judgeFinished(facts: Facts, { last, failure }: Finished, model: string): Judgement {
  const error = last && isOver(last) ? last.info.error : failure
  if (error) return judgeFailure(error, { model, log: facts.log })
  const finish = last?.info.finish
  if (facts.text === '') return verdict('no-answer', noAnswer(facts, finish))
  if (finish === 'stop') return verdict('completed', completed(facts))
  if (finish === 'length') {
    const reason = `The answer of ${model} was cut off at its output limit. What arrived is kept. Ask for less, or use a model with a larger limit.`
    return { ...verdict('provider-error', reason), next: 'other' }
  }
  const reason = `${model} stopped before a final answer (finish reason ${quote(finish ?? 'none')}). See the transcript in the run directory.`
  return verdict('no-answer', reason)
}

function completed({ model, tools, refused }: Facts): string {
  const calls = tools.reduce((sum, tool) => sum + tool.calls, 0)
  const asked = refused > 0 ? `, ${counted(refused, 'request')} refused` : ''
  return `${model} answered after ${counted(calls, 'tool call')}${asked}.`
}

function noAnswer({ model, refused }: Facts, finish: string | undefined): string {
  const asked = refused > 0 ? ` after ${counted(refused, 'refused request')}` : ''
  return `${model} ended without text${asked} (finish reason ${quote(finish ?? 'none')}). See the transcript in the run directory, and ask for an answer in the prompt.`
}
