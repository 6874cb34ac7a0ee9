import { resolve } from 'node:path'
import * as z from 'zod'
import type { ContextChoice } from '../context/context.ts'
import { UserError } from '../errors.ts'
import type { OpencodeConfig } from '../opencode/config.ts'
import type { Model } from '../opencode/model.ts'
import type { Budget } from '../session/budget.ts'
import type { Given } from './checks.ts'
import * as checks from './checks.ts'
import {
  checkPublish,
  checkToken,
  choosePublish,
  type PublishChoice,
  publishFields,
} from './publish.ts'
import { type InputSource, nonEmpty, parseFields, readRaw } from './raw.ts'
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

/** Permissions on a repository, from the least; `none` asks for no permission at all. */
export const permissionLevels = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const

const fields = {
  mode: choice(['check', 'plan', 'implement'], 'check, plan or implement'),
  prompt: z.string().optional(),
  'prompt-file': z.string().optional(),
  context: choice(['none', 'event', 'diff'], 'none, event or diff'),
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
  'opencode-config': z.string().optional(),
  'pass-env': list(variableName),
  permissions: json(rules).optional(),
  'required-permission': choice(
    permissionLevels,
    'write, or another of read, triage, maintain and admin, or none to let anybody start it',
  ),
  'allowed-bots': list(login),
  'project-config': choice(['auto', 'load', 'ignore'], 'auto, load or ignore'),
  isolation: choice(['auto', 'strict', 'off'], 'auto, strict or off'),
  ...publishFields,
  'fail-on': choice(['failure', 'never'], 'failure or never'),
  'run-directory': z.string().optional(),
} as const

/** The names of all inputs; `action.yml` declares the same. */
export const inputNames = Object.keys(fields) as readonly (keyof typeof fields)[]

type Raw = Readonly<Record<keyof typeof fields, string | undefined>>

/** Which server runs the prompt. */
export type ServerChoice =
  | { readonly kind: 'install'; readonly version: string }
  | { readonly kind: 'binary'; readonly path: string }
  | { readonly kind: 'external'; readonly url: string; readonly password: string | undefined }

/** One opencode permission rule. */
export type Rule = z.infer<typeof rules>[number]

/** The inputs of a run, checked; times in milliseconds, paths absolute. */
export type Inputs = {
  readonly mode: 'check' | 'plan' | 'implement'
  /** Empty in mode `check`. */
  readonly prompt: string
  /** What is attached to the prompt. */
  readonly context: ContextChoice
  readonly directory: string
  readonly model: Model | undefined
  /** Tried in order after the model. */
  readonly fallbackModels: readonly Model[]
  readonly variant: string | undefined
  readonly agent: string | undefined
  readonly requireProviders: readonly string[]
  readonly timeoutMs: number
  readonly stallTimeoutMs: number
  /** Fresh sessions per model. */
  readonly attempts: number
  /** Retries of opencode's own that are waited for, one after another. */
  readonly providerRetries: number
  readonly budget: Budget
  readonly server: ServerChoice
  readonly config: OpencodeConfig
  readonly passEnv: readonly string[]
  readonly permissions: readonly Rule[]
  /** The least that who triggered the run must have. */
  readonly requiredPermission: (typeof permissionLevels)[number]
  /** Exact logins. */
  readonly allowedBots: readonly string[]
  readonly projectConfig: 'auto' | 'load' | 'ignore'
  readonly isolation: 'auto' | 'strict' | 'off'
  readonly publish: PublishChoice
  readonly failOn: 'failure' | 'never'
  readonly runDirectory: string | undefined
}

/** The inputs as they are given: nothing that they name in the checkout has been read. */
export type GivenInputs = Omit<Inputs, 'prompt' | 'config' | 'directory'> & {
  readonly prompt: Given<string>
  readonly config: Given<OpencodeConfig>
  /** As the runner names it. */
  readonly workspace: string
  /** Relative to the workspace. */
  readonly workingDirectory: string
}

/** Reads and checks all inputs. Throws one `UserError` (`config-invalid`) that names everything that is wrong. */
export function readInputs({ env, defaults }: InputSource): GivenInputs {
  const raw = withServer(readRaw(fields, { env, defaults }), env)
  const problems: string[] = []

  const workspace = resolve(env.GITHUB_WORKSPACE || '.')
  const note = (problem: string) => {
    problems.push(problem)
  }
  const data = parseFields(fields, raw, note)
  const prompt = checks.readPrompt(raw, note)
  const config = checks.readConfig({ raw, env }, note)
  checks.checkVariables({ names: data['pass-env'] ?? [], env }, note)
  checks.checkServer(raw, note)
  if (raw['project-config'] === 'ignore' && config.value) {
    const isExternal = raw['server-url'] !== undefined
    const models = [raw.model, config.value.model]
    checks.checkModel({ mode: raw.mode, isExternal, models, use: 'ignore' }, note)
  }
  checkPublish({ raw, env }, note)
  if (data.context === 'diff') checkToken({ name: 'context', raw, env }, note)
  checks.checkFallback({ raw, models: data['fallback-models'] ?? [] }, note)
  const runDirectory = checks.readRunDirectory({ raw, workspace }, note)

  const whole = z.object(fields).safeParse(raw).data
  if (problems.length > 0 || whole === undefined) throw new UserError('config-invalid', problems)
  return makeInputs({ data: whole, workspace, prompt, config, runDirectory })
}

type Checked = Pick<GivenInputs, 'workspace' | 'prompt' | 'config' | 'runDirectory'> & {
  readonly data: Data
}

function makeInputs({ data, workspace, prompt, config, runDirectory }: Checked): GivenInputs {
  return {
    mode: data.mode,
    prompt,
    context: data.context,
    workspace,
    workingDirectory: data['working-directory'],
    model: data.model,
    fallbackModels: data['fallback-models'],
    variant: data.variant,
    agent: data.agent,
    requireProviders: data['require-providers'],
    timeoutMs: data.timeout,
    stallTimeoutMs: data['stall-timeout'],
    attempts: data.attempts,
    providerRetries: data['provider-retries'],
    budget: {
      maxCost: data['max-cost'],
      maxTokens: data['max-tokens'],
      maxSteps: data['max-steps'],
    },
    server: chooseServer({ data, workspace }),
    config,
    passEnv: data['pass-env'],
    permissions: data.permissions ?? [],
    requiredPermission: data['required-permission'],
    allowedBots: data['allowed-bots'],
    projectConfig: data['project-config'],
    isolation: data.isolation,
    publish: choosePublish(data),
    failOn: data['fail-on'],
    runDirectory,
  }
}

/** A server that is already running may be named by the environment, too. */
function withServer(raw: Raw, env: InputSource['env']): Raw {
  const url = raw['server-url'] ?? nonEmpty(env.OPENCODE_API_URL)
  const password = raw['server-password'] ?? nonEmpty(env.OPENCODE_SERVER_PASSWORD)
  return { ...raw, 'server-url': url, 'server-password': url === undefined ? undefined : password }
}

type Data = z.infer<z.ZodObject<typeof fields>>

function chooseServer({ data, workspace }: { data: Data; workspace: string }): ServerChoice {
  const url = data['server-url']
  if (url !== undefined) return { kind: 'external', url, password: data['server-password'] }
  const path = data['opencode-path']
  if (path !== undefined) return { kind: 'binary', path: resolve(workspace, path) }
  return { kind: 'install', version: data['opencode-version'] }
}
