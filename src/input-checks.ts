import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { isNativeError } from 'node:util/types'
import { isInside } from './inside.ts'
import { type OpencodeConfig, parseConfig, referencedVariables } from './opencode/config.ts'
import { type Model, modelText } from './opencode/model.ts'
import { isRunnerVariable } from './trust/environment.ts'

/** Is told, in a sentence each, what is wrong and how to mend it. */
export type Note = (problem: string) => void

type Env = Readonly<Record<string, string | undefined>>
type Raw = Readonly<Partial<Record<string, string>>>
type Place = { readonly raw: Raw; readonly workspace: string }

/** The working directory as a real path; it must be a folder inside the workspace. */
export function readDirectory(place: { workspace: string; path: string }, note: Note): string {
  const directory = resolve(place.workspace, place.path)
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    note(
      `working-directory: there is no folder ${place.path} in the workspace. Is actions/checkout missing?`,
    )
    return directory
  }
  const real = realpathSync(directory)
  if (!isInside({ inner: real, outer: realpathSync(place.workspace) })) {
    note(`working-directory: ${place.path} leaves the workspace. Name a folder inside it.`)
  }
  return real
}

/** The prompt, from the input or its file; empty in mode `check`. */
export function readPrompt({ raw, workspace }: Place, note: Note): string {
  const path = raw['prompt-file']
  const problem = promptProblem(raw)
  if (problem !== undefined) note(problem)
  if (problem !== undefined || path === undefined) return raw.prompt ?? ''
  const text = readText({ workspace, path, name: 'prompt-file' }, note)
  if (text?.trim() === '') note(`prompt-file: ${path} is empty. Write the prompt into it.`)
  return text ?? ''
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

type File = { readonly workspace: string; readonly path: string; readonly name: string }

function readText({ workspace, path, name }: File, note: Note): string | undefined {
  try {
    return readFileSync(resolve(workspace, path), 'utf8')
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? ` (${error.code})` : ''
    note(`${name}: ${path} can't be read${code}. The path is relative to the workspace.`)
    return undefined
  }
}

/** The opencode configuration of the run, inline or from a file. */
export function readConfig(
  { raw, workspace, env }: Place & { env: Env },
  note: Note,
): OpencodeConfig {
  const source = raw['opencode-config']
  if (source === undefined) return {}
  const inline = /^\s*(\{|\/\/|\/\*)|[\r\n]/.test(source)
  const name = 'opencode-config'
  const text = inline ? source : readText({ workspace, path: source, name }, note)
  if (text === undefined) return {}
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

/** A prompt needs a model; a server that is already running may name one by itself. */
export function checkModel(
  { raw, config, project }: { raw: Raw; config: OpencodeConfig; project: OpencodeConfig },
  note: Note,
): void {
  const needed = raw.mode !== 'check' && raw['server-url'] === undefined
  const own = raw['project-config'] === 'ignore' ? undefined : project.model
  if (needed && (raw.model ?? config.model ?? own) === undefined)
    note(`model: is missing, and ${elsewhere(raw)}. Set it, as provider/model.`)
}

function elsewhere(raw: Raw): string {
  return raw['project-config'] === 'ignore'
    ? "opencode-config names none; the checkout's opencode.json is left out (project-config: ignore)"
    : "opencode-config names none, nor does the checkout's opencode.json"
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
