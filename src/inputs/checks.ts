import { mkdirSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { type OpencodeConfig, parseConfig, referencedVariables } from '../opencode/config.ts'
import { type Model, modelText } from '../opencode/model.ts'
import { isInside } from '../path.ts'
import { isRunnerVariable } from '../programs/environment.ts'

/** Is told, in a sentence each, what is wrong and how to fix it. */
export type Note = (problem: string) => void

type Env = Readonly<Record<string, string | undefined>>
type Raw = Readonly<Partial<Record<string, string>>>
type Place = { readonly raw: Raw; readonly workspace: string }

/** What an input gives: itself, or the path of a file that is read once the run is admitted. */
export type Given<T> =
  | { readonly value: T; readonly path?: undefined }
  | { readonly value?: undefined; readonly path: string }

/** The prompt; empty in mode `check`. */
export function readPrompt(raw: Raw, note: Note): Given<string> {
  const path = raw['prompt-file']
  const problem = promptProblem(raw)
  if (problem !== undefined) note(problem)
  return problem === undefined && path !== undefined ? { path } : { value: raw.prompt ?? '' }
}

function promptProblem({ mode, prompt, 'prompt-file': file }: Raw): string | undefined {
  const given = [prompt, file].filter((value) => value !== undefined).length
  if (mode === 'check')
    return given > 0
      ? 'prompt: mode check runs no prompt. Remove it, or set mode to plan.'
      : undefined
  if (given === 2) return 'prompt and prompt-file: both are set. Keep one.'
  if (given === 0)
    return 'prompt: is missing. Set prompt or prompt-file (or mode: check, which needs none).'
  return undefined
}

/** The opencode configuration of the run. */
export function readConfig(
  { raw, env }: { raw: Raw; env: Env },
  note: Note,
): Given<OpencodeConfig> {
  const source = raw['opencode-config']
  if (source === undefined) return { value: {} }
  const isInline = /^\s*(\{|\/\/|\/\*)|[\r\n]/.test(source)
  return isInline ? { value: checkConfig({ text: source, env }, note) } : { path: source }
}

/** Parses opencode configuration, and checks the variables that it names; empty if it is wrong. */
export function checkConfig({ text, env }: { text: string; env: Env }, note: Note): OpencodeConfig {
  const config = parseConfig(text)
  if (config.problem !== undefined) {
    note(`opencode-config: ${config.problem}`)
    return {}
  }
  for (const variable of referencedVariables(config.value)) {
    if (isRunnerVariable(variable)) note(runnerVariable('opencode-config', variable))
    else if (env[variable] === undefined)
      note(`opencode-config: {env:${variable}} is not set. Add ${variable} to the env of the step.`)
  }
  return config.value
}

function runnerVariable(input: string, name: string): string {
  return `${input}: ${name} belongs to the runner and never reaches the agent. Map the value to another name.`
}

/** Variables for the agent must be there, and none of the runner's. */
export function checkVariables(
  { names, env }: { names: readonly string[]; env: Env },
  note: Note,
): void {
  for (const name of names) {
    if (isRunnerVariable(name)) note(runnerVariable('pass-env', name))
    else if (env[name] === undefined)
      note(
        `pass-env: ${name} is not set. Add it to the env of the step, or remove it from pass-env.`,
      )
  }
}

/** A server that is already running takes no input that is about starting one. */
export function checkServer(raw: Raw, note: Note): void {
  if (raw['server-url'] === undefined) return
  const own = ['opencode-path', 'opencode-config', 'pass-env'] as const
  for (const name of own) {
    if (raw[name] !== undefined)
      note(`${name}: has no effect on a server that is already running. Remove it, or server-url.`)
  }
  if (raw.isolation === 'strict')
    note(
      "isolation: strict can't hold for a server that is already running. Remove server-url, or set isolation to auto.",
    )
  for (const name of ['model', 'fallback-models'] as const)
    if (/(^|[\s,])rehearsal\//.test(raw[name] ?? ''))
      note(`${name}: the rehearsal model needs a server that the action starts. Remove server-url.`)
}

/** Where a prompt's model may come from; the checkout's configuration is empty if it is ignored. */
export type ModelSources = {
  readonly mode: string | undefined
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

/** A model that failed is not its own replacement. */
export function checkFallback(
  { raw, models }: { raw: Raw; models: readonly Model[] },
  note: Note,
): void {
  if (models.some((model) => modelText(model) === raw.model))
    note(`fallback-models: ${raw.model} is the model itself. Remove it; attempts repeats a model.`)
}

/** Where the run is to be saved: outside the workspace, and no run there yet. */
export function readRunDirectory({ raw, workspace }: Place, note: Note): string | undefined {
  const path = raw['run-directory']
  if (path === undefined) return undefined
  const directory = resolve(workspace, path)
  if (isInside({ inner: directory, outer: resolve(workspace) }))
    note(
      `run-directory: ${path} lies in the workspace, where the agent works. Use \${{ runner.temp }}/….`,
    )
  else if (!isEmptyFolder(directory))
    note(`run-directory: ${path} can't be made, or is not empty. Name a new folder.`)
  return directory
}

function isEmptyFolder(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return readdirSync(directory).length === 0
  } catch {
    return false
  }
}
