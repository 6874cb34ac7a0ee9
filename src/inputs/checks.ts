import { mkdirSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { type OpencodeConfig, parseConfig, referencedVariables } from '../opencode/config.ts'
import { modelText } from '../opencode/model.ts'
import { isInside } from '../path.ts'
import { type Env, isRunnerVariable } from '../programs/environment.ts'
import type { InputValues } from './fields.ts'
import type { CrossCheck, Note, Step } from './pipeline.ts'
import { checkGitHub, publishChecks } from './publish.ts'
import { workspaceOf } from './source.ts'

/** What must hold of several inputs together. */
export const inputChecks: readonly CrossCheck<InputValues>[] = [
  { needs: [], check: checkPrompt },
  {
    needs: ['opencode-config'],
    check: (values, step) => checkReferences(values['opencode-config']?.value ?? {}, step),
  },
  { needs: ['pass-env'], check: checkPassEnv },
  { needs: ['pass-env'], check: checkServer },
  { needs: ['model', 'fallback-models'], check: checkModels },
  { needs: ['model', 'opencode-config'], check: checkModelSoon },
  ...publishChecks,
  { needs: ['publish', 'mode'], check: checkPublishMode },
  {
    needs: ['context'],
    check({ context, 'github-token': token }, step) {
      if (context === 'diff') checkGitHub({ input: 'context', token }, step)
    },
  },
  { needs: ['run-directory'], check: checkRunDirectory },
]

function checkPrompt({ mode, prompt, 'prompt-file': file }: InputValues, { note }: Step): void {
  const isSet = prompt !== undefined || file !== undefined
  if (mode === 'check') {
    if (isSet) note('prompt: mode check runs no prompt. Remove it, or set mode to plan.')
  } else if (!isSet)
    note('prompt: is missing. Set prompt or prompt-file (or mode: check, which needs none).')
  else if (prompt !== undefined && file !== undefined)
    note('prompt and prompt-file: both are set. Keep one.')
}

/** Parses opencode configuration, and checks the variables that it names; empty if it is wrong. */
export function checkConfig({ text, env }: { text: string; env: Env }, note: Note): OpencodeConfig {
  const { value, problem } = parseConfig(text)
  if (value === undefined) note(`opencode-config: ${problem}.`)
  else checkReferences(value, { env, note })
  return value ?? {}
}

function checkReferences(config: OpencodeConfig, { env, note }: Step): void {
  for (const variable of referencedVariables(config)) {
    if (isRunnerVariable(variable)) note(runnerVariable('opencode-config', variable))
    else if (env[variable] === undefined)
      note(`opencode-config: {env:${variable}} is not set. Add ${variable} to the env of the step.`)
  }
}

function checkPassEnv({ 'pass-env': names }: InputValues, { env, note }: Step): void {
  for (const name of names) {
    if (isRunnerVariable(name)) note(runnerVariable('pass-env', name))
    else if (env[name] === undefined)
      note(
        `pass-env: ${name} is not set. Add it to the env of the step, or remove it from pass-env.`,
      )
  }
}

function runnerVariable(input: string, name: string): string {
  return `${input}: ${name} belongs to the runner and never reaches the agent. Map the value to another name.`
}

/** A server that is already running takes no input that is about starting one. */
function checkServer(values: InputValues, { note }: Step): void {
  if (values['server-url'] === undefined) return
  const starting = {
    'opencode-path': values['opencode-path'] !== undefined,
    'opencode-config': values['opencode-config'] !== undefined,
    'pass-env': values['pass-env'].length > 0,
  }
  for (const [name, isSet] of Object.entries(starting))
    if (isSet)
      note(`${name}: has no effect on a server that is already running. Remove it, or server-url.`)
  if (values.isolation === 'strict')
    note(
      "isolation: strict can't hold for a server that is already running. Remove server-url, or set isolation to auto.",
    )
}

/** A model that failed is not its own replacement, and the rehearsal runs on the action's own server. */
function checkModels(values: InputValues, { note }: Step): void {
  const { model, 'fallback-models': fallbacks, 'server-url': url } = values
  const named = { model: model ? [model] : [], 'fallback-models': fallbacks }
  for (const [name, models] of Object.entries(named))
    if (url !== undefined && models.some(({ providerID }) => providerID === 'rehearsal'))
      note(`${name}: the rehearsal model needs a server that the action starts. Remove server-url.`)
  const text = model && modelText(model)
  if (fallbacks.some((fallback) => modelText(fallback) === text))
    note(`fallback-models: ${text} is the model itself. Remove it; attempts repeats a model.`)
}

/** Before any file is read: what the checkout, or a file that opencode-config names, may say of a model is not known yet. */
function checkModelSoon(values: InputValues, { note }: Step): void {
  const { mode, model, 'opencode-config': config } = values
  if (values['project-config'] !== 'ignore' || config?.path !== undefined) return
  const models = [model && modelText(model), config?.value.model]
  const isExternal = values['server-url'] !== undefined
  checkModel({ mode, isExternal, models, use: 'ignore' }, note)
}

/** Where a prompt's model may come from; the checkout's configuration is empty if it is ignored. */
export type ModelSources = {
  readonly mode: string
  readonly isExternal: boolean
  readonly models: readonly (string | undefined)[]
  readonly use: 'load' | 'ignore'
}

/** A prompt needs a model; a server that is already running may name one by itself. */
export function checkModel({ mode, isExternal, models, use }: ModelSources, note: Note): void {
  if (mode === 'check' || isExternal || models.some((model) => model !== undefined)) return
  const elsewhere =
    use === 'ignore'
      ? "opencode-config names none; the checkout's opencode.json, which may name one, is ignored"
      : "opencode-config names none, nor does the checkout's opencode.json"
  note(`model: is missing, and ${elsewhere}. Set it, as provider/model.`)
}

function checkPublishMode({ publish, mode }: InputValues, { note }: Step): void {
  if (mode !== 'implement' && publish.some((one) => one !== 'comment'))
    note(`publish: mode ${mode} changes no files. Set mode to implement, or publish a comment.`)
}

/** The run is saved outside the workspace, and in a folder that holds no other run. */
function checkRunDirectory({ 'run-directory': path }: InputValues, { env, note }: Step): void {
  if (path === undefined) return
  const workspace = workspaceOf(env)
  const directory = resolve(workspace, path)
  if (isInside({ inner: directory, outer: workspace }))
    note(
      `run-directory: ${path} lies in the workspace, where the agent works. Use \${{ runner.temp }}/….`,
    )
  else if (!isEmptyFolder(directory))
    note(`run-directory: ${path} can't be created, or is not empty. Name a new folder.`)
}

/** True for a folder that is empty or could be created. */
function isEmptyFolder(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return readdirSync(directory).length === 0
  } catch {
    return false
  }
}
