import type { Failure } from '../opencode/facts.ts'
import { oneLine, quote } from '../text/text.ts'
import type { Judgement } from './judge.ts'
import { isFinal, reasonIn } from './provider-reason.ts'

/** What else is known when a prompt failed. */
export type FailureFacts = { readonly model: string; readonly log: string }

type Case = {
  readonly applies: (failure: Described) => boolean
  readonly judgement: (failure: Described, facts: FailureFacts) => Judgement
}

/** A failure with its message, and that as a quotation with the HTTP status. */
type Described = Failure & { readonly message: string; readonly what: string }

/** The first case that applies counts. */
const cases: readonly Case[] = [
  {
    // opencode's own database: not the provider's failure.
    applies: ({ name, message }) =>
      name === 'UnknownError' &&
      /Failed to execute statement|SQLite|disk is full|ENOSPC|EDQUOT|no space left/i.test(message),
    judgement: ({ what }, { log }) => ({
      outcome: 'server-failed',
      reason: `opencode could not save its data: ${what}. ${oneLine(log)} See server.log in the run directory.`,
      next: 'none',
    }),
  },
  {
    applies: ({ name, data }) =>
      name === 'ProviderAuthError' || data.statusCode === 401 || data.statusCode === 403,
    judgement: ({ what }, { model }) => ({
      outcome: 'provider-unavailable',
      reason: `The provider of ${model} rejected the key: ${what}. Check the provider's key in the env of the step.`,
      next: 'other',
    }),
  },
  {
    applies: ({ message }) => message.startsWith('Agent not found'),
    judgement: ({ what }) => ({
      outcome: 'provider-unavailable',
      reason: `opencode answered ${what}. Check the agent input.`,
      next: 'none',
    }),
  },
  {
    applies: ({ data, message }) =>
      data.statusCode === 404 || message.startsWith('Model not found'),
    judgement: ({ what }, { model }) => ({
      outcome: 'provider-unavailable',
      reason: `The provider does not know ${model}: ${what}. Check the model input, and that the key has access to the model.`,
      next: 'other',
    }),
  },
  {
    applies: ({ data, message }) =>
      data.statusCode === 429 || data.statusCode === 402 || reasonIn(message) === 'quota',
    judgement: ({ what }, { model }) => ({
      outcome: 'rate-limited',
      reason: `The provider of ${model} answered ${what}. Run it again later, or raise the limit at the provider.`,
      next: 'other',
    }),
  },
  {
    applies: ({ message }) => reasonIn(message) === 'account',
    judgement: ({ what }, { model }) => ({
      outcome: 'provider-unavailable',
      reason: `The provider of ${model} does not serve this account: ${what}. Check the account at the provider.`,
      next: 'other',
    }),
  },
  {
    applies: ({ message }) => /^The user (rejected|has specified a rule)/.test(message),
    judgement: ({ what }, { model }) => ({
      outcome: 'no-answer',
      reason: `${model} was stopped by a permission rule: ${what}. See the refused requests, and the rules in permissions or opencode-config.`,
      next: 'none',
    }),
  },
  {
    applies: ({ name }) => name === 'MessageAbortedError',
    judgement: () => ({
      outcome: 'server-failed',
      reason: 'Something other than this action aborted the session on the server.',
      next: 'none',
    }),
  },
]

/** Decides by the failure that opencode stored or sent as an event. */
export function judgeFailure(failure: Failure, facts: FailureFacts): Judgement {
  const { name, data } = failure
  const { message = name, statusCode } = data
  const described = {
    ...failure,
    message,
    what: quote(withoutStack(message)) + httpStatus(statusCode),
  }
  const found = cases.find(({ applies }) => applies(described))
  return found ? found.judgement(described, facts) : otherFailure(described, facts)
}

function otherFailure({ what, message, data }: Described, { model }: FailureFacts): Judgement {
  const passes = data.isRetryable === true && !isFinal(reasonIn(message))
  return {
    outcome: 'provider-error',
    reason: `The provider of ${model} failed: ${what}. See the transcript in the run directory.`,
    next: passes ? 'same' : 'other',
  }
}

function withoutStack(message: string): string {
  const at = message.search(/\n[^\S\n]+at /)
  return at < 0 ? message : message.slice(0, at)
}

function httpStatus(code: number | undefined): string {
  return code ? ` (HTTP ${code})` : ''
}
