import { resolve } from 'node:path'
import type { ContextChoice } from '../context/context.ts'
import type { OpencodeConfig } from '../opencode/config.ts'
import type { Model } from '../opencode/model.ts'
import type { Budget } from '../session/budget.ts'
import { inputChecks } from './checks.ts'
import { fields, type InputValues, inputNames, type Rule, type ValueOrPath } from './fields.ts'
import { inputSchema, parseInputs } from './pipeline.ts'
import { choosePublish, type PublishChoice } from './publish.ts'
import { type InputSource, readRaw, workspaceOf } from './source.ts'

/** Which server runs the prompt. */
export type ServerChoice =
  | { readonly kind: 'install'; readonly version: string }
  | { readonly kind: 'binary'; readonly path: string }
  | { readonly kind: 'external'; readonly url: string; readonly password: string | undefined }

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
  readonly requiredPermission: InputValues['required-permission']
  /** Exact logins. */
  readonly allowedBots: readonly string[]
  readonly projectConfig: 'auto' | 'load' | 'ignore'
  readonly isolation: 'auto' | 'strict' | 'off'
  readonly publish: PublishChoice
  readonly failOn: 'failure' | 'never'
  readonly runDirectory: string | undefined
}

/** The inputs of a run before it is admitted: nothing that they name in the checkout has been read. */
export type StepInputs = Omit<Inputs, 'prompt' | 'config' | 'directory'> & {
  readonly prompt: ValueOrPath<string>
  readonly config: ValueOrPath<OpencodeConfig>
  /** As the runner names it. */
  readonly workspace: string
  /** Relative to the workspace. */
  readonly workingDirectory: string
}

/** Reads and checks all inputs. Throws one `UserError` (`config-invalid`) that names everything that is wrong. */
export function readInputs({ env, defaults }: InputSource): StepInputs {
  const workspace = workspaceOf(env)
  const schema = inputSchema(fields, inputChecks, env)
  const values = parseInputs(schema, readRaw(inputNames, { env, defaults }))
  const path = values['prompt-file']
  return {
    mode: values.mode,
    prompt: path === undefined ? { value: values.prompt ?? '' } : { path },
    context: values.context,
    workspace,
    workingDirectory: values['working-directory'],
    model: values.model,
    fallbackModels: values['fallback-models'],
    variant: values.variant,
    agent: values.agent,
    requireProviders: values['require-providers'],
    timeoutMs: values.timeout,
    stallTimeoutMs: values['stall-timeout'],
    attempts: values.attempts,
    providerRetries: values['provider-retries'],
    budget: {
      maxCost: values['max-cost'],
      maxTokens: values['max-tokens'],
      maxSteps: values['max-steps'],
    },
    server: chooseServer(values, workspace),
    config: values['opencode-config'] ?? { value: {} },
    passEnv: values['pass-env'],
    permissions: values.permissions ?? [],
    requiredPermission: values['required-permission'],
    allowedBots: values['allowed-bots'],
    projectConfig: values['project-config'],
    isolation: values.isolation,
    publish: choosePublish(values),
    failOn: values['fail-on'],
    runDirectory: values['run-directory'] && resolve(workspace, values['run-directory']),
  }
}

function chooseServer(values: InputValues, workspace: string): ServerChoice {
  const url = values['server-url']
  if (url !== undefined) return { kind: 'external', url, password: values['server-password'] }
  const path = values['opencode-path']
  if (path !== undefined) return { kind: 'binary', path: resolve(workspace, path) }
  return { kind: 'install', version: values['opencode-version'] }
}
