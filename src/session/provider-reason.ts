/** Why a provider refuses, judged by its message. Only `rate` and `other` may pass by waiting. */
export type ProviderReason = 'quota' | 'account' | 'key' | 'rate' | 'other'

/** A limit that names its end is a rate, even if it is called a quota (Google). */
const passes = /(retry|try again) (in|after) \d/i

/** As worded by OpenAI, Anthropic, Google, OpenRouter, DeepSeek, Z.ai, Mistral, GitHub Copilot and opencode itself. */
const reasons: readonly (readonly [ProviderReason, RegExp])[] = [
  [
    'quota',
    /quota|insufficient.{0,3}(balance|credit|funds)|credit balance|(out of|no|add|more) credits|billing|payment required|(usage|spend(ing)?|hard|daily|weekly|monthly) limit|free usage exceeded|recharge/i,
  ],
  [
    'account',
    /(account|organi[sz]ation|workspace|subscription).{0,40}(deactivated|disabled|suspended|blocked|closed|inactive|expired)|access.{0,20}(terminated|revoked)/i,
  ],
  [
    'key',
    /(invalid|incorrect|expired|revoked|missing|wrong).{0,20}(api.?key|access token|credential)|(api.?key|access token|credential).{0,20}(invalid|incorrect|expired|revoked|missing)|unauthori[sz]ed|authentication (failed|error|required)|not authenticated|forbidden|permission denied/i,
  ],
  [
    'rate',
    /rate.?limit|too many requests|\b429\b|overloaded|throttl|(tokens|requests) per |at capacity|try again later/i,
  ],
]

/** Reads a provider's message. */
export function reasonIn(message: string): ProviderReason {
  const found = reasons.find(([, words]) => words.test(message))?.[0] ?? 'other'
  return found === 'quota' && passes.test(message) ? 'rate' : found
}

/** True if waiting will not help: the account has no credit or no access. */
export function isFinal(reason: ProviderReason): boolean {
  return reason === 'quota' || reason === 'account' || reason === 'key'
}
