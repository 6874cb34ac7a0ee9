import * as z from 'zod'
import { type OpencodeConfig, parseConfig, referencedVariables } from '../opencode/config.ts'
import { type Env, isRunnerVariable } from '../programs/environment.ts'
import type { Note, Step } from './pipeline.ts'

/** A value, or the path of a file in the checkout that contains it. The file is read once the run is admitted. */
export type ValueOrPath<T> =
  | { readonly value: T; readonly path?: undefined }
  | { readonly value?: undefined; readonly path: string }

/** opencode's configuration as JSON or JSONC, or the path of a file that contains it. */
export const configOrPath = z.string().transform((text, context): ValueOrPath<OpencodeConfig> => {
  const isInline = /^\s*(\{|\/\/|\/\*)|[\r\n]/.test(text)
  if (!isInline) return { path: text }
  const { value, problem } = parseConfig(text)
  if (value !== undefined) return { value }
  context.addIssue(problem)
  return z.NEVER
})

/** Parses opencode's configuration and checks the variables that it names; empty if it is not valid. */
export function checkConfig({ text, env }: { text: string; env: Env }, note: Note): OpencodeConfig {
  const { value, problem } = parseConfig(text)
  if (value === undefined) note(`opencode-config: ${problem}.`)
  else
    checkVariables({ input: 'opencode-config', names: referencedVariables(value) }, { env, note })
  return value ?? {}
}

/** Checks that the variables that an input names are set, and not the runner's. */
export function checkVariables(
  { input, names }: { input: string; names: readonly string[] },
  { env, note }: Step,
): void {
  for (const name of names) {
    if (isRunnerVariable(name))
      note(
        `${input}: ${name} belongs to the runner, and the action never gives it to the agent. Pass the value under another name.`,
      )
    else if (env[name] === undefined)
      note(
        `${input}: ${name} is not set. Add it to the env of the step, or remove it from ${input}.`,
      )
  }
}

/** Where the model of a prompt may come from. */
export type ModelSources = {
  readonly mode: string
  readonly isExternal: boolean
  readonly models: readonly (string | undefined)[]
  readonly use: 'load' | 'ignore'
}

/** Checks that a prompt has a model. A server that is already running may have a default. */
export function checkModel({ mode, isExternal, models, use }: ModelSources, note: Note): void {
  if (mode === 'check' || isExternal || models.some((model) => model !== undefined)) return
  const elsewhere =
    use === 'ignore'
      ? "opencode-config names none; the checkout's opencode.json, which may name one, is ignored"
      : "opencode-config names none, nor does the checkout's opencode.json"
  note(`model: is missing, and ${elsewhere}. Set it, as provider/model.`)
}
