import * as z from 'zod'
import { configOrPath } from './opencode-config.ts'
import { publishFields } from './publish.ts'
import {
  amount,
  choice,
  count,
  duration,
  json,
  list,
  login,
  modelName,
  serverUrl,
  variableName,
  version,
} from './values.ts'

const rules = z.array(
  z.strictObject({
    permission: z.string().min(1),
    pattern: z.string().min(1),
    action: z.enum(['allow', 'ask', 'deny']),
  }),
)

/** Each input by itself: from its text to its value. */
export const fields = {
  mode: choice(['check', 'plan', 'implement']),
  prompt: z.string().optional(),
  'prompt-file': z.string().optional(),
  context: choice(['none', 'event', 'diff']),
  'working-directory': z.string(),
  model: modelName.optional(),
  'fallback-models': list(modelName),
  variant: z.string().optional(),
  agent: z.string().optional(),
  'require-providers': list(z.string()),
  timeout: duration,
  'stall-timeout': duration,
  attempts: count({ least: 1, most: 10 }),
  'provider-retries': count({ least: 0, most: 5 }),
  'max-cost': amount.optional(),
  'max-tokens': count({ least: 1, most: 1e9 }).optional(),
  'max-steps': count({ least: 1, most: 100_000 }),
  'opencode-version': version,
  'opencode-path': z.string().optional(),
  'server-url': serverUrl.optional(),
  'server-password': z.string().optional(),
  'opencode-config': configOrPath.optional(),
  'pass-env': list(variableName),
  permissions: json(rules).optional(),
  'required-permission': choice(['none', 'read', 'triage', 'write', 'maintain', 'admin']),
  'allowed-bots': list(login),
  'project-config': choice(['auto', 'load', 'ignore']),
  isolation: choice(['auto', 'strict', 'off']),
  ...publishFields,
  'fail-on': choice(['failure', 'never']),
  'run-directory': z.string().optional(),
} as const

/** The names of all inputs; `action.yml` declares the same. */
export const inputNames = Object.keys(fields) as readonly (keyof typeof fields)[]

/** The inputs by name, each parsed. */
export type InputValues = z.infer<z.ZodObject<typeof fields>>
