import { expect, test } from '@jest/globals'
import { missingProvider } from '../../src/providers/missing-provider.ts'

type Env = Readonly<Record<string, string>>

const missing = (id: string, env: Env = {}, passEnv: readonly string[] = []) =>
  missingProvider(id, { providers: [], config: {}, env, passEnv })

test.each([
  ['anthropic', 'Set ANTHROPIC_API_KEY in the env'],
  ['google', 'Set GOOGLE_API_KEY, GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY in the env'],
  [
    'cloudflare-ai-gateway',
    'Set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_GATEWAY_ID in the env',
  ],
  ['azure', 'Set AZURE_API_KEY and AZURE_RESOURCE_NAME in the env'],
  [
    'amazon-bedrock',
    'Set AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY or AWS_BEARER_TOKEN_BEDROCK, and AWS_REGION in the env of the step, and list what you set in pass-env',
  ],
])('%s without a key: %s', (id, remedy) => {
  expect(missing(id)).toContain(remedy)
})

test.each<[string, Env, readonly string[], RegExp]>([
  [
    'keys that pass-env does not name',
    { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'c' },
    [],
    / AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION are set\. List them in pass-env/,
  ],
  [
    'one key beside a region that goes in',
    { AWS_BEARER_TOKEN_BEDROCK: 'a', AWS_REGION: 'c' },
    ['AWS_REGION'],
    / AWS_BEARER_TOKEN_BEDROCK is set\. List it in pass-env, if the agent may have it\.$/,
  ],
  ['a region alone', { AWS_REGION: 'c' }, [], / Set AWS_ACCESS_KEY_ID with /],
])('Bedrock with %s', (_, env, passEnv, remedy) => {
  const reason = missing('amazon-bedrock', env, passEnv)
  expect(reason).toMatch(remedy)
  expect(reason).not.toContain('address')
})
