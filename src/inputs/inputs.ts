import { resolve } from 'node:path'
import type { OpencodeConfig } from '../opencode/config.ts'
import { inputChecks } from './checks.ts'
import { fields, type InputValues } from './fields.ts'
import type { ValueOrPath } from './opencode-config.ts'
import { parseInputs } from './pipeline.ts'
import { choosePublish } from './publish.ts'
import { type InputSource, readDefaults, workspaceOf } from './source.ts'

/** Which server runs the prompt. */
export type ServerChoice =
  | { readonly kind: 'install'; readonly version: string }
  | { readonly kind: 'binary'; readonly path: string }
  | { readonly kind: 'external'; readonly url: string; readonly password: string | undefined }

/** The inputs of a run before it is admitted. No file that they name has been read. */
export type StepInputs = ReturnType<typeof readInputs>

/** The inputs of a run, with the contents of the files that they name. */
export type Inputs = Readonly<
  Omit<StepInputs, 'prompt' | 'config' | 'workspace' | 'workingDirectory'>
> & {
  /** Empty in mode `check`. */
  readonly prompt: string
  readonly config: OpencodeConfig
  /** The working directory as an absolute path. */
  readonly directory: string
}

/** Reads and checks all inputs; times in milliseconds. Throws one `UserError` (`config-invalid`) that names every problem. */
export function readInputs({ env, defaults = readDefaults() }: InputSource) {
  const workspace = workspaceOf(env)
  const values = parseInputs(fields, inputChecks, { env, defaults })
  return {
    mode: values.mode,
    prompt: promptSource(values),
    context: values.context,
    /** As the runner names it. */
    workspace,
    /** Relative to the workspace. */
    workingDirectory: values['working-directory'],
    model: values.model,
    /** Tried in order after the model. */
    fallbackModels: values['fallback-models'],
    variant: values.variant,
    agent: values.agent,
    requireProviders: values['require-providers'],
    timeoutMs: values.timeout,
    stallTimeoutMs: values['stall-timeout'],
    /** Fresh sessions per model. */
    attempts: values.attempts,
    /** How many of opencode's retries the action waits for. */
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
    /** The lowest permission that may start the run. */
    requiredPermission: values['required-permission'],
    allowedBots: values['allowed-bots'],
    projectConfig: values['project-config'],
    isolation: values.isolation,
    publish: choosePublish(values),
    failOn: values['fail-on'],
    runDirectory: values['run-directory'] && resolve(workspace, values['run-directory']),
  }
}

function promptSource({ prompt = '', 'prompt-file': path }: InputValues): ValueOrPath<string> {
  return path === undefined ? { value: prompt } : { path }
}

function chooseServer(values: InputValues, workspace: string): ServerChoice {
  const url = values['server-url']
  if (url !== undefined) return { kind: 'external', url, password: values['server-password'] }
  const path = values['opencode-path']
  if (path !== undefined) return { kind: 'binary', path: resolve(workspace, path) }
  return { kind: 'install', version: values['opencode-version'] }
}
